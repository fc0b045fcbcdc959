"""What the section `pacing` says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pandas as pd

from retro.charts import Chart
from retro.i18n import Text
from retro.sections.pacing import draw as pacing
from telling import finder, month

find = finder(month)


def pace(actual: str, planned: str) -> pd.DataFrame:
    row = {"actual": Decimal(actual), "planned": Decimal(planned), "target": Decimal(planned) * 2}
    row |= {"pace_rate": float(Decimal(actual) / Decimal(planned)), "reached_rate": 0.5, "left": Decimal(120)}
    spans = [("month", dt.date(2025, 3, 1), 0), ("quarter", dt.date(2025, 1, 1), 0), ("year", dt.date(2025, 1, 1), 9)]
    return pd.DataFrame([{"span": span, "first": first, "left_months": left, **row} for span, first, left in spans])


def test_pace_says_the_gap_and_what_is_left() -> None:
    behind, ahead = (find("pacing", pace(actual, "100")).sentence for actual in ("80", "125"))

    assert behind == (
        "Year to date: 80 CNY, **behind plan** by 20 CNY: the plan is 100 CNY by now (80.0% of plan). "
        "Still to come: 120 CNY in 9 months, 13.33 CNY a month. "
    )
    assert "**ahead of plan**" in ahead


def test_a_span_with_lost_days_is_told_without_a_pace(text: Text, said: Callable[[Chart], list[str]]) -> None:
    unknown = {"actual": None, "left": None, "pace_rate": float("nan"), "reached_rate": float("nan")}
    frame = pace("80", "100").astype(object).assign(first=[dt.date(2025, month, 1) for month in (6, 4, 1)])
    frame.loc[frame["span"] != "quarter", list(unknown)] = pd.Series(unknown)

    finding = find("pacing", frame)

    assert finding.sentence.startswith("Quarter to date: 80 CNY")
    assert finding.sentence.endswith(
        "Year to date: orders of some of its days are lost or not on record, so nothing is said of its pace. "
    )
    assert [entry.value is None for entry in finding.entries] == [True, False, True]
    assert "40.0%" in said(pacing(frame, text))


def test_a_month_without_a_plan_says_so() -> None:
    finding = find("pacing", pd.DataFrame(columns=["span"]))

    assert not finding.covered
    assert "no plan for the year" in finding.sentence


def test_a_bar_shows_what_was_reached_and_a_mark_what_was_planned(
    text: Text, readable: Callable[[Chart], None], said: Callable[[Chart], list[str]]
) -> None:
    amounts = {"actual": [Decimal(92), Decimal(220)], "planned": [Decimal(100), Decimal(200)], "target": [100, 200]}

    chart = pacing(pd.DataFrame({"span": ["month", "quarter"], **amounts}), text)

    readable(chart)
    assert {"92.0%", "110.0%", text("span.month")} <= set(said(chart))
