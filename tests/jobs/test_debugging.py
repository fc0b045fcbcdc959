from __future__ import annotations

import json
from pathlib import Path

import pytest

from retro.errors import RetroError
from retro.jobs import debug, report_folder

WEEK = "2025Q1/new_user_week"


def fail(project: Path, run: str = "20990101T000000000000Z-11111111") -> Path:
    """A run that broke off in its third cell."""
    folder = project / "reports" / WEEK / "runs" / run
    folder.mkdir()
    copy = json.loads((project / "reports" / WEEK / "latest" / "en.ipynb").read_text())
    copy["cells"][2]["outputs"] = [{"output_type": "error", "ename": "E", "evalue": "v", "traceback": []}]
    (folder / "en.ipynb").write_text(json.dumps(copy))
    (folder / "verdict.json").write_text("{}")
    (folder / "inputs.json").write_text('{"observed_until": "2025-02-03T00:00:00"}')
    return folder


def test_the_failed_cell_is_opened_with_the_runs_own_inputs(project: Path) -> None:
    run = fail(project)
    found = debug(project / "reports", report_folder(project / "reports", WEEK))

    cells = json.loads((run / "en.ipynb").read_text())["cells"]
    assert found.notebook == project / ".retro" / "debug" / run.name / "en.ipynb"
    assert found.cell == cells[2]["id"]
    assert found.command[-1] == f"--LabApp.default_url=/lab/tree/.retro/debug/{run.name}/en.ipynb#cell-id={found.cell}"
    context = json.loads(Path(found.environment["RETRO_RUN"]).read_text())
    assert context["observed_until"] == "2025-02-03T00:00:00"
    assert Path(context["folder"]) == found.notebook.parent  # what it records stays there
    assert (found.notebook.parent / "verdict.json").is_file()


def test_a_good_run_opens_at_its_top(project: Path) -> None:
    found = debug(project / "reports", report_folder(project / "reports", WEEK))

    assert found.cell == ""
    assert found.command[-1].endswith(".ipynb")


def test_a_run_that_is_not_there_is_named(project: Path) -> None:
    with pytest.raises(
        RetroError, match=r"^reports/2025Q1/new_user_week: run must have executed its notebook, and none"
    ):
        debug(project / "reports", report_folder(project / "reports", WEEK), "1999")
