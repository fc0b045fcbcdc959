"""Folders that are the owner's alone, and what a sweep leaves in them."""

import os
from pathlib import Path

import pytest

from retro.places import alone, own_folder, spill_folder, sweep


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
