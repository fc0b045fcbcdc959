from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from retro.files import write_json
from retro.i18n import load_text
from retro.ledger import Entry, Ledger, write_ledger
from retro.report.campaign_frames import action_frame, campaign_frame, figure_frame, target_frame
from retro.report.recorded import Recorded, read_campaigns, read_recorded
from retro.sources import load_source
from retro.sources.seen_now import seen_in_files
from telling import context_of


def gmv(amount: str) -> Entry:
    return Entry(name="gmv", value=Decimal(amount), unit="money", tables=("orders",), definition="quarter_sales")


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one report's edition, in a project of its own."""
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    latest = tmp_path / "reports" / "q" / "week" / "latest"
    title = {"zh": "新人周复盘", "en": "Week: retrospective"}
    params = {"title": title, "short_title": {"zh": "新人周", "en": "Week"}, "campaign_id": "w", "budget": "5"}
    params |= {"start": "2025-01-10T00:00:00+08:00", "end": "2025-01-17T00:00:00+08:00"}
    write_json(latest / "params.json", params)
    write_json(latest / "manifest.json", {"source_fingerprint": "abc"})
    write_ledger(latest / "ledger.json", Ledger([gmv("9.00")]))
    return tmp_path / "reports"


def test_an_edition_gives_its_figures_and_its_window_in_local_time(reports: Path) -> None:
    week = read_recorded("q/week", reports)
    (row,) = campaign_frame([week], "abc", load_text("en")).to_dict("records")

    assert (row["title"], row["state"], row["same_data"]) == ("Week", "recorded", True)
    assert (row["start"], row["end"]) == (pd.Timestamp("2025-01-10"), pd.Timestamp("2025-01-17"))
    assert figure_frame([week])[["report", "name", "value"]].values.tolist() == [["q/week", "gmv", 9]]


def test_a_campaign_that_looks_less_far_is_old_only_once_its_own_source_holds_other_data(reports: Path) -> None:
    """A year's source knows more than a quarter's; to run the quarter's campaigns again would change nothing."""
    source = reports.parent / "params" / "q" / "source.yaml"
    source.parent.mkdir(parents=True)
    source.write_text("timezone: UTC\ncurrency: CNY\nfolder: data\ntables:\n  orders: {path: orders.parquet}\n")
    (reports.parent / "data").mkdir()
    orders = reports.parent / "data" / "orders.parquet"
    pd.DataFrame({"order_id": ["1"]}).to_parquet(orders)
    held = {"source_fingerprint": seen_in_files(load_source(source), "source.yaml")}
    write_json(reports / "q" / "week" / "latest" / "manifest.json", held)
    params = context_of("quarter", start="2025-01-01", end="2025-04-01T00:00", campaigns=["q/week"]).params

    def same() -> bool:
        return bool(campaign_frame(read_campaigns(params, reports), "the year's", load_text("en"))["same_data"].all())

    assert same()
    pd.DataFrame({"order_id": ["1", "2"]}).to_parquet(orders)
    assert not same()
    orders.unlink()
    assert not same()


@pytest.mark.usefixtures("reports")
def test_campaigns_whose_days_touch_are_one_group() -> None:
    """The week settles into the contest, which settles into nothing; the night prepares four days after that."""

    def campaign(name: str, start: str, end: str, **roi: int) -> Recorded:
        return Recorded(name, "recorded", {"start": f"{start}T20:00", "end": f"{end}T20:00", "roi": roi})

    week = campaign("week", "2025-01-10", "2025-01-17", settling_days=14)
    contest = campaign("contest", "2025-01-20", "2025-01-24", settling_days=14)
    night = campaign("night", "2025-02-12", "2025-02-13", anticipation_days=4)
    gone = Recorded("gone", "not_made")

    frame = campaign_frame([night, week, gone, contest], "", load_text("en"))
    assert frame["group"].tolist() == [0, 1, 2, 1]
    early = campaign("night", "2025-02-12", "2025-02-13", anticipation_days=6)
    assert campaign_frame([early, week, contest], "", load_text("en"))["group"].nunique() == 1


def test_draws_are_kept_with_their_figure(reports: Path) -> None:
    one = gmv("9.00").model_copy(update={"draws": "8 9.5 1.2e+06"})
    path = write_ledger(
        reports / "q" / "week" / "latest" / "ledger.json", Ledger([one, gmv("7").model_copy(update={"name": "orders"})])
    )

    assert path.read_text().count("draws") == 1
    assert figure_frame([read_recorded("q/week", reports)])["draws"].tolist() == ["8 9.5 1.2e+06", ""]


def test_a_report_whose_newest_run_failed_is_missing_although_its_last_edition_stands(reports: Path) -> None:
    write_json(reports / "q" / "week" / "failure.json", {"exit_code": 2})
    breached = read_recorded("q/week", reports)
    write_json(reports / "q" / "week" / "failure.json", {"exit_code": 3})

    assert (breached.state, breached.ledger.entries) == ("breached", ())
    assert read_recorded("q/week", reports).state == "failed"


def test_an_edition_of_another_version_is_missing_and_no_crash(reports: Path) -> None:
    write_json(reports / "q" / "week" / "latest" / "ledger.json", {"entries": [{"nome": "gmv"}]})

    assert read_recorded("q/week", reports).state == "unreadable"


def test_a_report_that_was_never_made_has_the_title_of_its_params(reports: Path) -> None:
    params = reports.parent / "params" / "q" / "night.yaml"
    params.parent.mkdir(parents=True)
    params.write_text("title: {zh: 折扣夜, en: Night}\n", encoding="utf-8")

    assert read_recorded("q/night", reports).title == {"zh": "折扣夜", "en": "Night"}
    (row,) = campaign_frame([read_recorded("q/gone", reports)], "", load_text("en")).to_dict("records")
    assert (row["title"], row["state"], row["start"]) == ("q/gone", "not_made", None)


def test_what_a_page_can_show_decides_whether_it_is_made_again(reports: Path) -> None:
    before = read_recorded("q/week", reports).content
    latest = reports / "q" / "week" / "latest"
    write_ledger(latest / "ledger.json", Ledger([gmv("8.00")]))

    assert read_recorded("q/week", reports).content != before


def test_no_figures_are_a_frame_with_columns(reports: Path) -> None:
    assert figure_frame([read_recorded("q/gone", reports)]).columns.tolist()[:3] == ["report", "name", "value"]


def test_a_signed_report_stays_and_a_later_run_beside_it_is_told(reports: Path) -> None:
    from retro.report.changed import signed_blocks

    write_ledger(reports / "q" / "week" / "restated" / "ledger.json", Ledger([gmv("11.00")]))
    write_json(reports / "q" / "week" / "failure.json", {"exit_code": 2})
    one = read_recorded("q/week", reports)

    assert one.state == "recorded"  # a later attempt takes nothing from what was signed
    callout, table = signed_blocks("Week", one.ledger, one.later, load_text("en"))
    assert "a later run gives other values (figures: 1)" in str(callout)
    assert [cell.text for cell in table.rows[0]] == ["GMV", "9 CNY", "11 CNY"]
    assert signed_blocks("Week", one.ledger, one.ledger, load_text("en")) == ()
    assert signed_blocks("Week", one.ledger, Ledger(), load_text("en")) == ()


def test_a_year_takes_the_campaigns_that_its_quarters_were_asked_for(reports: Path) -> None:
    quarters = [f"q{place}/quarter" for place in range(1, 5)]
    latest = reports / "q1" / "quarter" / "latest"
    asked = {"title": {"zh": "季", "en": "Q1"}, "campaigns": ["q/week", "q/gone", "q/week"]}
    write_json(latest / "params.json", asked)
    write_json(latest / "manifest.json", {"source_fingerprint": "abc"})
    write_ledger(latest / "ledger.json", Ledger([gmv("9.00")]))
    params = context_of("year", start="2025-01-01", end="2026-01-01T00:00", quarters=quarters, months=["q/m"]).params

    found = read_campaigns(params, reports)
    assert [one.name for one in found] == [*quarters, "q/m", "q/week", "q/gone"]
    assert [one.state for one in found] == ["recorded", *["not_made"] * 4, "recorded", "not_made"]


def reviewed(name: str, start: str, night: str, **keys: object) -> Recorded:
    action = {"what": "Restock", "target": "night_gmv", "owner": "Supply", "due": "2025-05-31", "proof": "night_gmv"}
    end = str(pd.Timestamp(start) + pd.DateOffset(months=3))
    params = {"kind": "quarter", "start": start, "end": end, "actions": [action | {"aim": "12"}], **keys}
    entry = gmv(night).model_copy(update={"name": "night_gmv", "definition": "taken"})
    return Recorded(name, "recorded", params, Ledger([entry]), title={"zh": name, "en": name})


def test_targets_stand_with_their_status_and_the_action_that_answers_them() -> None:
    asked = {"targets": {"night_gmv": "10", "nps": "50", "gone_figure": "1"}}
    asked |= {"kpis": {"night_gmv": {"owner": {"zh": "组", "en": "Team"}, "every": "month"}}}
    frame = target_frame([reviewed("Q1", "2025-01-01", "9.00", **asked), Recorded("Q2", "failed")], load_text("en"))

    told = frame[["figure", "owner", "value", "status", "action"]].values.tolist()
    assert told == [["night_gmv", "Team", Decimal("9.00"), "missed", "Restock"], ["nps", "", None, "unobserved", ""]]


def test_an_action_is_seen_again_in_the_next_edition() -> None:
    """The first quarter of its kind that ends once it was due; a report that names it as its previous comes before."""
    starts = {"Q1": "2025-01-01", "Q2": "2025-02-01", "Q3": "2025-04-01", "Q4": "2025-07-01"}
    amounts = {"Q1": "9", "Q2": "8", "Q3": "13", "Q4": "7"}
    quarters = [reviewed(name, starts[name], night) for name, night in amounts.items()]
    month = reviewed("March", "2025-09-01", "99", kind="month", previous="Q3")
    frame = action_frame([*quarters, month], load_text("en"))

    told = frame[["title", "then", "now", "seen_in", "outcome"]].values.tolist()
    assert told == [
        ["Q1", 9, 13, "Q3", "reached"],
        ["Q2", 8, 13, "Q3", "reached"],
        ["Q3", 13, 99, "March", "reached"],
        ["Q4", 7, None, "", "open"],
        ["March", 99, None, "", "open"],
    ]
    assert action_frame([Recorded("Q1", "not_made")], load_text("en")).empty


def test_an_aim_that_was_passed_already_makes_no_success_of_a_collapse() -> None:
    """The night sold 15 when an aim of 12 was set, and 9 a quarter later: more is better, so it fell."""
    quarters = [reviewed("Q1", "2025-01-01", "15"), reviewed("Q2", "2025-04-01", "9")]
    assert action_frame(quarters, load_text("en"))["outcome"].tolist() == ["worse", "open"]
