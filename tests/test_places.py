"""Folders that are the owner's alone, and what a sweep leaves in them."""

import os
from pathlib import Path

import pytest

from retro.places import alone, own_folder, short_folder, spill_folder, sweep


@pytest.mark.parametrize("part", ["", "7f3a"])
def test_a_sweep_spares_what_living_processes_put_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr("retro.places.project_root", lambda: tmp_path)
    living, dead = spill_folder(part), own_folder("spill") / f"999999999-{part}"
    for folder in (living, dead):
        folder.mkdir()

    assert sweep() == 1
    assert living.is_dir()
    assert living.name.partition("-")[0] == str(os.getpid())
    with alone() as mine:
        assert not mine


def test_a_sweep_takes_temporary_folders_of_killed_processes_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retro.places.project_root", lambda: tmp_path / "project")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "project").mkdir()
    dead = tmp_path / "retro-process-999999999-ab12"
    others = tmp_path / "retro-2025-reports"
    for folder in (dead, others):
        folder.mkdir()
    with short_folder() as mine:
        sweep()
        assert Path(mine).is_dir()
    assert not Path(mine).exists()
    assert (dead.exists(), others.exists()) == (False, True)


def test_a_sweep_takes_what_a_killed_process_had_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retro.places.project_root", lambda: tmp_path)
    old, new = (own_folder() / f".fingerprints.json.{name}" for name in ("old", "new"))
    for half in (old, new):
        half.write_text("{")
    os.utime(old, (0, 0))
    sweep()
    assert (old.exists(), new.exists()) == (False, True)
