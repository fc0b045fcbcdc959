"""Payments of the difference to a lower price, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pytest

from retro.errors import MissingColumn
from retro.metrics.price_protection import price_protection
from retro.metrics.refund_reasons import refund_rates
from retro.periods import Window

at = dt.datetime.fromisoformat
WEEK = Window(at("2025-02-10"), at("2025-02-17"), at("2025-03-01"), baseline_weeks=1)
ORDERS = [
    ("a", "2025-02-10T10:00", "paid", "100.00"),
    ("b", "2025-02-11T10:00", "refunded", "50.00"),
    ("c", "2025-02-12T10:00", "paid", "150.00"),
    ("d", "2025-02-16T10:00", "paid", "40.00"),
    ("g", "2025-02-04T10:00", "paid", "100.00"),
    ("h", "2025-02-05T10:00", "paid", "60.00"),
    ("z", "2025-01-20T10:00", "paid", "10.00"),
]
REFUNDS = [
    ("a", "2025-02-12T10:00", "6.00", "yes"),
    ("a", "2025-02-20T10:00", "4.00", "yes"),
    ("b", "2025-02-12T10:00", "50.00", "no"),
    ("c", "2025-02-27T10:00", "9.00", "yes"),  # fifteen days to the second: no longer within them
    ("h", "2025-02-06T10:00", "5.00", "yes"),
    ("z", "2025-02-01T09:00", "1.00", None),
]


@pytest.fixture
def orders(table: Callable[..., ibis.Table]) -> ibis.Table:
    return table("order_id ordered_at status amount", ORDERS)


@pytest.fixture
def refunds(table: Callable[..., ibis.Table]) -> ibis.Table:
    made = table("order_id refunded_at amount is_price_protection", REFUNDS)
    return made.mutate(is_price_protection=made.is_price_protection == "yes")


def test_orders_with_a_claim_over_those_paid_and_their_payments(orders: ibis.Table, refunds: ibis.Table) -> None:
    own, base = price_protection(orders, refunds, WEEK).to_dict("records")

    # Of 1 March orders until 14 February are fifteen days old: d is not.
    assert [own[name] for name in ("paid", "claimed", "claims", "immature")] == [3, 1, 2, 1]
    assert (own["amount"], own["paid_amount"]) == (Decimal("10.00"), Decimal("300.00"))
    assert own["rate"] == pytest.approx(1 / 3)
    assert own["amount_rate"] == pytest.approx(10 / 300)
    assert [base[name] for name in ("paid", "claimed", "claims", "amount")] == [2, 1, 1, Decimal("5.00")]
    assert own["difference"] == pytest.approx(1 / 3 - 1 / 2)


def test_what_was_paid_back_as_the_price_fell_is_no_refund(orders: ibis.Table, refunds: ibis.Table) -> None:
    kept, all_of_them = (refund_rates(orders, given, WEEK).iloc[0] for given in
                         (refunds, refunds.drop("is_price_protection")))  # fmt: skip

    assert (kept["refunded"], kept["amount"]) == (1, Decimal("50.00"))
    assert (all_of_them["refunded"], all_of_them["amount"]) == (2, Decimal("56.00"))


def test_claims_that_nobody_marks_cannot_be_told_and_without_any_refund_there_is_nothing(
    orders: ibis.Table, refunds: ibis.Table
) -> None:
    with pytest.raises(MissingColumn, match="is_price_protection"):
        price_protection(orders, refunds.drop("is_price_protection"), WEEK)
    assert price_protection(orders, refunds.limit(0), WEEK).empty
