"""Refunds soon after the order and their reasons, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from retro.errors import MissingColumn
from retro.metrics.refund_reasons import refund_rates, refund_reasons
from retro.periods import Window

at = dt.datetime.fromisoformat
WEEK = Window(at("2025-02-10"), at("2025-02-17"), at("2025-03-01"), baseline_weeks=1)
ORDERS = [
    ("a", "2025-02-10T10:00", "paid", "100.00", "c"),
    ("b", "2025-02-11T10:00", "refunded", "50.00", "c"),
    ("c", "2025-02-12T10:00", "paid", "80.00", "c"),
    ("d", "2025-02-13T10:00", "paid", "70.00", "c"),
    ("e", "2025-02-14T10:00", "cancelled", "90.00", "c"),
    ("f", "2025-02-16T10:00", "paid", "40.00", None),
    ("g", "2025-02-04T10:00", "paid", "100.00", None),
    ("h", "2025-02-05T10:00", "refunded", "60.00", None),
    ("i", "2025-02-03T10:00", "paid", "30.00", None),  # before refunds are known
    ("z", "2025-01-20T10:00", "refunded", "10.00", None),
]
REFUNDS = [
    ("b", "2025-02-12T10:00", "50.00", "quality"),
    ("c", "2025-02-19T09:59", "20.00", "late"),
    ("d", "2025-02-20T10:00", "70.00", "late"),  # seven days to the second: no longer within them
    ("f", "2025-02-17T10:00", "10.00", "quality"),
    ("f", None, "10.00", " late "),
    ("h", "2025-02-06T10:00", "60.00", "quality"),
    ("z", "2025-02-04T09:00", "10.00", "quality"),
    ("nobody", "2025-02-12T09:00", "10.00", "quality"),
]


@pytest.fixture
def orders(table: Callable[..., ibis.Table]) -> ibis.Table:
    return table("order_id ordered_at status amount campaign_id", ORDERS)


@pytest.fixture
def refunds(table: Callable[..., ibis.Table]) -> ibis.Table:
    return table("order_id refunded_at amount reason", REFUNDS)


def test_orders_with_money_back_in_time_over_those_paid(orders: ibis.Table, refunds: ibis.Table) -> None:
    own, base = refund_rates(orders, refunds, WEEK).to_dict("records")

    assert (own["paid"], own["refunded"], own["rate"], own["immature"]) == (5, 3, 0.6, 0)
    assert (own["amount"], own["paid_amount"]) == (Decimal("90.00"), Decimal("340.00"))
    assert own["amount_rate"] == pytest.approx(90 / 340)
    assert (base["paid"], base["refunded"], base["amount"], base["paid_amount"]) == (2, 1, Decimal(60), Decimal(160))
    assert own["difference"] == pytest.approx(0.1)
    assert own["difference_low"] < 0 < own["difference_high"]
    assert pd.isna(base["difference"])


def test_orders_that_are_not_old_enough_are_left_out(orders: ibis.Table, refunds: ibis.Table) -> None:
    own, _ = refund_rates(orders, refunds, replace(WEEK, observed_until=at("2025-02-19T12:00"))).to_dict("records")

    assert (own["paid"], own["refunded"], own["immature"]) == (3, 2, 2)


def test_of_a_campaign_only_its_own_orders_count(orders: ibis.Table, refunds: ibis.Table) -> None:
    own, base = refund_rates(orders, refunds, WEEK, campaign_id="c").to_dict("records")

    assert (own["paid"], own["refunded"], base["paid"]) == (4, 2, 2)


def test_reasons_stand_beside_the_baseline(orders: ibis.Table, refunds: ibis.Table) -> None:
    late, quality = refund_reasons(orders, refunds, WEEK, least=1).to_dict("records")

    assert (late["reason"], late["orders"], late["amount"], late["refunded"]) == ("late", 2, Decimal("30.00"), 3)
    assert (quality["orders"], quality["amount"], quality["share"]) == (2, Decimal("60.00"), pytest.approx(2 / 3))
    assert (quality["rate"], quality["baseline_rate"], quality["orders_before"]) == (0.4, 0.5, 1)
    assert (late["orders_before"], late["baseline_refunded"], late["difference"]) == (0, 1, 0.4)
    # Wilson's intervals of 2 / 5 and 0 / 2 with 97.5 %, two reasons, and Newcombe's of their difference.
    assert (late["difference_low"], late["difference_high"]) == (
        pytest.approx(-0.3757, abs=1e-4),
        pytest.approx(0.8006, abs=1e-4),
    )


def test_rare_reasons_are_put_together(orders: ibis.Table, refunds: ibis.Table) -> None:
    (other,) = refund_reasons(orders, refunds, WEEK, least=3).to_dict("records")

    assert (other["reason"], other["orders"], other["amount"], other["orders_before"]) == ("other", 4, Decimal(90), 1)


def test_refunds_without_a_reason_are_told_as_such(orders: ibis.Table, table: Callable[..., ibis.Table]) -> None:
    refunds = table(
        "order_id refunded_at amount reason",
        [("a", "2025-02-11T10:00", "9.00", " "), ("z", "2025-02-10T00:00", "9.00", "")],
    )

    (row,) = refund_reasons(orders, refunds, WEEK, least=1).to_dict("records")
    assert (row["reason"], row["orders"]) == ("unstated", 1)
    assert pd.isna(row["baseline_rate"])
    assert refund_reasons(orders, refunds.drop("reason"), WEEK).empty


def test_without_refunds_there_are_no_rows(orders: ibis.Table, refunds: ibis.Table) -> None:
    none = refunds.filter(refunds.order_id == "x")

    assert refund_rates(orders, none, WEEK).empty
    assert refund_reasons(orders, none, WEEK).empty


def test_orders_without_amounts_still_have_rates(orders: ibis.Table, refunds: ibis.Table) -> None:
    own, _ = refund_rates(orders.drop("amount"), refunds, WEEK).to_dict("records")

    assert (own["rate"], own["paid_amount"]) == (0.6, None)
    assert pd.isna(own["amount_rate"])


def test_refunds_without_their_time_are_refused(orders: ibis.Table, refunds: ibis.Table) -> None:
    with pytest.raises(MissingColumn, match="refunds: column 'refunded_at' must be in the table"):
        refund_rates(orders, refunds.drop("refunded_at"), WEEK)
