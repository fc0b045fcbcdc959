import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pytest

from retro.metrics import buyers

at = dt.datetime.fromisoformat
UNTIL = at("2025-02-01")

MakeTable = Callable[..., ibis.Table]


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    """Five buyers; three bought once for 10, one twice, one three times."""
    rows = [
        ("a", "2025-01-31T23:59", "paid", "10.00"),
        ("b", "2025-01-21T10:00", "paid", "10.00"),
        ("c", "2025-01-21T11:00", "paid", "10.00"),
        ("d", "2025-01-01T10:00", "paid", "20.50"),
        ("d", "2025-01-11T10:00", "paid", "20.00"),
        ("e", "2024-12-01T10:00", "paid", "99.99"),
        ("e", "2024-12-02T10:00", "paid", "0.01"),
        ("e", "2024-12-03T10:00", "paid", "5.00"),
        ("e", "2025-01-30T10:00", "refunded", "5.00"),
        ("late", "2025-02-01T00:00", "paid", "5.00"),
    ]
    return table("order_id user_id ordered_at status amount", [(str(n), *row) for n, row in enumerate(rows)])


def test_buyers_hold_days_orders_and_amount(orders: ibis.Table) -> None:
    frame = buyers(orders, observed_until=UNTIL).execute().set_index("user_id").sort_index()
    assert frame["recency_days"].to_dict() == {"a": 0, "b": 10, "c": 10, "d": 20, "e": 59}
    assert frame["orders"].to_dict() == {"a": 1, "b": 1, "c": 1, "d": 2, "e": 3}
    assert frame["amount"].to_dict()["e"] == Decimal("105.00")
