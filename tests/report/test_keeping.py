from __future__ import annotations

from pathlib import Path

import pytest

from retro.errors import RetroError
from retro.files import read_json
from retro.report import RunContext, open_report
from retro.report.keeping import with_entry
from retro.report.report import Report
from retro.run import Request, run_report

PARAMS = "params/2025Q1/new_user_week.yaml"
TITLE = {"zh": "按费用类别", "en": "Cost by category"}


@pytest.fixture
def report(project: Path, capsys: pytest.CaptureFixture[str]) -> Report:
    assert project.is_dir()
    opened = open_report(PARAMS, lang="en")
    capsys.readouterr()
    return opened


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 1  # one\n\n# end\n", "a: 1  # one\n\n# end\nextra:\n  x:\n    figure: gmv\n"),
        ("extra:\nb: 2\n", "extra:\n  x:\n    figure: gmv\nb: 2\n"),
        ("extra: {}\nb: 2\n", "extra:\n  x:\n    figure: gmv\nb: 2\n"),
        (
            "extra:\n    y:  # why\n        figure: buyers\n\n# next\nb: 2\n",
            "extra:\n    y:  # why\n        figure: buyers\n    x:\n      figure: gmv\n\n# next\nb: 2\n",
        ),
        (
            "extra:\n  x:\n    figure: buyers\n  y: {figure: orders}\n",
            "extra:\n  x:\n    figure: gmv\n  y: {figure: orders}\n",
        ),
    ],
)
def test_an_entry_is_written_and_all_else_stays(before: str, after: str) -> None:
    assert with_entry(before, "x", {"figure": "gmv"}, "a.yaml") == after


def test_an_extra_in_one_line_is_refused() -> None:
    with pytest.raises(RetroError, match=r"a\.yaml: extra must hold one entry below the other to be added to"):
        with_entry("extra: {y: {figure: gmv}}\n", "x", {"figure": "gmv"}, "a.yaml")


@pytest.mark.slow
def test_a_kept_cut_is_in_the_next_run_in_both_languages(
    report: Report, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    params = project / PARAMS
    params.write_text(params.read_text(encoding="utf-8") + "# the owner's words\n", encoding="utf-8")
    report.cut("campaign_cost", by="category")
    report.keep("by_category", title=TITLE)

    assert "Kept as extra.by_category of params/2025Q1/new_user_week.yaml" in capsys.readouterr().out
    written = params.read_text(encoding="utf-8")
    assert "# the owner's words\nextra:\n  by_category:\n    figure: campaign_cost\n    by: [category]\n" in written

    latest = run_report(Request(params, reports=project / "reports")).latest
    for lang in ("zh", "en"):
        page = (latest / f"{lang}.html").read_text(encoding="utf-8")
        assert TITLE[lang] in page
    assert "Campaign cost was highest for" in page
    assert read_json(latest / "params.json")["extra"]["by_category"]["figure"] == "campaign_cost"


def test_what_cannot_be_kept_says_why(report: Report, project: Path) -> None:
    before = (project / PARAMS).read_bytes()
    with pytest.raises(RetroError, match=r"report\.keep: cut must be given, and nothing was cut yet"):
        report.keep("x", title="X")
    report.cut("campaign_cost", by="category")
    with pytest.raises(RetroError, match=r"report\.keep: extra\.By must look like"):
        report.keep("By", title="X")
    with pytest.raises(RetroError, match=r"report\.keep: extra\.x\.title must be given in zh and en"):
        report.keep("x", title={"en": "X"})
    with pytest.raises(RetroError, match=r"section must have a name of its own, got 'roi'"):
        report.keep("roi", title="X")
    report.run = RunContext(source=project, folder=project, reports=project)
    with pytest.raises(RetroError, match=r"report\.keep must stay with the analyst, got a run that publishes"):
        report.keep("x", title="X")

    assert (project / PARAMS).read_bytes() == before


def test_a_run_that_is_explored_again_may_keep(report: Report, project: Path) -> None:
    report.run = RunContext(source=project, folder=project, reports=project, explored=project)
    report.cut("campaign_cost", by="category")
    report.keep("x", title="X")

    assert "extra:\n  x:\n" in (project / PARAMS).read_text(encoding="utf-8")
