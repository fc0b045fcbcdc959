"""Frames of a year, worked by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from retro.metrics import campaign_calendar, goals_multiply, lessons, next_plan, quarters_paced

UNTIL = dt.datetime(2025, 8, 1)
ENDS = {"q1": dt.datetime(2025, 4, 1), "q2": dt.datetime(2025, 7, 1), "q3": dt.datetime(2025, 10, 1)}


def figures(*rows: tuple[Any, ...]) -> pd.DataFrame:
    columns = ["report", "name", "value", "low", "high"]
    return pd.DataFrame([(*row, *(None,) * (5 - len(row))) for row in rows], columns=columns, dtype=object)


def test_quarters_stand_beside_their_plan_and_a_missing_one_is_no_zero() -> None:
    reviews = pd.DataFrame({"report": list(ENDS), "state": ["recorded", "failed", "not_made"]})
    recorded = figures(("q1", "gmv", Decimal("60.00")), ("q1", "campaigns_net_contribution", Decimal(-5), -9, -1))
    planned = dict.fromkeys(ENDS, Decimal(50))

    frame = quarters_paced(reviews, recorded, planned, end_of=ENDS.__getitem__, until=UNTIL)

    assert list(frame["state"]) == ["recorded", "failed", "ahead"]
    assert list(frame["actual"]) == [Decimal("60.00"), None, None]
    assert frame["pace_rate"].fillna(0).tolist() == [1.2, 0, 0]
    assert frame.loc[0, ["net", "low", "high"]].tolist() == [-5, -9, -1]
    without = quarters_paced(reviews, recorded, dict.fromkeys(ENDS), end_of=ENDS.__getitem__, until=UNTIL)
    assert without["pace_rate"].isna().all()


def totals(gmv: str | None = "80.00", buyers: int | None = 4, lost: int = 0) -> pd.DataFrame:
    rows = [("current", Decimal("120.00"), 5), ("previous", None, None)]
    rows.append(("year_ago", None if gmv is None else Decimal(gmv), buyers))
    return pd.DataFrame(rows, columns=["period", "gmv", "buyers"], dtype=object).assign(lost_days=[lost, 0, 0])


def test_two_goals_of_a_product_decide_the_third() -> None:
    aims = {"gmv_change_year_ago": "0.30", "buyers_change_year_ago": "0.24", "buyer_value_change_year_ago": "0.18"}
    frame = goals_multiply({name: Decimal(aim) for name, aim in aims.items()}, totals())

    # 1.24 x 1.18 = 1.4632; 1.30 / 1.18 = 1.1017; 1.30 / 1.24 = 1.0484
    assert frame["needed"].tolist() == pytest.approx([0.4632, 1.30 / 1.18 - 1, 1.30 / 1.24 - 1])
    # 80 of 4 buyers, then 120 of 5: +50 %, made of +25 % buyers and 24 in place of 20 each
    assert frame["measured"].tolist() == pytest.approx([0.5, 0.25, 0.2])
    assert list(frame["buyers"]) == [None, 4, 4]


def test_without_a_year_of_history_no_change_is_measured_and_no_goal_asks_for_one_that_is_not_set() -> None:
    frame = goals_multiply({"gmv_change_year_ago": Decimal("0.30")}, totals(gmv=None, buyers=None))

    assert frame["measured"].isna().all()
    assert frame["needed"].isna().all()


def test_a_year_with_lost_days_is_no_change_on_a_whole_one() -> None:
    frame = goals_multiply({"gmv_change_year_ago": Decimal("0.30")}, totals(lost=2))

    assert frame["measured"].isna().all()
    assert frame["now"].tolist() == [Decimal("120.00"), Decimal(5), Decimal("24.00")]


def compared() -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [
        ("night", "Night", "2025-05-01", -50.0, -60.0, -40.0, "-60 -40", "9.00"),
        ("week", "Week", "2025-01-06", 30.0, 20.0, 40.0, "20 40", "10.00"),
        ("day", "Day", "2025-03-03", 10.0, 5.0, 15.0, "5 15", "2.00"),
        ("contest", "Contest", "2025-02-03", 1.0, -4.0, 6.0, "-4 6", "3.00"),
        ("gone", "Gone", None, None, None, None, None, None),
    ]
    columns = ["report", "title", "start", "net", "low", "high", "draws", "cost"]
    frame = pd.DataFrame(rows, columns=columns, dtype=object)
    start = pd.to_datetime(frame["start"])
    campaigns = pd.DataFrame({"report": frame["report"], "start": start, "end": start + pd.Timedelta(days=1)})
    named = {"net": "net_contribution", "low": "net_contribution_low", "high": "net_contribution_high"}
    named |= {"draws": "net_contribution_draws", "cost": "campaign_cost"}
    frame = frame.drop(columns="start").rename(columns=named).assign(group=[0, 1, 1, 2, 3])
    frame["state"] = ["recorded"] * 4 + ["not_made"]
    frame["campaign_cost"] = [None if cost is None else Decimal(cost) for cost in frame["campaign_cost"]]
    return campaigns, frame.astype(dict.fromkeys(list(named.values())[:3], "float64"))


def test_the_calendar_orders_campaigns_and_says_which_made_money() -> None:
    frame = campaign_calendar(*compared())

    assert list(frame["report"]) == ["week", "contest", "day", "night", "gone"]
    assert list(frame["money"]) == ["made", "open", "made", "lost", None]


def test_the_next_year_keeps_what_made_money_and_adds_it_draw_by_draw() -> None:
    frame = next_plan(campaign_calendar(*compared()))

    assert list(frame["advice"]) == ["keep", "hold_out", "keep", "change", "total"]
    assert frame["start"].iloc[0] == pd.Timestamp("2026-01-05")  # a Monday, as 6 January 2025 was
    double_11 = campaign_calendar(*compared()).assign(start=pd.Timestamp("2025-10-31"), end=pd.Timestamp("2025-11-12"))
    assert next_plan(double_11)["start"].iloc[0] == pd.Timestamp("2026-10-31"), "which comes by its date"
    total = frame.iloc[-1]
    assert total["cost"] == Decimal("15.00")  # of what stays and what is tested
    assert total["net"] == 40
    assert (total["low"], total["high"]) == pytest.approx((25.75, 54.25))  # of one group: 25 and 55, drawn twice
    assert frame["net"].isna().tolist() == [False, True, False, True, False]
    assert next_plan(campaign_calendar(*compared()).tail(1)).empty


def test_a_lesson_holds_twice_and_never_the_other_way() -> None:
    campaigns = pd.DataFrame({"report": ["a", "b", "c"], "title": ["A", "B", "C"]})
    recorded = figures(
        ("a", "incremental_gmv", 5, 1, 9), ("b", "incremental_gmv", 4, 2, 6), ("c", "incremental_gmv", 1, -1, 3),
        ("a", "net_contribution", -5, -9, -1), ("b", "net_contribution", -4, -6, -2),
        ("c", "net_contribution", 4, 2, 6), ("a", "halo_share", 1, 0.5, 2), ("q", "incremental_gmv", 9, 8, 10),
    )  # fmt: skip
    place = {"figure": "gmv", "dimension": "channel", "segment": "app", "factor": "payment_rate", "is_cause": True}
    causes = pd.DataFrame([{**place, "report": "m1", "cost": -3}, {**place, "report": "m2", "cost": -4}])

    frame = lessons(campaigns, recorded, causes)

    told = list(zip(frame["figure"], frame["sign"], frame["held"], frame["unclear"], strict=True))
    assert told == [("incremental_gmv", "above", 2, 1), ("gmv", "cause", 2, 0)]
    assert frame["titles"].iloc[0] == ("A", "B")
    assert frame["row"].iloc[1]["cost"] == -7
    assert lessons(campaigns, recorded.iloc[:0], causes.iloc[:0]).empty
