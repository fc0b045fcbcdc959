"""What the section `quarter_sales` says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd

from telling import finder, quarter

find = finder(quarter)


def totals(year_ago: str | None) -> pd.DataFrame:
    at = dt.datetime.fromisoformat
    rows = [
        ("current", at("2025-01-01"), at("2025-04-01"), 90.0, 2, 2, Decimal("45.00"), Decimal("22.50")),
        ("previous", at("2024-10-01"), at("2025-01-01"), 92.0, 1, 1, Decimal("50.00"), Decimal("50.00")),
    ]
    old = [None] * 4 if year_ago is None else [1, 1, Decimal(year_ago), Decimal(year_ago)]
    rows.append(("year_ago", at("2024-01-01"), at("2024-04-01"), 91.0, *old))  # type: ignore[arg-type]
    return pd.DataFrame(
        rows, columns=["period", "start", "end", "days", "orders", "buyers", "gmv", "aov"], dtype=object
    )


def daily() -> pd.DataFrame:
    days = [dt.date(2025, 1, 1), dt.date(2025, 1, 2)]
    return pd.DataFrame({"on": days, "gmv": [Decimal("30.00"), Decimal("15.00")], "campaign": ["Night", None]})


def test_a_change_names_its_base_and_how_the_lengths_differ() -> None:
    finding = find("quarter_sales", daily(), totals("30.00"))
    entries = {entry.name: entry for entry in finding.entries}

    assert "**+50.0%** on a year ago (30.00 CNY, longer by 1 d)" in finding.sentence
    assert "**−10.0%** on the period before (50.00 CNY, longer by 2 d)" in finding.sentence
    assert "The 1 days with a campaign (of 2) sold 30.00 CNY, **66.7%**" in finding.sentence
    assert entries["gmv_change_year_ago"].value == Decimal("0.5")
    assert entries["gmv_change_year_ago"].denominator == Decimal("30.00")


def test_what_the_data_does_not_reach_is_said() -> None:
    finding = find("quarter_sales", daily(), totals(None))
    entries = {entry.name: entry for entry in finding.entries}

    assert "not comparable with a year ago" in finding.sentence
    assert entries["gmv_change_year_ago"].value is None
