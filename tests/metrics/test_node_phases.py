"""Phases of a promotion node beside the weeks before it, by hand and on a chain's weekly sales."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from retro.metrics.node_phases import node_phases
from retro.periods import Window

at = dt.datetime.fromisoformat
DAY = dt.timedelta(days=1)
START, END = at("2025-06-16T00:00"), at("2025-06-19T00:00")


def daily(amounts: dict[str, str], *, since: str = "2025-05-01", until: str = "2025-06-26") -> ibis.Table:
    """An order of 10.00 on each day, or of what is given for it."""
    days = pd.date_range(since, until, inclusive="left")
    rows = [
        (f"o{place}", day.to_pydatetime(), "paid", Decimal(amounts.get(day.date().isoformat(), "10.00")))
        for place, day in enumerate(days)
    ]
    return ibis.memtable(pd.DataFrame(rows, columns=["order_id", "ordered_at", "status", "amount"]))


NODE = {"2025-06-16": "100.00", "2025-06-17": "50.00", "2025-06-18": "150.00", "2025-06-20": "0.00"}


def test_each_phase_stands_beside_as_many_baseline_days() -> None:
    window = Window(START, END, END + 7 * DAY, baseline_weeks=4)

    preheat, burst, back = node_phases({"orders": daily(NODE)}, window, preheat_days=14, after_days=7).to_dict(
        "records"
    )

    assert (preheat["days"], preheat["gmv"], preheat["gain_gmv"]) == (14, Decimal("140.00"), Decimal("0.00"))
    assert (burst["orders"], burst["gmv"], burst["baseline_gmv"]) == (3, Decimal("300.00"), Decimal("30.00"))
    assert (burst["gain_gmv"], burst["rate_gmv"]) == (Decimal("270.00"), 9.0)
    assert (back["gmv"], back["gain_gmv"]) == (Decimal("60.00"), Decimal("-10.00"))
    assert [row["share_gmv"] for row in (preheat, burst, back)] == [140 / 500, 300 / 500, 60 / 500]


def test_the_baseline_level_is_the_median_week_and_its_range_the_lowest_and_the_highest() -> None:
    # Weeks before 2 June: 26 May to 1 June, and so on back; one of 140, one of 35, two of 70.
    weeks = dict.fromkeys([f"2025-05-{day}" for day in range(19, 26)], "20.00")
    weeks |= dict.fromkeys([f"2025-05-{day}" for day in range(12, 19)], "5.00")
    window = Window(START, END, END + 7 * DAY, baseline_weeks=4)

    row = node_phases({"orders": daily(weeks)}, window, preheat_days=14).iloc[0]

    assert (row["baseline_gmv"], row["low_gmv"], row["high_gmv"]) == (Decimal(140), Decimal(70), Decimal(280))
    assert row["weeks"] == 4


def test_weeks_that_another_campaign_touches_are_no_baseline() -> None:
    """Of four weeks one sold 70 more on a day of another campaign, which was its range's upper end."""
    window = Window(START, END, END + 7 * DAY, baseline_weeks=4)
    sold = daily(NODE | {"2025-05-21": "80.00"})
    other = Window(at("2025-05-21T00:00"), at("2025-05-22T00:00"))

    beside, without = (
        node_phases({"orders": sold}, window, preheat_days=14, after_days=7, others=others).iloc[1]
        for others in ((), (other,))
    )

    assert (beside["weeks"], beside["high_gmv"]) == (4, Decimal("60.00"))
    assert (without["weeks"], without["high_gmv"]) == (3, Decimal("30.00"))


@pytest.mark.parametrize(
    ("until", "states", "gmv"),
    [
        (END, ["observed", "observed", "open"], [Decimal(140), Decimal(300), None]),
        (END - DAY, ["observed", "partial", "open"], [Decimal(140), Decimal(150), None]),
        (END + 2 * DAY, ["observed", "observed", "partial"], [Decimal(140), Decimal(300), Decimal(10)]),
    ],
)
def test_what_is_not_over_has_no_share_and_what_has_not_begun_no_amount(
    until: dt.datetime, states: list[str], gmv: list[Decimal | None]
) -> None:
    frame = node_phases({"orders": daily(NODE)}, Window(START, END, until, baseline_weeks=4), preheat_days=14)

    assert frame["state"].to_list() == states
    assert [value if pd.notna(value) else None for value in frame["gmv"]] == gmv
    assert frame["share_gmv"].isna().all()


def test_without_three_whole_weeks_before_there_is_no_baseline() -> None:
    window = Window(START, END, END + 7 * DAY, baseline_weeks=8)

    frame = node_phases({"orders": daily(NODE, since="2025-05-14")}, window, preheat_days=14)

    assert frame["weeks"].to_list() == [2, 2, 2]
    assert frame["baseline_gmv"].isna().all()
    assert frame["gain_gmv"].isna().all()
    assert frame["share_gmv"].to_list() == [140 / 500, 300 / 500, 60 / 500], "what was sold is known all the same"


def test_a_shop_without_amounts_counts_orders() -> None:
    orders = daily(NODE).drop("amount")

    frame = node_phases({"orders": orders}, Window(START, END, END + 7 * DAY, baseline_weeks=4), preheat_days=14)

    assert [name for name in frame.columns if name.endswith("gmv")] == []
    assert (frame.loc[1, "orders"], frame.loc[1, "baseline_orders"], frame.loc[1, "gain_orders"]) == (3, 3, 0)


def test_a_node_without_pre_heat_and_return_is_its_burst() -> None:
    frame = node_phases(
        {"orders": daily(NODE)}, Window(START, END, END, baseline_weeks=4), preheat_days=0, after_days=0
    )

    assert frame["phase"].to_list() == ["burst"]
    assert frame["share_gmv"].to_list() == [1.0]


@pytest.mark.parametrize(
    ("first", "baseline", "burst", "after"),
    [
        ("2010-11-26", "221764512.95", "314149016.96", "204136485.83"),
        ("2011-11-25", "230737004.03", "308629246.70", "214936932.70"),
    ],
)
def test_a_chains_weeks_before_and_after_thanksgiving(
    first: str, baseline: str, burst: str, after: str, walmart: Callable[[], ibis.Table]
) -> None:
    start = at(first) - 6 * DAY
    window = Window(start, start + 35 * DAY, start + 70 * DAY, baseline_weeks=8)

    frame = node_phases({"orders": walmart()}, window, preheat_days=0, after_days=35).set_index("phase")

    assert frame.loc["burst", "baseline_gmv"] == Decimal(baseline), "five median weeks"
    assert frame.loc["burst", "gmv"] == Decimal(burst)
    assert frame.loc["return", "gmv"] == Decimal(after)


def test_what_a_chains_shops_took_where_it_holds_no_orders(walmart: Callable[[], ibis.Table]) -> None:
    start = at("2011-11-19")
    window = Window(start, start + 35 * DAY, start + 70 * DAY)
    sold = walmart().select("amount", shop="order_id", sold_on=ibis._.ordered_at.date() - ibis.interval(days=6))

    frame = node_phases({"shop_sales": sold}, window, preheat_days=42, after_days=35).set_index("phase")

    assert frame["gmv"].to_list() == [Decimal("279618344.40"), Decimal("308629246.70"), Decimal("214936932.70")]
    assert [name for name in frame.columns if "orders" in name] == []


@pytest.fixture
def walmart() -> Callable[[], ibis.Table]:
    """Weekly sales of 45 stores as orders of the day on which a week ended."""

    def read() -> ibis.Table:
        sales = ibis.read_parquet("../shared/data/walmart_stores/store_weeks.parquet")
        return sales.select(
            order_id=sales.store_id.cast("string") + "/" + sales.week_ending.cast("string"),
            ordered_at=sales.week_ending.cast("timestamp"),
            status=ibis.literal("paid"),
            amount=sales.weekly_sales,
        )

    return read
