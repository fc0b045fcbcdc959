"""GMV per visitor, and visitors who joined, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from retro.errors import MissingColumn
from retro.metrics.visitor_value import joined_visitors, visitor_value
from retro.periods import Window

at = dt.datetime.fromisoformat
DAY = Window(at("2025-02-17"), at("2025-02-18"), at("2025-03-01"), baseline_weeks=1)
EVENTS = [
    ("ann", "view", "2025-02-17T10:00", "app"),
    ("ann", "view", "2025-02-17T11:00", "app"),  # once a window
    ("ann", "view", "2025-02-17T12:00", "web"),  # once in each channel
    ("bob", "view", "2025-02-17T10:00", "app"),
    ("cat", "view", "2025-02-17T10:00", None),
    ("dan", "register", "2025-02-17T10:00", "app"),  # registered, and did nothing
    (None, "view", "2025-02-17T10:00", "app"),
    ("ann", "view", "2025-02-10T10:00", "app"),  # of the baseline
    ("eve", "view", "2025-02-10T10:00", "app"),
    ("eve", "view", "2025-02-11T10:00", "app"),  # of no window
    ("eve", "view", "2025-02-18T00:00", "app"),
]
ORDERS = [
    ("1", "ann", "2025-02-17T11:00", "paid", "60.00", "app"),
    ("2", "bob", "2025-02-17T11:00", "paid", "20.00", "app"),
    ("3", "ann", "2025-02-17T13:00", "paid", "10.00", "web"),
    ("4", "bob", "2025-02-17T13:00", "cancelled", "99.00", "app"),
    ("5", "eve", "2025-02-10T13:00", "paid", "8.00", "app"),
    ("6", "eve", "2025-02-12T13:00", "paid", "99.00", "app"),
    ("7", "eve", "2025-02-17T00:00", "paid", "3.00", "phone"),  # a channel over which nobody is seen
]
TIERS = [
    ("old", "member", "2025-01-01T00:00"),
    ("ann", "member", "2025-02-10T11:00"),  # joined in the baseline
    ("bob", "member", "2025-02-17T11:00"),
    ("bob", "silver", "2025-02-17T12:00"),  # a second stretch is no joining
    ("cat", "member", "2025-02-18T00:00"),  # after the window
    ("far", "member", "2025-02-17T11:00"),  # no visitor
]


@pytest.fixture
def events(table: Callable[..., ibis.Table]) -> ibis.Table:
    return table("user_id event occurred_at channel", EVENTS)


@pytest.fixture
def orders(table: Callable[..., ibis.Table]) -> ibis.Table:
    return table("order_id user_id ordered_at status amount channel", ORDERS)


@pytest.fixture
def tiers(table: Callable[..., ibis.Table]) -> ibis.Table:
    found = table("user_id tier valid_from", TIERS)
    return found.mutate(valid_from=found.valid_from.cast("timestamp"))


def test_gmv_over_visitors_each_once_beside_the_window_before(events: ibis.Table, orders: ibis.Table) -> None:
    whole, app, web = visitor_value(orders, events, DAY).to_dict("records")

    assert (whole["channel"], whole["visitors"], whole["gmv"], whole["value"]) == ("all", 3, 93, Decimal("31.00"))
    assert (whole["baseline_visitors"], whole["baseline_gmv"], whole["baseline_value"]) == (2, 8, Decimal("4.00"))
    assert whole["change"] == pytest.approx(31 / 4 - 1)
    assert (app["channel"], app["visitors"], app["buyers"], app["value"]) == ("app", 2, 2, Decimal("40.00"))
    assert (web["channel"], web["visitors"], web["value"], web["baseline_value"]) == ("web", 1, Decimal("10.00"), None)
    assert pd.isna(web["change"])


def test_without_channels_there_is_the_row_of_all(events: ibis.Table, orders: ibis.Table) -> None:
    assert visitor_value(orders.drop("channel"), events, DAY)["channel"].tolist() == ["all"]
    assert visitor_value(orders, events.drop("channel"), DAY)["channel"].tolist() == ["all"]


def test_a_window_that_orders_do_not_reach_back_to_is_no_baseline(events: ibis.Table, orders: ibis.Table) -> None:
    (whole, *_) = visitor_value(orders.filter(orders.ordered_at >= at("2025-02-12")), events, DAY).to_dict("records")

    assert (whole["value"], whole["baseline_value"]) == (Decimal("31.00"), None)


def test_before_any_visit_is_on_record_nothing_is_told(events: ibis.Table, orders: ibis.Table) -> None:
    assert visitor_value(orders, events.filter(events.occurred_at >= at("2025-02-18")), DAY).empty


def test_orders_without_amounts_have_no_value(events: ibis.Table, orders: ibis.Table) -> None:
    with pytest.raises(MissingColumn, match="amount"):
        visitor_value(orders.drop("amount"), events, DAY)


def test_visitors_who_were_no_members_and_joined(events: ibis.Table, tiers: ibis.Table) -> None:
    """Ann was a member by then; of Bob and Cat Bob joined. Of Ann and Eve a week before, Ann did."""
    (row,) = joined_visitors(events, {"member_tiers": tiers}, DAY).to_dict("records")

    assert (row["guests"], row["joined"], row["rate"]) == (2, 1, 0.5)
    assert (row["baseline_guests"], row["baseline_joined"], row["baseline_rate"]) == (2, 1, 0.5)
    assert row["difference_low"] < 0 < row["difference_high"]


def test_without_tiers_before_the_window_joining_is_unknown(events: ibis.Table, tiers: ibis.Table) -> None:
    late = tiers.filter(tiers.valid_from >= DAY.start)

    assert joined_visitors(events, {}, DAY).empty
    assert joined_visitors(events, {"member_tiers": late}, DAY).empty


def test_windows_before_tiers_begin_are_no_baseline(events: ibis.Table, tiers: ibis.Table) -> None:
    (row,) = joined_visitors(events, {"member_tiers": tiers.filter(tiers.user_id != "old")}, DAY).to_dict("records")

    assert (row["joined"], row["baseline_guests"]) == (1, 0)
    assert pd.isna(row["difference"])
