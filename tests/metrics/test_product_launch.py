"""Tables worked by hand: launches, their curve, votes and neighbours."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest

from retro.errors import MissingColumn
from retro.metrics.product_launch import launch_curve, launch_votes, launches, neighbours, product_launch
from retro.metrics.shop import Has
from retro.periods import Window

START = dt.date(2024, 9, 2)
WINDOW = Window(dt.datetime(2024, 9, 2), dt.datetime(2024, 9, 16), dt.datetime(2024, 10, 16))


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


def goods(rows: list[tuple[Any, ...]], columns: str = "product_id category launched_on") -> ibis.Table:
    return ibis.memtable(pd.DataFrame(rows, columns=columns.split()))


def sales(rows: list[tuple[str, int, int]]) -> ibis.Table:
    """Pieces of products by day since the start of the campaign."""
    frame = pd.DataFrame(rows, columns=["product_id", "day", "units"])
    return ibis.memtable(frame.assign(sold_on=[day(number) for number in frame.pop("day")]))


PRODUCTS = goods([
    ("new", "a", day(0)), ("late", "a", day(10)), ("early", "b", day(3)), ("past", "b", day(-60)),
    ("old", "a", day(-500)),
])  # fmt: skip
SOLD = sales([
    ("old", -90, 1), ("new", 0, 4), ("new", 29, 2), ("new", 30, 9), ("late", 12, 5), ("early", -2, 3), ("early", 4, 3),
    ("past", -60, 2), ("past", -31, 1),
])  # fmt: skip


def test_pieces_count_from_the_day_of_launch() -> None:
    frame = launches({"product_sales": SOLD}, PRODUCTS, WINDOW)
    (row,) = product_launch(frame).to_dict("records")

    assert frame.set_index("product_id")[["group", "units", "observed_days", "sold_before"]].T.to_dict("list") == {
        "new": ["own", 6, 30, False],
        "late": ["own", 5, 30, False],
        "early": ["own", 3, 30, True],
        "past": ["past", 3, 30, False],
    }
    assert [row[name] for name in ("items", "measured", "early_items", "open_items", "units", "gmv")] == [
        3, 2, 1, 0, 11, None,
    ]  # fmt: skip
    assert np.isnan(row["each"])
    assert np.isnan(row["lift"])


def test_days_that_are_not_over_are_not_measured() -> None:
    soon = Window(WINDOW.start, WINDOW.end, dt.datetime(2024, 10, 2))
    (row,) = product_launch(launches({"product_sales": SOLD}, PRODUCTS, soon)).to_dict("records")

    assert (row["measured"], row["open_items"], row["units"]) == (1, 2, 6)


def test_orders_go_before_a_report_of_products_and_gifts_do_not_count() -> None:
    orders = ibis.memtable(pd.DataFrame({
        "order_id": ["1", "2", "3"], "status": ["paid", "cancelled", "paid"],
        "ordered_at": [dt.datetime(2024, 9, 3, 12), dt.datetime(2024, 9, 3, 12), dt.datetime(2024, 7, 1)],
    }))  # fmt: skip
    lines = [("1", "new", 2, Decimal("20.00"), False), ("1", "new", 1, Decimal("0.00"), True)]
    lines += [("2", "new", 5, Decimal("50.00"), False), ("3", "old", 1, Decimal("9.00"), False)]
    items = goods(lines, "order_id product_id quantity amount is_gift")
    frame = launches({"orders": orders, "order_items": items, "product_sales": SOLD}, PRODUCTS, WINDOW)
    new = frame.set_index("product_id").loc["new"]

    assert (new["units"], new["gmv"]) == (2, Decimal("20.00"))


def test_means_and_their_ratio() -> None:
    frame = pd.DataFrame({
        "group": ["own"] * 5 + ["past"] * 5, "observed_days": 30, "sold_before": False, "gmv": None,
        "units": [8, 10, 12, 9, 11, 4, 5, 6, 4, 6], "stocked": [20.0] * 5 + [np.nan] * 5,
    })  # fmt: skip
    (row,) = product_launch(frame).to_dict("records")

    assert (row["each"], row["past_each"], row["lift"], row["sell_through_rate"]) == (10, 5, pytest.approx(1), 0.5)
    half = 1.959964 * (2.5 / 5) ** 0.5
    assert (row["each_low"], row["each_high"]) == pytest.approx((10 - half, 10 + half))
    spread = 1.959964 * (2.5 / 5 / 100 + 1 / 5 / 25) ** 0.5
    assert (row["lift_low"], row["lift_high"]) == pytest.approx((2 * np.exp(-spread) - 1, 2 * np.exp(spread) - 1))


def test_the_curve_adds_up_over_products_that_are_old_enough() -> None:
    frame = launches({"product_sales": SOLD}, PRODUCTS, WINDOW)
    curve = launch_curve({"product_sales": SOLD}, PRODUCTS, frame, WINDOW).set_index(["group", "day"])

    assert curve.loc[("own", 0), ["items", "units", "each"]].tolist() == [2, 4, 2]
    assert curve.loc[("own", 29), "running"] == pytest.approx(5.5)
    assert curve.loc[("past", 29), "running"] == 3


def test_stock_of_the_first_day_and_what_came_in() -> None:
    rows = [("new", day(0), 10, 0), ("new", day(5), 2, 6), ("new", day(40), 0, 9)]
    stock = goods(rows, "product_id stocked_on opening_units received_units")
    frame = launches({"product_sales": SOLD, "stock": stock}, PRODUCTS, WINDOW)

    assert frame.set_index("product_id").loc["new", "stocked"] == 16
    assert frame["stocked"].isna().sum() == 3


def test_votes_before_the_launch_in_thirds() -> None:
    products = goods([(f"p{number}", "a", day(0)) for number in range(9)] + [("old", "a", day(-500))])
    sold = sales([(f"p{number}", 1, number + 1) for number in range(9)] + [("old", -90, 1)])
    frame = launches({"product_sales": sold}, products, WINDOW)
    cast = [(f"p{number}", f"u{voter}", dt.datetime(2024, 8, 1)) for number in range(9) for voter in range(number)]
    votes = goods([*cast, ("p0", "x", dt.datetime(2024, 9, 3))], "product_id user_id voted_at")
    found = launch_votes(votes, {"product_sales": sold}, products, frame)

    assert found[["items", "votes", "each"]].to_numpy().tolist() == [[3, 3, 2], [3, 12, 5], [3, 21, 8]]
    assert found["rank_correlation"].iloc[0] == pytest.approx(1)
    assert found["voters"].iloc[0] == 8
    assert found["bought"].isna().all()
    assert launch_votes(votes.filter(votes.user_id == "x"), {"product_sales": sold}, products, frame).empty


def test_voters_who_bought_what_they_voted_for() -> None:
    at = dt.datetime(2024, 9, 4)
    sold_to = [("0", "u9", dt.datetime(2024, 7, 1), "paid"), ("1", "u1", at, "paid"), ("2", "u2", at, "paid")]
    orders = goods(sold_to, "order_id user_id ordered_at status")
    items = goods([("0", "old", 1), ("1", "new", 1), ("2", "late", 1)], "order_id product_id quantity")
    shop = {"orders": orders, "order_items": items}
    frame = launches(shop, PRODUCTS, WINDOW)
    votes = goods([("new", name, dt.datetime(2024, 8, 1)) for name in ("u1", "u2")], "product_id user_id voted_at")
    (row,) = launch_votes(votes, shop, PRODUCTS, frame).head(1).to_dict("records")

    assert (row["voters"], row["bought"]) == (2, 1)


def test_neighbours_beside_other_categories() -> None:
    rows = [(f"{place}{number}", place, day(-500)) for place in ("a", "b") for number in range(5)]
    products = goods([*rows, ("new", "a", day(0))])
    before = [(name, -5, 20) for name, _, _ in rows] + [("a0", -60, 1)]
    after = [(name, 5, 15 if place == "a" else 30) for name, place, _ in rows]
    near, far = neighbours({"product_sales": sales(before + after)}, products, WINDOW).to_dict("records")

    assert [near[name] for name in ("items", "units_before", "units_after", "change")] == [5, 100, 75, -0.25]
    assert far["change"] == 0.5
    assert (near["taken"], near["taken_low"], near["taken_high"]) == pytest.approx((-0.5,) * 3)
    assert near["lost_units"] == pytest.approx(75)
    alone = goods([*rows[:5], ("new", "a", day(0))])
    assert neighbours({"product_sales": sales(before + after)}, alone, WINDOW).empty


def test_products_without_their_column_are_refused() -> None:
    with pytest.raises(MissingColumn, match="products: column 'launched_on' must be in the table"):
        launches({"product_sales": SOLD}, PRODUCTS.drop("launched_on"), WINDOW)
    with pytest.raises(MissingColumn, match="order_items: the shop must have this table"):
        launches(Has({"orders": goods([], "order_id ordered_at status")}), PRODUCTS, WINDOW)
