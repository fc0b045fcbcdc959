import datetime as dt
from collections.abc import Callable

import ibis

from retro.metrics.roi import first_buyers

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]

ROWS = [
    ("a", "ann", "2025-01-01T10:00", "paid", "10.00"),
    ("b", "ann", "2025-01-03T10:00", "paid", "10.00"),
    ("c", "bob", "2025-01-03T10:00", "refunded", "99.00"),
    ("d", "bob", "2025-01-04T10:00", "paid", "20.00"),
    ("e", "bob", "2025-02-20T10:00", "paid", "40.00"),
]


def test_a_user_counts_on_the_day_of_the_first_valid_order(table: MakeTable) -> None:
    frame = first_buyers(table("order_id user_id ordered_at status amount", ROWS), end=at("2025-01-06"))

    assert frame["buyers"].tolist() == [1, 0, 0, 1, 0]
    assert frame["on"].iloc[0] == dt.date(2025, 1, 1)
