from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from retro.campaigns.quarter import Quarter
from retro.i18n import Lang, load_text
from retro.metrics.campaigns_compared import AMOUNTS, ESTIMATES
from retro.sections import SECTIONS, Context


def context(lang: Lang = "en", **keys: Any) -> Context:
    given = {"kind": "quarter", "campaign_id": "q", "title": "t", "start": "2025-01-01", "end": "2025-04-01"}
    params = Quarter.model_validate(
        given | {"campaigns": ["q/week", "q/night"]} | keys, context={"zone": ZoneInfo("Asia/Shanghai")}
    )
    return Context(params, load_text(lang), dt.datetime(2025, 4, 1))


def compared(*states: str, net: tuple[float, float] = (50.0, -200.0), same_data: bool = True) -> pd.DataFrame:
    rows = []
    for (report, title), state, value in zip((("q/week", "Week"), ("q/night", "Night")), states, net, strict=True):
        row: dict[str, Any] = {"report": report, "title": title, "state": state, "same_data": same_data}
        known = state == "recorded"
        row |= {name: Decimal("100.00") if known else None for name in AMOUNTS}
        row |= {"output_input_ratio": 3.2, "net_roi": 2.2, "pull_forward_share": float("nan")}
        for name in ESTIMATES:
            row |= {name: value, f"{name}_low": value - 10, f"{name}_high": value + 10}
        rows.append(row | {"new_users": 4 if known else None, "cac": Decimal("25.00") if known else None})
    return pd.DataFrame(rows)


def test_sums_carry_the_ends_of_their_parts() -> None:
    finding = SECTIONS["campaigns_compared"](compared("recorded", "recorded"), context())
    entries = {entry.name: entry for entry in finding.entries}

    net = entries["campaigns_net_contribution"]
    assert (net.value, net.low, net.high) == (-150, -170, -130)
    assert entries["campaigns_cost"].value == Decimal("200.00")
    assert "a loss" in finding.sentence
    assert "The highest net contribution is that of Week" in finding.sentence
    assert finding.warnings == ()


def test_sums_over_some_campaigns_are_called_that() -> None:
    finding = SECTIONS["campaigns_compared"](compared("recorded", "breached"), context())
    names = {entry.name for entry in finding.entries}

    assert "**Only 1 of 2 campaigns**" in finding.sentence
    assert "Missing: Night (its data broke a contract). **The sums below are of 1 of 2" in finding.warnings[0]
    assert "partial_campaigns_cost" in names
    assert "campaigns_cost" not in names
    assert finding.table is not None
    assert finding.table.columns[-1].label == "Total of 1 of 2"


def test_figures_of_other_data_are_warned_of() -> None:
    finding = SECTIONS["campaigns_compared"](compared("recorded", "recorded", same_data=False), context())

    assert "The figures of Week, Night were computed from other data" in finding.warnings[0]


@pytest.mark.parametrize(("net", "word"), [((50.0, 60.0), "a gain"), ((5.0, 6.0), "gain or loss cannot be told")])
def test_the_sign_is_claimed_only_where_the_interval_leaves_zero(net: tuple[float, float], word: str) -> None:
    assert word in SECTIONS["campaigns_compared"](compared("recorded", "recorded", net=net), context()).sentence


def test_no_report_at_all_is_not_covered() -> None:
    finding = SECTIONS["campaigns_compared"](compared("not_made", "failed"), context())

    assert not finding.covered
    assert finding.entries == ()


def test_taken_figures_answer_goals_of_the_quarter() -> None:
    row = {"goal": "night_gmv", "report": "q/night", "name": "gmv", "value": Decimal("9.00"), "unit": "money"}
    missing = {"goal": "day_1_retention_rate", "report": "q/week", "name": "day_1_retention_rate"}
    frame = pd.DataFrame([row, missing], columns=[*row, "numerator", "denominator", "low", "high"], dtype=object)
    titles = pd.DataFrame({"report": ["q/week", "q/night"], "title": ["Week", "Night"]})

    finding = SECTIONS["taken"](frame, titles, context())

    (entry,) = finding.entries
    assert (entry.name, entry.value, entry.method) == ("night_gmv", Decimal("9.00"), "taken from q/night: gmv")
    assert finding.table is not None
    assert [[cell.text for cell in cells] for cells in finding.table.rows] == [
        ["GMV of the night", "9.00 CNY", "Night"],
        ["Day-1 retention", "○ no data yet", "Week"],
    ]


def test_support_answers_are_pooled_and_the_slowest_campaign_named() -> None:
    columns = ["report", "title", "tickets", "within", "rate", "low", "high", "median_seconds", "p90_seconds"]
    rows = [
        ("q/week", "Week", 60, 30, 0.5, 0.4, 0.6, 20.0, 50.0),
        ("q/night", "Night", 40, 30, 0.75, 0.6, 0.9, 9.0, 30.0),
    ]
    frame, campaigns = pd.DataFrame(rows, columns=columns), pd.DataFrame({"report": ["q/week", "q/night", "q/contest"]})

    finding = SECTIONS["support_recorded"](frame, campaigns, context())

    assert finding.sentence == (
        "2 of 3 campaigns recorded how fast support answered: of 100 enquiries **60.0% were answered in time** "
        "(60/100, "
        "95% interval 50.2% – 69.1%). Least so in Week (50.0%): half within 20 seconds, nine in ten within 50. "
    )
    assert "共 100 件咨询，**60.0% 按时得到首次响应**（60/100" in (
        SECTIONS["support_recorded"](frame, campaigns, context("zh")).sentence
    )
    assert finding.entries[0].value == Decimal("0.6")
    assert not SECTIONS["support_recorded"](frame.iloc[:0], campaigns, context()).covered
