from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from retro.errors import RetroError
from retro.jobs import open_lab, open_run, report_folder
from retro.jobs.lab import Lab
from retro.run import Request

WEEK = "2025Q1/new_user_week"
PARAMS = f"params/{WEEK}.yaml"


@pytest.fixture(autouse=True)
def _own_signatures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jupyter keeps which notebooks are trusted in the user's own folder."""
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))


def opened(project: Path, **overrides: Any) -> Lab:
    return open_lab(Request(project / PARAMS, reports=project / "reports", overrides=overrides), "en")


def cells(notebook: Path) -> list[dict[str, Any]]:
    return list(json.loads(notebook.read_text(encoding="utf-8"))["cells"])


def parameters(notebook: Path) -> dict[str, Any]:
    source = "".join(
        next(cell["source"] for cell in cells(notebook) if "parameters" in cell["metadata"].get("tags", ()))
    )
    return {line.partition(" = ")[0]: ast.literal_eval(line.partition(" = ")[2]) for line in source.splitlines()}


def test_a_report_is_opened_with_its_params_and_the_results_of_its_last_run(project: Path) -> None:
    before = (project / "notebooks" / "new_user_week.ipynb").read_bytes()
    lab = opened(project)

    assert lab.notebook == project / ".retro" / "lab" / "2025Q1" / "new_user_week.ipynb"
    assert parameters(lab.notebook) == {"params_file": PARAMS, "lang": "en", "overrides": {}}
    shown = [cell for cell in cells(lab.notebook) if cell["cell_type"] == "code"]
    asked = [re.findall(r'report\.show\("(\w+)"', "".join(cell["source"])) for cell in shown if not cell["outputs"]]
    assert [name for names in asked for name in names] == ["experiments"], "the params name none"
    run = (project / "reports" / WEEK / "latest").resolve().name
    assert lab.said[-1] == f"reports/{WEEK}: results of {run}."
    assert (project / "notebooks" / "new_user_week.ipynb").read_bytes() == before


def test_only_the_headings_of_one_language_stand_there(project: Path) -> None:
    kind = project / "notebooks" / "new_user_week.ipynb"
    book = json.loads(kind.read_text(encoding="utf-8"))
    book["cells"] += [
        {"cell_type": "markdown", "id": lang, "metadata": {"tags": [f"lang:{lang}"]}, "source": lang}
        for lang in ("zh", "en")
    ]
    kind.unlink()
    kind.write_text(json.dumps(book), encoding="utf-8")

    ids = [cell["id"] for cell in cells(opened(project).notebook)]

    assert "en" in ids
    assert "zh" not in ids
    assert ids[2] == "retro-tools"


def test_overrides_stand_in_the_first_cell_and_have_no_results_yet(project: Path) -> None:
    lab = opened(project, baseline_weeks="2")

    assert parameters(lab.notebook)["overrides"] == {"baseline_weeks": "2"}
    assert lab.said[-1].endswith(": no run yet; run all cells.")
    assert not any(cell.get("outputs") for cell in cells(lab.notebook))


def test_results_of_other_input_are_shown_and_said_to_be_old(project: Path) -> None:
    params = project / PARAMS
    text = params.read_text(encoding="utf-8")
    params.write_text(text.replace("repurchase_days: 7", "repurchase_days: 2"), encoding="utf-8")

    assert opened(project).said[-1].endswith("; data, params or code have changed since: run all cells.")


def test_a_copy_that_was_changed_is_kept(project: Path) -> None:
    first = opened(project).notebook
    first.write_text("mine", encoding="utf-8")
    second = opened(project).notebook

    assert first.read_text(encoding="utf-8") == "mine"
    assert second.name == "new_user_week-2.ipynb"


def test_jupyterlab_asks_nobody_outside_and_shows_the_copies_alone(project: Path) -> None:
    lab = opened(project)

    assert lab.command[1:3] == ("-m", "jupyterlab")
    assert f"--ServerApp.root_dir={project / '.retro' / 'lab'}" in lab.command
    assert lab.command[-1] == "--LabApp.default_url=/lab/tree/2025Q1/new_user_week.ipynb"
    assert "--LabApp.news_url=None" in lab.command
    assert lab.environment == {"RETRO_LAB": "1"}


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
    found = open_run(project / "reports", report_folder(project / "reports", WEEK), "")

    made = json.loads((run / "en.ipynb").read_text())["cells"]
    assert found.notebook == project / ".retro" / "lab" / "runs" / run.name / "en.ipynb"
    assert found.cell == made[2]["id"]
    assert found.command[-1] == f"--LabApp.default_url=/lab/tree/runs/{run.name}/en.ipynb#cell-id={found.cell}"
    context = json.loads(Path(found.environment["RETRO_RUN"]).read_text())
    assert context["observed_until"] == "2025-02-03T00:00:00"
    assert Path(context["folder"]) == found.notebook.parent  # what it records stays there
    assert Path(context["explored"]) == project / "reports" / WEEK
    assert (found.notebook.parent / "verdict.json").is_file()


def test_a_published_run_opens_as_it_was_though_its_params_have_changed(project: Path) -> None:
    params = project / PARAMS
    run = (project / "reports" / WEEK / "latest").resolve()
    was = json.loads((run / "params.json").read_text())["title"]
    params.write_text(
        "\n".join("title: Another" if line.startswith("title:") else line for line in params.read_text().splitlines()),
        encoding="utf-8",
    )
    found = open_run(project / "reports", report_folder(project / "reports", WEEK), run.name, "zh")

    assert found.cell == ""
    assert found.notebook.name == "zh.ipynb"
    assert found.said == (f"{PARAMS}: as it was then: title.",)
    injected = next(cell for cell in cells(found.notebook) if "injected-parameters" in cell["metadata"].get("tags", ()))
    assert "".join(injected["source"]).endswith(f"overrides = overrides | {{'title': {was!r}}}  # as the run had them")
    assert any(cell.get("outputs") for cell in cells(found.notebook))


def test_a_run_that_is_not_there_is_named(project: Path) -> None:
    address = report_folder(project / "reports", WEEK)
    with pytest.raises(
        RetroError, match=r"^reports/2025Q1/new_user_week: run must have executed its notebook, and none"
    ):
        open_run(project / "reports", address, "1999")
    fail(project)
    with pytest.raises(RetroError, match=r"language must be one that the run has \(en\), got 'zh'"):
        open_run(project / "reports", address, "2099", "zh")
