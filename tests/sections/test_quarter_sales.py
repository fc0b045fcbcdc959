"""What the section `quarter_sales` says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.quarter_sales import draw as quarter_sales
from telling import finder, quarter

find = finder(quarter)


def totals(year_ago: str | None, lost: int = 0) -> pd.DataFrame:
    at = dt.datetime.fromisoformat
    rows = [
        ("current", at("2025-01-01"), at("2025-04-01"), 90.0, 2, 2, Decimal("45.00"), Decimal("22.50")),
        ("previous", at("2024-10-01"), at("2025-01-01"), 92.0, 1, 1, Decimal("50.00"), Decimal("50.00")),
    ]
    old = [None] * 4 if year_ago is None else [1, 1, Decimal(year_ago), Decimal(year_ago)]
    rows.append(("year_ago", at("2024-01-01"), at("2024-04-01"), 91.0, *old))  # type: ignore[arg-type]
    columns = ["period", "start", "end", "days", "orders", "buyers", "gmv", "order_value"]
    return pd.DataFrame(rows, columns=columns, dtype=object).assign(
        low=[20.0, float("nan"), float("nan")], high=[25.0, float("nan"), float("nan")], lost_days=[lost, 0, 0]
    )


def daily() -> pd.DataFrame:
    days = [dt.date(2025, 1, 1), dt.date(2025, 1, 2)]
    return pd.DataFrame({"on": days, "gmv": [Decimal("30.00"), Decimal("15.00")], "campaign": ["Night", None]})


def test_a_change_names_its_base_and_how_the_lengths_differ() -> None:
    finding = find("quarter_sales", daily(), totals("30.00"))
    entries = {entry.name: entry for entry in finding.entries}

    assert "**+50.0%** on a year ago (30 CNY, 1 day longer)" in finding.sentence
    assert "**−10.0%** on the period before (50 CNY, 2 days longer)" in finding.sentence
    assert "The 1 day with a campaign (of 2) sold 30 CNY, **66.7%**" in finding.sentence
    assert entries["gmv_change_year_ago"].value == Decimal("0.5")
    assert (entries["order_value"].low, entries["order_value"].high) == (20, 25)
    assert entries["order_value"].method == "delta, by user"
    assert entries["gmv_change_year_ago"].denominator == Decimal("30.00")


def test_what_the_data_does_not_reach_is_said() -> None:
    finding = find("quarter_sales", daily(), totals(None))
    entries = {entry.name: entry for entry in finding.entries}

    assert "not comparable with a year ago, whose days are not all known" in finding.sentence
    assert "**−10.0%** on the period before" in finding.sentence
    assert entries["gmv_change_year_ago"].value is None


def test_a_whole_year_is_compared_once_with_a_year_ago() -> None:
    whole = totals("30.00")
    finding = find("quarter_sales", daily(), whole[whole["period"] != "previous"].reset_index(drop=True))

    assert "That is **+50.0%** on a year ago (30 CNY, 1 day longer)." in finding.sentence
    assert "period before" not in finding.sentence
    assert "gmv_change_previous" not in {entry.name for entry in finding.entries}


def test_a_quarter_with_lost_days_is_of_its_other_days_and_is_not_compared() -> None:
    """Of the night's two days one is lost: the other one sold 15.00 of 45.00."""
    frame = daily().assign(campaign=["Night", "Night"])
    frame.loc[0, "gmv"] = None

    english, chinese = (find("quarter_sales", frame, totals("30.00", lost=1), lang=lang) for lang in ("en", "zh"))
    entries = {entry.name: entry for entry in english.entries}

    assert "The 1 day with a campaign (of 1) sold 15 CNY, **33.3%**" in english.sentence
    assert "on a year ago" not in english.sentence
    assert english.warnings == (
        (
            "Orders of 1 day of the period are lost: "
            "its sums are of the other days and are not compared with other periods."
        ),
    )
    assert chinese.warnings == ("本期有 1 天的订单缺失：成交额、订单数和买家只含其余各天，不与上一期和去年同期对比。",)
    assert "同比" not in chinese.sentence
    assert [entries[name].value for name in ("gmv", "gmv_change_previous", "gmv_change_year_ago")] == [
        Decimal("45.00"), None, None,
    ]  # fmt: skip


Readable = Callable[[Chart], None]


DAYS = pd.DataFrame(
    {
        "on": [dt.date(2025, 1, 1) + dt.timedelta(days=day) for day in range(90)],
        "gmv": [Decimal(40_000 + 500 * day) for day in range(90)],
        "campaign": [*[None] * 9, *["Week"] * 7, *["Contest"] * 7, *[None] * 35, *["Night"] * 2, *[None] * 30],
    }
)


def test_days_of_campaigns_stand_out(text: Text, readable: Readable, said: Callable[[Chart], list[str]]) -> None:
    chart = quarter_sales(DAYS, text)

    readable(chart)
    assert {"Week", "Contest", "Night"} <= set(said(chart))


def test_a_lost_day_has_no_column(text: Text, readable: Readable) -> None:
    frame = DAYS.copy()
    frame.loc[[9, 89], "gmv"] = None

    chart = quarter_sales(frame, text)

    readable(chart)
    assert text.short_money(Decimal(84_000)) in chart.alt, "the highest of the known days"


def test_days_of_a_year_with_many_campaigns_stand_out_in_one_colour(
    text: Text, readable: Readable, said: Callable[[Chart], list[str]]
) -> None:
    days = [dt.date(2025, 1, 1) + dt.timedelta(days=day) for day in range(365)]
    ran = [f"Campaign {day // 30}" if day % 30 < 4 else None for day in range(365)]
    chart = quarter_sales(pd.DataFrame({"on": days, "gmv": [Decimal(40_000)] * 365, "campaign": ran}), text)

    readable(chart)
    assert {text("quarter_sales.chart.campaign_day"), text("quarter_sales.chart.ordinary")} <= set(said(chart))
    assert "Campaign 3" not in said(chart)


def test_a_frame_without_its_columns_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match=r"charts\.quarter_sales: frame must have the columns on, gmv, campaign"):
        quarter_sales(DAYS[["on"]], text)
