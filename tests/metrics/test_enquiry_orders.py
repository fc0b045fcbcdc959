"""Orders soon after an enquiry, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import ibis
import pandas as pd
import pytest

from retro.errors import MissingColumn
from retro.metrics.enquiry_orders import enquiry_orders
from retro.periods import Window

at = dt.datetime.fromisoformat
WEEK = Window(at("2025-02-10"), at("2025-02-17"), at("2025-03-01"), baseline_weeks=1)
TICKETS = [
    ("ann", "2025-02-10T10:00", "stock"),  # orders an hour later
    ("ann", "2025-02-10T12:00", "points"),  # the same day: counted once, by the first
    ("bob", "2025-02-11T10:00", "stock"),  # orders 24 hours later to the second: no longer within them
    ("cat", "2025-02-12T10:00", "refund"),  # had ordered the day before: about that order
    ("dan", "2025-02-13T10:00", "points"),
    (None, "2025-02-13T10:00", "stock"),
    ("ann", "2025-02-04T10:00", "stock"),  # of the baseline
    ("eve", "2025-02-05T10:00", "stock"),  # of the baseline, orders
]
ORDERS = [
    ("1", "ann", "2025-02-10T11:00", "paid"),
    ("2", "bob", "2025-02-12T10:00", "paid"),
    ("3", "cat", "2025-02-11T10:00", "paid"),
    ("4", "cat", "2025-02-12T11:00", "paid"),
    ("5", "dan", "2025-02-13T11:00", "cancelled"),
    ("6", "eve", "2025-02-05T12:00", "paid"),
]


@pytest.fixture
def tickets(table: Callable[..., ibis.Table]) -> ibis.Table:
    return table("user_id opened_at topic", TICKETS)


@pytest.fixture
def orders(table: Callable[..., ibis.Table]) -> ibis.Table:
    return table("order_id user_id ordered_at status", ORDERS)


def test_people_who_ordered_soon_over_those_who_asked(tickets: ibis.Table, orders: ibis.Table) -> None:
    whole, *topics = enquiry_orders(tickets, orders, WEEK, least=1).to_dict("records")

    assert [whole[name] for name in ("topic", "asked", "ordered")] == ["all", 3, 1]
    assert [whole[name] for name in ("baseline_asked", "baseline_ordered", "baseline_rate")] == [2, 1, 0.5]
    assert whole["difference"] == pytest.approx(1 / 3 - 1 / 2)
    assert whole["difference_low"] < 0 < whole["difference_high"]
    assert [(row["topic"], row["asked"], row["ordered"]) for row in topics] == [("stock", 2, 1), ("points", 1, 0)]
    assert pd.isna(topics[1]["baseline_rate"])


def test_other_hours_and_days_may_be_asked_for(tickets: ibis.Table, orders: ibis.Table) -> None:
    assert enquiry_orders(tickets, orders, WEEK, within_hours=25)["ordered"].iloc[0] == 2
    short = enquiry_orders(tickets, orders, WEEK, after_sale_days=1)["asked"].iloc[0]
    assert short == 3  # a day before to the second is within it


def test_enquiries_not_observed_for_long_enough_are_left_out(tickets: ibis.Table, orders: ibis.Table) -> None:
    early = replace(WEEK, observed_until=at("2025-02-12T09:00"))

    assert enquiry_orders(tickets, orders, early)["asked"].iloc[0] == 1


def test_rare_topics_are_put_together(tickets: ibis.Table, orders: ibis.Table) -> None:
    assert enquiry_orders(tickets, orders, WEEK, least=2)["topic"].tolist() == ["all", "stock", "other"]


def test_without_enquiries_there_are_no_rows(tickets: ibis.Table, orders: ibis.Table) -> None:
    assert enquiry_orders(tickets.filter(tickets.topic == "x"), orders, WEEK).empty


def test_enquiries_of_nobody_known_are_refused(tickets: ibis.Table, orders: ibis.Table) -> None:
    with pytest.raises(MissingColumn, match="support_tickets: column 'user_id' must be in the table"):
        enquiry_orders(tickets.drop("user_id"), orders, WEEK)
