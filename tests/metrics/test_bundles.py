"""Orders with a bundle and what bundles bring, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from retro.errors import MissingColumn
from retro.metrics.bundles import bundles
from retro.periods import Window

at = dt.datetime.fromisoformat
DAY = Window(at("2025-02-10"), at("2025-02-11"), at("2025-03-01"), baseline_weeks=1)
ORDERS = [
    ("a", "ann", "2025-02-10T10:00", "paid", "c"),
    ("b", "bob", "2025-02-10T11:00", "paid", None),
    ("c", "bob", "2025-02-10T12:00", "refunded", None),
    ("d", "cat", "2025-02-04T12:00", "paid", None),
    ("e", "cat", "2025-01-04T12:00", "paid", None),
    ("f", "ann", "2025-02-10T13:00", "paid", None),
]
LINES = [
    ("a", "40.00", "set"),
    ("a", "50.00", "set"),
    ("a", "10.00", None),
    ("b", "100.00", None),
    ("c", "70.00", "set"),
    ("d", "60.00", "set"),
    ("e", "60.00", "set"),
    ("f", "20.00", "pair"),
]


@pytest.fixture
def orders(table: Callable[..., ibis.Table]) -> ibis.Table:
    return table("order_id user_id ordered_at status campaign_id", ORDERS)


@pytest.fixture
def lines(table: Callable[..., ibis.Table]) -> ibis.Table:
    return table("order_id amount bundle_id", LINES)


def test_orders_with_a_line_of_a_bundle_over_all_and_what_these_lines_bring(
    orders: ibis.Table, lines: ibis.Table
) -> None:
    own, base = bundles(orders, lines, DAY).to_dict("records")

    assert [own[name] for name in ("orders", "bundled", "buyers")] == [3, 2, 1]
    assert own["rate"] == pytest.approx(2 / 3)
    assert (own["gmv"], own["bundle_gmv"]) == (Decimal("220.00"), Decimal("110.00"))
    assert own["gmv_rate"] == 0.5
    assert (own["order_value"], own["other_value"]) == (Decimal("60.00"), Decimal("100.00"))
    assert [base[name] for name in ("orders", "bundled", "gmv_rate", "other_value")] == [1, 1, 1.0, None]
    assert own["difference"] == pytest.approx(2 / 3 - 1)
    assert own["difference_low"] < own["difference"] < own["difference_high"]


def test_of_a_campaign_only_its_own_orders_count(orders: ibis.Table, lines: ibis.Table) -> None:
    own = bundles(orders, lines, DAY, campaign_id="c").iloc[0]

    assert (own["orders"], own["bundled"], own["bundle_gmv"]) == (1, 1, Decimal("90.00"))


def test_without_orders_rates_are_missing_and_not_zero(orders: ibis.Table, lines: ibis.Table) -> None:
    quiet = Window(at("2025-02-20"), at("2025-02-21"), at("2025-03-01"), baseline_weeks=1)
    own = bundles(orders, lines, quiet).iloc[0]

    assert (own["orders"], own["bundled"], own["bundle_gmv"]) == (0, 0, Decimal("0.00"))
    assert pd.isna(own[["rate", "gmv_rate", "order_value", "difference"]]).all()


def test_lines_without_bundles_cannot_tell(orders: ibis.Table, lines: ibis.Table) -> None:
    with pytest.raises(MissingColumn, match="bundle_id"):
        bundles(orders, lines.drop("bundle_id"), DAY)
