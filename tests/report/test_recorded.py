from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from retro.files import write_json
from retro.i18n import load_text
from retro.ledger import Entry, Ledger, write_ledger
from retro.report.recorded import campaign_frame, figure_frame, read_recorded


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
