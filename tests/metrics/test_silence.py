import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis

from retro.metrics.silence import silent_members

UNTIL = dt.datetime.fromisoformat("2025-07-01")

MakeTable = Callable[..., ibis.Table]


def test_silent_members_neither_bought_nor_came(table: MakeTable) -> None:
    old = ["a", "b", "c", "d", "e", "buys", "comes"]
    users = table("user_id registered_at", [(name, "2024-01-01T00:00") for name in old] + [("new", "2025-05-01T00:00")])
    orders = table(
        "order_id user_id ordered_at status amount",
        [
            ("1", "a", "2024-02-01T00:00", "paid", "100"),
            ("2", "b", "2024-02-01T00:00", "paid", "50"),
            ("3", "c", "2024-02-01T00:00", "paid", "50"),
            ("4", "buys", "2025-06-01T00:00", "paid", "10"),
            ("5", "d", "2025-06-01T00:00", "cancelled", "10"),
        ],
    )
    events = table(
        "user_id event occurred_at",
        [
            ("comes", "log_in", "2025-06-15T00:00"),
            ("a", "log_in", "2025-05-15T00:00"),
            ("b", "view", "2025-06-15T00:00"),
        ],
    )
    frame = silent_members(users, orders, events, at=UNTIL).order_by("user_id").execute()
    # a to e are silent: d and e never bought, so nobody bought less; b and c tie above two of five; a above four.
    assert frame["user_id"].tolist() == ["a", "b", "c", "d", "e"]
    assert frame["stars"].tolist() == [5, 3, 3, 1, 1]
    assert frame["amount"].tolist() == [Decimal(amount) for amount in (100, 50, 50, 0, 0)]
