"""Links: unlinked is not unused."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import ibis
import pytest
from tests.metrics.test_coupons import WEEK, bought, coupon, coupons_of, orders_of

from retro.metrics.coupons import coupons
from retro.metrics.links import unlinked
from retro.periods import Window

MakeTable = Callable[..., ibis.Table]
at = dt.datetime.fromisoformat


def test_a_coupon_used_on_an_unknown_order_is_used_and_its_money_unknown(table: MakeTable) -> None:
    rows = [coupon(f"u{n}", order=f"o{n}") for n in range(6)]
    rows += [coupon("gone", order="elsewhere"), coupon("bare", used_at=at("2025-03-03T10:00")), coupon("never")]
    rows += [coupon("after", used_at=at("2025-03-09T10:00"))]
    orders = orders_of(table, *[bought(f"o{n}", f"u{n}", "90.00") for n in range(6)])

    (row,) = coupons(orders, coupons_of(*rows), WEEK).to_dict("records")

    assert (row["issued"], row["used"], row["unlinked"]) == (10, 8, 2)
    assert row["coupon_use_rate"] == pytest.approx(0.8)
    assert (row["subsidy"], row["gmv"]) == (Decimal("60.00"), Decimal("540.00"))


def test_amounts_of_fewer_than_five_known_orders_are_not_shown(table: MakeTable) -> None:
    rows = [coupon(f"u{n}", order=f"o{n}") for n in range(3)]
    rows += [coupon(f"x{n}", used_at=at("2025-03-03T10:00")) for n in range(9)]
    orders = orders_of(table, *[bought(f"o{n}", f"u{n}", "90.00") for n in range(3)])

    (row,) = coupons(orders, coupons_of(*rows), WEEK).to_dict("records")

    assert (row["used"], row["subsidy"], row["gmv"]) == (12, None, None)


def refunds(*rows: tuple[Any, ...]) -> ibis.Table:
    return ibis.memtable(
        [dict(zip(("order_id", "refunded_at"), row, strict=True)) for row in rows],
        schema={"order_id": "string", "refunded_at": "timestamp"},
    )


def test_refunds_count_until_the_data_was_observed_dated_or_not(table: MakeTable) -> None:
    shop = {
        "orders": orders_of(table, bought("a", "u", "9.00")),
        "refunds": refunds(
            ("a", at("2025-03-05")), ("z", at("2025-03-20")), ("y", None), ("x", at("2025-02-01")), (None, None)
        ),
    }
    seen = Window(WEEK.start, WEEK.end, at("2025-04-01"))

    assert unlinked("refunds.order_id", shop, seen) == (4, 3)
    assert unlinked("refunds.order_id", {"orders": shop["orders"]}, seen) is None


def test_exposures_are_those_of_the_experiments_asked_for(table: MakeTable) -> None:
    shop = {
        "users": table("user_id registered_at", [("ann", "2025-01-01")]),
        "exposures": table(
            "experiment_id unit_id arm exposed_at",
            [("one", "ann", "a", "2025-03-02"), ("one", "bob", "b", "2025-03-02"), ("two", "cat", "a", "2025-03-02")],
        ),
    }

    assert unlinked("exposures.unit_id", shop, WEEK, ["one"]) == (2, 1)
