"""Faults: a report that ended is on the index, however it and others ended."""

from __future__ import annotations

import json
import multiprocessing
import shutil
from pathlib import Path

import pytest

from retro.publish import write_index
from retro.run import Request, run_report

WEEK = Path("reports") / "2025Q1" / "new_user_week"


def end_a_run(reports: Path, name: str, start: object) -> None:
    """What a run does last: its edition is swapped in, then the index is written."""
    start.wait()  # type: ignore[attr-defined]  # a barrier
    edition = reports / "2025Q1" / name / "runs" / "1"
    edition.mkdir(parents=True)
    manifest = json.loads((reports.parent / WEEK / "latest" / "manifest.json").read_text())
    (edition / "manifest.json").write_text(json.dumps(manifest | {"name": name}))
    (edition.parents[1] / "latest").symlink_to("runs/1")
    write_index(reports)


@pytest.mark.slow
def test_runs_that_end_together_lose_no_report(project: Path) -> None:
    here = multiprocessing.get_context("fork")
    names, start = [f"report-{number}" for number in range(6)], here.Barrier(6)
    runs = [here.Process(target=end_a_run, args=(project / "reports", name, start)) for name in names]
    for run in runs:
        run.start()
    for run in runs:
        run.join(60)
    index = (project / "reports" / "index.html").read_text()
    assert [name for name in names if f"2025Q1/{name}/latest" not in index] == []


@pytest.mark.parametrize("state", ["missing", "empty", "old"])
def test_a_run_that_is_skipped_mends_an_index_that_a_kill_left_behind(project: Path, state: str) -> None:
    index = project / "reports" / "index.html"
    whole = index.read_bytes()
    if state == "missing":
        index.unlink()
    else:
        shutil.move(project / WEEK, project / "aside")
        index.write_text("") if state == "empty" else write_index(project / "reports")
        shutil.move(project / "aside", project / WEEK)
    week = project / "params" / "2025Q1" / "new_user_week.yaml"
    assert run_report(Request(week, reports=project / "reports")).skipped
    assert index.read_bytes() == whole
