"""The explorer pane without a browser: what it offers, the cut that it shows, the line that it writes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from retro.campaigns.extra import CutParams
from retro.errors import RetroError
from retro.report import RunContext, open_report
from retro.report.cuts.choices import line_of
from retro.report.report import Report
from shops import make_project

PARAMS = "params/2025Q1/new_user_week.yaml"


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Report:
    monkeypatch.chdir(make_project(tmp_path / "shop"))
    opened = open_report(PARAMS, lang="en")
    capsys.readouterr()
    return opened


def test_the_line_that_is_written_makes_the_same_cut(report: Report) -> None:
    asked = CutParams(figure="gmv", by=("new_or_old",), where={"channel": ("应用",)}, over="week", against="baseline")
    line = line_of(asked)

    assert line == 'report.cut("gmv", by="new_or_old", where={"channel": "应用"}, over="week", against="baseline")'
    made = line_of(CutParams(figure="gmv", by=("new_or_old", "channel"), where={"tier": ("1", "2")}))
    assert made == 'report.cut("gmv", by=["new_or_old", "channel"], where={"tier": ["1", "2"]})'
    shown = CutParams(figure="gmv", by=("new_or_old",), over="week")
    assert eval(line_of(shown), {"report": report}).asked == shown  # noqa: S307 - the line that is written


def test_a_choice_is_shown_and_written(report: Report) -> None:
    pane = report.explore("成交额")
    pane.by.value = ("new_or_old",)
    pane.against.value = "baseline"

    assert pane.figure.value == "gmv"
    assert pane.over.options[1:] == (("hour", "hour"), ("day", "day"), ("week", "week"), ("month", "month"))
    assert pane.line.value == 'report.cut("gmv", by="new_or_old", against="baseline")'
    pane.show.click()
    (shown,) = pane.shown.outputs
    assert shown["data"]["text/plain"].startswith("All groups are of fewer than 5 people")  # masked as every cut
    pane.write.click()
    (written,) = pane.written.outputs
    assert (
        r'source: "report.cut(\"gmv\", by=\"new_or_old\", against=\"baseline\")"'
        in (written["data"]["application/javascript"])
    )
    pane.figure.value = "orders"  # what still fits is kept, what was shown is gone
    assert (pane.by.value, pane.shown.outputs, pane.written.outputs) == (("new_or_old",), (), ())


def test_what_is_shown_can_be_kept(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    pane = report.explore("campaign_cost")
    pane.by.value = ("category",)
    pane.show.click()
    report.keep("by_category", title="Cost")

    assert "Kept as extra.by_category" in capsys.readouterr().out


def test_values_are_offered_of_the_dimension_that_is_narrowed(report: Report) -> None:
    pane = report.explore("gmv")
    pane.where.value = "new_or_old"

    assert pane.among.options == ("new",)  # the three old customers are too few to be named
    pane.among.value = ("new",)
    assert pane.line.value == 'report.cut("gmv", where={"new_or_old": "new"})'


def test_what_cannot_be_cut_says_why_in_the_pane(report: Report) -> None:
    pane = report.explore()
    names = [name for _, name in pane.figure.options]
    pane.figure.value = "dau_peak"

    assert "it is the highest of several" in pane.shown.outputs[0]["data"]["text/plain"]
    assert "incremental_roi" not in names  # an estimate
    assert "sell_through_rate" not in names  # this shop has no stock


def test_no_run_shows_it_and_without_widgets_it_says_what_to_do(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RetroError, match=r"report\.explore: figure must be a name .* Did you mean 'gmv'"):
        report.explore("gvm")
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "ipywidgets", None)
        with pytest.raises(RetroError, match=r"report\.explore: ipywidgets must be installed\. `pip install"):
            report.explore()
    report.run = RunContext(source=tmp_path, folder=tmp_path, reports=tmp_path)
    with pytest.raises(RetroError, match=r"report\.explore must stay with the analyst, got a run that publishes"):
        report.explore()
