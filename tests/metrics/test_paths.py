from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import ibis

from retro.metrics.paths import newcomer_path, points_path
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
WINDOW = Window(at("2025-01-01"), at("2025-02-01"), at("2025-01-25"))


def test_each_step_needs_the_one_before_it(table: MakeTable) -> None:
    names = ("ann", "bob", "eve", "joe")
    users = table("user_id registered_at", [*((name, "2025-01-01") for name in names), ("late", "2025-01-05")])
    orders = table(
        "order_id user_id ordered_at status",
        [
            ("a", "ann", "2025-01-02", "paid"),
            ("b", "ann", "2025-01-12", "paid"),  # on day +10
            ("c", "bob", "2025-01-02", "paid"),
            ("d", "bob", "2025-01-02T20:00", "paid"),  # the same day is no second visit
            ("e", "eve", "2025-01-11", "paid"),  # ten days after registering is too late
            ("f", "joe", "2025-01-03", "paid"),
        ],
    )
    events = table("user_id event occurred_at", [("ann", "view", "2025-01-05"), ("joe", "view", "2025-01-13")])

    frame = newcomer_path(users, orders, events, WINDOW, days=10)

    assert frame["users"].tolist() == [4, 3, 2, 1]
    assert frame["immature"].tolist() == [1] * 4
    assert frame["total_rate"].tolist() == [1, 0.75, 0.5, 0.25]


def test_points_must_be_redeemed_before_the_order(table: MakeTable) -> None:
    ledger = table(
        "user_id kind occurred_at",
        [
            ("ann", "sign_in", "2025-01-02"),
            ("ann", "redeem", "2025-01-03"),
            ("bob", "task", "2025-01-02"),
            ("bob", "redeem", "2025-01-01"),
            ("eve", "opening", "2025-01-02"),
            ("late", "share", "2025-01-20"),
        ],
    )
    orders = table(
        "order_id user_id ordered_at status",
        [("a", "ann", "2025-01-03", "paid"), ("b", "ann", "2025-01-04", "paid"), ("c", "bob", "2025-01-04", "paid")],
    )

    frame = points_path(ledger, orders, WINDOW, days=10)

    assert frame["users"].tolist() == [2, 1, 1]
    assert frame["immature"].iloc[0] == 1
