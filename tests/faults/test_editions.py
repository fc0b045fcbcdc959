"""Faults: which runs are kept, what dead ones leave, and what is on the disk before an edition is swapped in."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from retro.files import locked
from retro.publish import read_failure
from retro.run import Request, run_report
from retro.run.editions import LOCK, clear_old_runs
from retro.run.job import Job

WEEK = Path("reports") / "2025Q1" / "new_user_week"


def edition(runs: Path, hour: int, *, good: bool = True) -> Path:
    run = runs / f"20250401T{hour:02d}0000000000Z-1f2e3d4c"
    run.mkdir(parents=True)
    if good:
        (run / "manifest.json").write_text("{}")
    return run


def cleared(folder: Path, keep: int) -> set[str]:
    """The names of the runs that are left, by their hour; others whole."""
    request = Request(folder / "params" / "q" / "week.yaml", reports=folder / "reports", keep=keep)
    job: Any = Job(request, *[None] * 3)  # type: ignore[arg-type]  # only its folders are asked for
    clear_old_runs(job)
    names = (path.name for path in (folder / "reports" / "q" / "week" / "runs").iterdir())
    return {name[9:11] if name.startswith("2025") else name for name in names}


def test_good_editions_are_kept_by_number_and_others_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runs = tmp_path / "reports" / "q" / "week" / "runs"
    made = {hour: edition(runs, hour, good=hour not in {2, 5, 6}) for hour in range(1, 8)}
    (runs.parent / "latest").symlink_to(f"runs/{made[7].name}")
    (runs / "notes of ann").mkdir()
    assert cleared(tmp_path, keep=3) == {"03", "04", "07", "notes of ann"}


def test_the_edition_that_stands_is_kept_although_the_clock_went_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runs = tmp_path / "reports" / "q" / "week" / "runs"
    made = {hour: edition(runs, hour) for hour in (1, 5, 6)}
    (runs.parent / "latest").symlink_to(f"runs/{made[1].name}")
    assert cleared(tmp_path, keep=1) == {"01", "06"}


@pytest.mark.parametrize("good", [True, False])
def test_a_run_that_lasts_is_never_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: bool) -> None:
    monkeypatch.chdir(tmp_path)
    runs = tmp_path / "reports" / "q" / "week" / "runs"
    lasting, newest = edition(runs, 1, good=good), edition(runs, 9)
    (runs.parent / "latest").symlink_to(f"runs/{newest.name}")
    with locked(lasting / LOCK):
        assert cleared(tmp_path, keep=1) == {"01", "09"}
    assert cleared(tmp_path, keep=1) == {"09"}


def test_what_a_kill_left_half_written_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    address = tmp_path / "reports" / "q" / "week"
    run = edition(address / "runs", 1)
    (address / "latest").symlink_to(f"runs/{run.name}")
    (address / ".latest.123").symlink_to("runs/gone")
    old, young = address / ".failure.json.ab12", address / ".failure.json.cd34"
    index = tmp_path / "reports" / ".index.html.ef56"
    for half in (old, young, index):
        half.write_text("{")
    for half in (old, index):
        os.utime(half, (time.time() - 7200,) * 2)
    assert cleared(tmp_path, keep=1) == {"01"}
    assert {path.name for path in address.iterdir()} == {"runs", "latest", young.name}
    assert not index.exists()


@pytest.mark.slow
def test_all_of_an_edition_is_on_the_disk_before_it_is_swapped_in(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    sync, replace = os.fsync, Path.replace

    def remember(handle: int) -> None:
        status = os.fstat(handle)
        written.append(f"{status.st_dev}:{status.st_ino}")
        sync(handle)

    def swap(path: Path, target: Path) -> Path:
        if path.name.startswith(".latest."):
            run = path.resolve()
            parts = [one for one in (run, *run.rglob("*")) if one.name != LOCK]
            unwritten = [str(one) for one in parts if f"{one.stat().st_dev}:{one.stat().st_ino}" not in written]
            assert unwritten == []
            written.append("swapped")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", remember)
    monkeypatch.setattr(Path, "replace", swap)
    week = project / "params" / "2025Q1" / "new_user_week.yaml"
    run_report(Request(week, langs=("en",), reports=project / "reports", force=True))
    assert "swapped" in written


def _hang_up_by_default() -> None:
    """Undo `nohup` of whoever runs the tests: a run keeps to it."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.slow
def test_a_terminal_that_is_closed_leaves_a_record(project: Path) -> None:
    path = project / "notebooks" / "new_user_week.ipynb"
    path.write_text(path.read_text().replace("report.method()", "import time; time.sleep(300)"))
    command = [sys.executable, "-m", "retro", "run", "2025Q1", "--lang", "en"]
    before = (project / WEEK / "latest").resolve()
    asked = {"cwd": project, "stderr": subprocess.PIPE, "text": True, "preexec_fn": _hang_up_by_default}
    with subprocess.Popen(command, **asked) as process:  # type: ignore[call-overload]  # of several kinds
        assert process.stderr is not None
        while "execute" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGHUP)
        assert process.wait(timeout=60) == 128 + signal.SIGHUP
    assert read_failure(project / WEEK / "failure.json").message == ("The run was stopped before its end.",)
    assert (project / WEEK / "latest").resolve() == before
    assert "The run was stopped before its end." in (project / "reports" / "index.html").read_text()


@pytest.mark.slow
def test_the_order_of_hashes_changes_no_byte(project: Path) -> None:
    pages = []
    for seed in ("1", "4242"):
        command = [sys.executable, "-m", "retro", "run", "2025Q1", "--force"]
        subprocess.run(command, cwd=project, env=os.environ | {"PYTHONHASHSEED": seed}, check=True, capture_output=True)
        latest = project / WEEK / "latest"
        files = sorted(
            path for path in latest.iterdir() if path.suffix in {".html", ".pdf"} or path.name == "ledger.json"
        )
        pages.append({path.name: path.read_bytes() for path in files})
    assert len(pages[0]) >= 5
    assert [name for name in pages[0] if pages[0][name] != pages[1].get(name)] == []
