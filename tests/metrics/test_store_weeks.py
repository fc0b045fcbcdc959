"""Weeks and shops of a chain around a node, worked by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.errors import MissingColumn
from retro.metrics import store_node, store_ranks, store_weeks, store_years
from retro.metrics.windows import WEEK
from retro.periods import Window

START = dt.datetime(2024, 12, 7)
WINDOW = Window(START, START + 2 * WEEK, START + 4 * WEEK)
WEEKS = range(-60, 4)


def taken(week: int) -> int:
    """What the large shop took: 100 in ordinary weeks, 200 and 180 in the burst, 150 and 170 in that before."""
    return {0: 200, 1: 180, -52: 150, -51: 170, 2: 60, -50: 80}.get(week, 100)


def chain(**columns: Any) -> dict[str, Any]:
    """A large shop, and a small one that takes 10 in every week."""
    rows = [
        (name, (START + week * WEEK).date(), Decimal(amount), week in (2, -50))
        for week in WEEKS
        for name, amount in (("large", taken(week)), ("small", 10))
    ]
    frame = pd.DataFrame(rows, columns=["shop", "sold_on", "amount", "is_holiday"])
    return {"shop_sales": ibis.memtable(frame.assign(**columns))}


def node_weeks(shop: dict[str, Any] | None = None, window: Window = WINDOW) -> pd.DataFrame:
    return store_weeks(chain() if shop is None else shop, window, preheat_days=7, after_days=14)


def test_weeks_beside_the_median_and_the_year_before() -> None:
    frame = node_weeks().set_index("week")

    assert list(frame.index) == list(WEEKS)
    assert frame["phase"].dropna().to_dict() == {-1: "preheat", 0: "burst", 1: "burst", 2: "return", 3: "return"}
    burst = frame.loc[1]
    assert (burst["gmv"], burst["median"], burst["year_ago"]) == (Decimal("190.00"), Decimal("110.00"), Decimal(180))
    assert burst["until"] == dt.date(2024, 12, 20)
    assert burst["rate"] == pytest.approx(190 / 110 - 1)
    assert burst["change"] == pytest.approx(190 / 180 - 1)
    assert (burst["pair"], burst["pair_year_ago"]) == (Decimal(260), Decimal(270)), "with the week after it"
    assert burst["pair_change"] == pytest.approx(260 / 270 - 1)
    assert (burst["shops"], burst["above"], burst["others"]) == (2, 1, ["small"])
    assert (frame.loc[2, "above"], frame.loc[2, "marked"], frame.loc[1, "marked"]) == (0, True, False)
    assert pd.isna(frame.loc[-60, "year_ago"])
    assert pd.isna(frame.loc[3, "pair"]), "the week after the last is not known"


def test_a_node_summed() -> None:
    (row,) = store_node(node_weeks(), baseline_weeks=4).to_dict("records")

    assert (row["weeks"], row["shops"], row["before_weeks"], row["before_median"]) == (64, 2, 4, Decimal("110.00"))
    assert (row["burst_gmv"], row["burst_medians"], row["burst_year_ago"]) == (400, 220, 340)
    assert row["burst_change"] == pytest.approx(400 / 340 - 1)
    assert (row["return_gmv"], row["return_weeks"], row["return_year_ago"]) == (180, 2, 200)
    assert (row["low_until"], row["low_gmv"]) == (dt.date(2024, 12, 27), 70)
    assert (row["high_until"], row["high_gmv"], row["high_others"]) == (dt.date(2024, 12, 13), 210, ["small"])
    assert (row["marked"], row["unmarked"], row["marked_mean"], row["marked_below"]) == (2, 62, Decimal("80.00"), 2)
    assert row["top_marked"] == 0, "the two highest weeks are not marked"


def test_years_and_shops() -> None:
    years = store_years(node_weeks()).set_index("year")
    large, small = store_ranks(chain(), WINDOW).to_dict("records")

    assert years["weeks"].sum() == 64
    assert years.loc["2025"].to_list()[:3] == [1, Decimal(110), Decimal(110)], "the week to 3 January"
    assert pd.isna(years.loc["2024", "year_ago"]), "its first weeks have none"
    assert (large["shop"], large["best_gmv"], large["best_until"]) == ("large", 200, dt.date(2024, 12, 13))
    assert small["share"] == pytest.approx(640 / float(large["gmv"] + small["gmv"]))


def test_weeks_that_are_not_over_or_lacking_are_left_out() -> None:
    soon = Window(START, START + 2 * WEEK, START + WEEK + dt.timedelta(days=3))
    assert node_weeks(window=soon)["week"].max() == 0
    assert store_node(node_weeks(window=soon))["return_gmv"].item() is None

    shop = chain()
    rows = shop["shop_sales"]
    lacking = {"shop_sales": rows.filter(rows.sold_on != (START - 10 * WEEK).date())}
    assert -10 not in set(node_weeks(lacking)["week"])


def test_what_a_chain_does_not_keep() -> None:
    shop = chain()
    unmarked = {"shop_sales": shop["shop_sales"].drop("is_holiday")}
    assert node_weeks(unmarked)["marked"].isna().all()
    assert store_node(node_weeks(unmarked))["mark_rate"].item() is None
    assert store_node(node_weeks(chain(is_holiday=False)))["marked"].item() is None, "nothing is marked"
    assert node_weeks({}).empty
    assert store_ranks({}, WINDOW).empty
    assert store_node(node_weeks({})).empty
    few = {"shop_sales": shop["shop_sales"].filter(shop["shop_sales"].sold_on >= (START - 5 * WEEK).date())}
    assert node_weeks(few).empty, "nine weeks say nothing of an ordinary one"
    with pytest.raises(MissingColumn, match="'amount'"):
        node_weeks({"shop_sales": shop["shop_sales"].drop("amount")})


def test_days_are_added_up_to_weeks() -> None:
    days = [(START + dt.timedelta(days=day)).date() for day in range(-80, 14)]
    frame = pd.DataFrame({"shop": "one", "sold_on": days, "amount": Decimal(3)})
    weeks = store_weeks({"shop_sales": ibis.memtable(frame)}, WINDOW)

    assert (weeks["week"].min(), weeks["week"].max()) == (-11, 1), "the first three days are no whole week"
    assert set(weeks["gmv"]) == {Decimal("21.00")}
