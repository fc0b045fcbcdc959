"""Who saved goods in the pre-heat and bought in the burst, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import ibis
import pytest

from retro.metrics.saved_goods import saved_goods
from retro.periods import Window

at = dt.datetime.fromisoformat
BURST = Window(at("2025-11-11T00:00"), at("2025-11-12T00:00"), at("2025-11-20T00:00"))
EVENTS = [
    ("ann", "add_to_cart", "2025-11-05T10:00"),
    ("ann", "favourite", "2025-11-06T10:00"),
    ("bob", "favourite", "2025-11-07T10:00"),
    ("cat", "view", "2025-11-07T11:00"),
    ("dan", "view", "2025-11-08T11:00"),
    ("eve", "register", "2025-11-08T11:00"),  # not active
    ("fay", "add_to_cart", "2025-11-11T11:00"),  # in the burst itself
    ("ann", "view", "2025-11-11T11:00"),
]
ORDERS = [
    ("a", "ann", "2025-11-11T12:00", "paid"),
    ("b", "dan", "2025-11-11T12:00", "paid"),
    ("c", "fay", "2025-11-11T13:00", "paid"),
    ("d", "bob", "2025-11-11T13:00", "cancelled"),
    ("e", None, "2025-11-11T13:00", "paid"),
    ("f", "fay", "2025-11-11T14:00", "paid"),
]
SAVING = ("add_to_cart", "favourite")


def test_buyers_among_those_who_saved_and_those_who_only_looked(table: Callable[..., ibis.Table]) -> None:
    events = table("user_id event occurred_at", EVENTS)
    orders = table("order_id user_id ordered_at status", ORDERS)

    frame = saved_goods(events, orders, BURST, preheat_days=7, saving_events=SAVING).set_index("what")

    assert frame[["users", "buyers"]].to_dict("index") == {
        "add_to_cart": {"users": 1, "buyers": 1},
        "favourite": {"users": 2, "buyers": 1},
        "any": {"users": 2, "buyers": 1},
        "none": {"users": 2, "buyers": 1},
    }
    assert frame.loc["any", "rate"] == 0.5
    assert frame["buyer_share"].to_list() == pytest.approx([1 / 3] * 4), "of ann, dan and fay"
    assert frame["since"].unique().tolist() == [at("2025-11-05T00:00")]


def test_an_event_that_the_log_does_not_have_has_no_row(table: Callable[..., ibis.Table]) -> None:
    events = table("user_id event occurred_at", [row for row in EVENTS if row[1] != "favourite"])
    orders = table("order_id user_id ordered_at status", ORDERS)

    frame = saved_goods(events, orders, BURST, preheat_days=7, saving_events=SAVING)

    assert frame["what"].to_list() == ["add_to_cart", "any", "none"]


def test_where_nobody_came_there_is_nothing(table: Callable[..., ibis.Table]) -> None:
    events = table("user_id event occurred_at", EVENTS[-2:])
    orders = table("order_id user_id ordered_at status", ORDERS)

    assert saved_goods(events, orders, BURST, preheat_days=7, saving_events=SAVING).empty
