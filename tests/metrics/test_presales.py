"""Deposits and balances of a node, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from retro.errors import MissingColumn
from retro.metrics.presales import presales
from retro.periods import Window

at = dt.datetime.fromisoformat
BURST = Window(at("2025-11-10T20:00"), at("2025-11-12T00:00"), at("2025-11-20T00:00"))
COLUMNS = "order_id ordered_at status amount deposit_paid_at balance_paid_at deposit_amount"
ROWS = [
    ("a", "2025-11-01T10:00", "paid", "100.00", "2025-11-01T10:01", "2025-11-10T20:05", "20.00"),
    ("b", "2025-11-02T10:00", "paid", "300.00", "2025-11-02T10:01", "2025-11-11T09:00", "30.00"),
    ("c", "2025-11-03T10:00", "pending", "80.00", "2025-11-03T10:01", None, "10.00"),
    ("d", "2025-11-04T10:00", "refunded", "90.00", "2025-11-04T10:01", "2025-11-10T21:00", "15.00"),
    ("e", "2025-11-11T10:00", "paid", "100.00", None, None, None),
    ("f", "2025-11-11T11:00", "cancelled", "70.00", None, None, None),
    ("g", "2025-11-09T11:00", "paid", "60.00", None, None, None),  # before the burst
    ("h", "2025-09-01T11:00", "paid", "55.00", "2025-09-01T11:00", "2025-09-02T11:00", "5.00"),  # of another node
]


def test_balances_over_deposits_and_pre_sale_beside_spot(table: Callable[..., ibis.Table]) -> None:
    presale, spot = presales(table(COLUMNS, ROWS), BURST, preheat_days=20).to_dict("records")

    assert (presale["deposits"], presale["orders"], presale["open"]) == (4, 2, 2)
    assert (presale["rate"], presale["gmv"], presale["open_deposit"]) == (0.5, Decimal("400.00"), Decimal("25.00"))
    assert (spot["orders"], spot["gmv"], spot["share"]) == (1, Decimal("100.00"), 0.2)
    assert (presale["order_value"], spot["order_value"]) == (Decimal("200.00"), Decimal("100.00"))
    assert all(pd.isna(spot[name]) for name in ("deposits", "open", "open_deposit", "rate"))


def test_a_node_without_deposits_has_no_rows(table: Callable[..., ibis.Table]) -> None:
    assert presales(table(COLUMNS, ROWS[4:7]), BURST, preheat_days=20).empty


def test_deposits_that_the_shop_does_not_keep_are_missing(table: Callable[..., ibis.Table]) -> None:
    orders = table(COLUMNS, ROWS).drop("deposit_amount")

    assert presales(orders, BURST, preheat_days=20)["open_deposit"].isna().all()


def test_a_shop_without_pre_sales_lacks_the_column(table: Callable[..., ibis.Table]) -> None:
    orders = table(COLUMNS, ROWS).drop("deposit_paid_at")

    with pytest.raises(MissingColumn, match="orders: column 'deposit_paid_at' must be in the table"):
        presales(orders, BURST, preheat_days=20)
