from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

from retro.errors import ParamsError, RetroError
from retro.report import RunContext, open_report
from retro.report.report import Report
from retro.sources import NotCovered
from shops import make_project

PARAMS = "params/2025Q1/new_user_week.yaml"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = make_project(tmp_path / "shop")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def report(project: Path, capsys: pytest.CaptureFixture[str]) -> Report:
    assert project.is_dir()
    opened = open_report(PARAMS, lang="en")
    capsys.readouterr()
    return opened


def test_explored_by_hand_a_report_is_not_checked_and_records_nothing(report: Report, project: Path) -> None:
    report.conclude()

    assert report.gate is None
    assert report.run is None
    assert not (project / "reports").exists()


def test_overrides_are_validated_like_the_file(project: Path) -> None:
    assert project.is_dir()
    with pytest.raises(ParamsError, match=r"unknown key 'strat'\. Did you mean 'start'\?"):
        open_report(PARAMS, lang="en", overrides={"strat": "2025-01-28"})


def test_a_section_shows_its_finding_and_its_figures(report: Report, capsys: pytest.CaptureFixture[str]) -> None:

    report.show(
        "first_day_value",
        report.metrics.first_day_value(report.tables.users, report.tables.orders, report.window),
    )

    assert "21 of 21 new registrations ordered on their first day" in capsys.readouterr().out
    assert report.figures["name"].tolist() == ["first_day_value"]


def test_what_is_stated_of_the_whole_shop_is_measured_though_no_section_shows_it(project: Path) -> None:
    assert project.is_dir()
    claim = {"claim": "measured.dau_peak >= dau_goal", "says": {"zh": "日活达标", "en": "DAU reached its goal"}}
    stated = {"figures": {"dau_goal": 2}, "claims": [claim]}
    names = {}
    for given in (stated, {}):
        report = open_report(PARAMS, lang="en", overrides={"stated": given})
        report.show("stated", report.figures)
        names[bool(given)] = report.ledger.get("dau_peak")

    assert names[False] is None
    assert names[True] is not None
    assert names[True].value == 5  # three who registered on a day, and two of the day before


def test_a_chart_over_time_has_an_interactive_twin_for_the_analyst_alone(
    report: Report, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    days = report.metrics.registrations(report.tables.users, report.window)
    days = days.assign(registrations=days["registrations"] * 10)  # enough people to be drawn
    lift = report.metrics.registration_lift(report.tables.users, report.window)
    report.show("registrations", days, lift, noun=report.noun)
    capsys.readouterr()
    report.live("registrations")

    assert "chart" in capsys.readouterr().out  # its words, where nothing can draw it
    with pytest.raises(
        RetroError, match=r"section must have shown a chart over time, got 'registration'\. Did you mean"
    ):
        report.live("registration")
    report.run = RunContext(source=tmp_path, folder=tmp_path, reports=tmp_path)
    with pytest.raises(RetroError, match=r"report\.live must stay with the analyst"):
        report.live("registrations")


def test_what_the_shop_lacks_passes_through_to_one_line(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    frame = report.metrics.registrations(report.tables.exposures, report.window)
    report.show("registrations", frame)

    assert frame == NotCovered("exposures")
    assert "There is no table exposures in this shop's data." in capsys.readouterr().out


def test_unknown_names_are_answered_with_the_closest(report: Report) -> None:
    with pytest.raises(RetroError, match=r"section must be a known one, got 'funel'\. Did you mean 'funnel'\?"):
        report.show("funel", pd.DataFrame())
    with pytest.raises(AttributeError, match=r"retro\.metrics has no function 'funel'\. Did you mean 'funnel'\?"):
        report.metrics.funel()


def test_an_analysts_own_cut_goes_on_the_page(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    figure = Figure()
    figure.subplots().plot([1, 2])

    report.say("A **cut** of my own")
    report.table(pd.DataFrame({"channel": ["app", None], "users": [3, 4]}), caption="By channel")
    report.figure(figure, alt="A line that rises from 1 to 2")

    out = capsys.readouterr().out
    assert "A cut of my own" in out
    assert "By channel" in out
    assert "A line that rises from 1 to 2" in out


def test_a_frame_of_any_values_is_a_table(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    report.table(pd.DataFrame({"channel": ["app", None], "days": [[1, 3], []]}), caption="Lists")
    report.table(pd.DataFrame(columns=["channel", "orders"]), caption="Nothing")
    report.table(pd.DataFrame([[1, 2]], columns=["twice", "twice"]), caption="Twice")

    out = capsys.readouterr().out
    assert "'text': '[1, 3]'" in out
    assert all(f"'caption': '{caption}'" in out for caption in ("Lists", "Nothing", "Twice"))


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pd.DataFrame({"user_id": ["u1"]}), "frame must not name people, got column 'user_id'"),
        (pd.DataFrame({"手机号": ["x"]}), "frame must not name people, got column '手机号'"),
        (pd.DataFrame({"said": ["订单号: 20250110-77"]}), "frame must not name people, got a person's or order's id"),
        (pd.DataFrame({"said": [("fine", "138-0013-8000")]}), "frame must not name people, got a phone number"),
        (pd.DataFrame(), "frame must have columns, got none"),
    ],
)
def test_a_frame_that_no_page_can_show_is_refused(report: Report, frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(RetroError, match=f"report.table: {words}"):
        report.table(frame, caption="No")


def test_words_that_name_people_are_refused(report: Report) -> None:
    with pytest.raises(RetroError, match=r"report\.say: words must not name people, got a phone number\. Show figures"):
        report.say("Ms Li (+86 138 0013 8000) wrote")
    with pytest.raises(RetroError, match=r"report\.figure: alt must not name people, got an e-mail address"):
        report.figure(Figure(), alt="What ann@x.com bought")


def test_a_segment_is_not_held_to_the_whole_campaigns_targets(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    users = pd.read_parquet(project / "data" / "users.parquet")
    users.assign(channel="app").to_parquet(project / "data" / "users.parquet", index=False)

    report = open_report(PARAMS, lang="en", overrides={"segment": {"channel": "app"}})

    assert "Targets and budget are the whole campaign's" in capsys.readouterr().out
    assert (report.params.targets, report.params.budget) == ({}, None)
    assert report.params.segment == {"channel": ("app",)}


def test_a_base_with_lost_days_is_missing_and_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty orders a day from December on, of which those of two days were not exported."""
    folder = make_project(tmp_path / "shop")
    days = [day for day in range(82) if day not in {9, 10}]
    times = [dt.datetime(2024, 12, 1, 9, n) + dt.timedelta(days=day) for day in days for n in range(20)]
    rows = {"order_id": [f"o{n}" for n in range(len(times))], "user_id": "user-00-0", "ordered_at": times}
    orders = pd.DataFrame(rows).assign(status="paid", amount=Decimal("9.00"))
    orders.to_parquet(folder / "data" / "orders.parquet", index=False)
    monkeypatch.chdir(folder)
    month = Path("params/2025Q1/month.yaml")
    month.write_text(
        "kind: month\ncampaign_id: m\ntitle: m\nstart: 2025-01-01T00:00\nend: 2025-02-01T00:00\ncompare: [previous]\n"
    )

    english, chinese = (open_report(month, lang=lang) for lang in ("en", "zh"))

    assert english.bases == ()
    assert english._left_out[0] == (
        "No comparison with the period before (1 Dec 2024 – 31 Dec 2024): orders of 2 of its days are lost."
    )
    assert "其间有 2 天的订单缺失" in chinese._left_out[0]


def test_a_base_of_before_the_shop_opened_is_missing_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(make_project(tmp_path / "shop"))
    week = Path("params/2025Q1/week.yaml")
    week.write_text(
        "kind: month\ncampaign_id: m\ntitle: m\nstart: 2025-01-01T00:00\nend: 2025-02-01T00:00\n"
        "compare: [previous, year_ago]\n"
    )

    english, chinese = (open_report(week, lang=lang) for lang in ("en", "zh"))

    assert english.bases == ()
    assert english._left_out[1] == (
        "No comparison with a year ago (1 Jan 2024 – 31 Jan 2024): orders are known only since 30 Dec 2024."
    )
    assert chinese._left_out[1] == (
        "无法与去年同期（2024年1月1日 – 2024年1月31日）对比：订单数据从 2024年12月30日才开始。"
    )
