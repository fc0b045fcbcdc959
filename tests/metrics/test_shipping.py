"""Shipping within the promised hours, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import ibis
import pandas as pd
import pytest

from retro.errors import MissingColumn
from retro.metrics.shipping import shipping
from retro.periods import Window

at = dt.datetime.fromisoformat
WEEK = Window(at("2025-02-10"), at("2025-02-17"), at("2025-02-18"), baseline_weeks=1)
COLUMNS = "order_id ordered_at paid_at status shipped_at campaign_id"
ROWS = [
    ("a", "2025-02-10T10:00", "2025-02-10T10:00", "paid", "2025-02-10T16:00", "c"),  # 6 h
    ("b", "2025-02-10T10:00", "2025-02-10T11:00", "paid", "2025-02-12T11:00", "c"),  # 48 h to the second
    ("c", "2025-02-10T10:00", "2025-02-10T11:00", "paid", "2025-02-12T11:01", "c"),  # a minute late
    ("d", "2025-02-11T10:00", "2025-02-11T10:00", "paid", None, "c"),  # due, nothing on record
    ("e", "2025-02-16T10:00", "2025-02-16T10:00", "paid", "2025-02-16T12:00", "c"),  # not due yet
    ("f", "2025-02-12T10:00", "2025-02-12T10:00", "refunded", None, "c"),  # called off
    ("g", "2025-02-12T10:00", "2025-02-12T10:00", "refunded", "2025-02-12T20:00", None),  # 10 h, came back
    ("h", "2025-02-13T10:00", None, "cancelled", None, "c"),
    ("i", "2025-02-14T10:00", None, "paid", "2025-02-15T10:00", None),  # 24 h from the order
    ("j", "2025-02-04T10:00", "2025-02-04T10:00", "paid", "2025-02-04T22:00", None),  # 12 h
    ("k", "2025-02-05T10:00", "2025-02-05T10:00", "paid", "2025-02-08T10:00", None),  # late
    ("l", "2025-02-03T10:00", "2025-02-03T10:00", "paid", None, None),  # before shipments are on record
]


@pytest.fixture
def orders(table: Callable[..., ibis.Table]) -> ibis.Table:
    return table(COLUMNS, ROWS)


def test_orders_that_left_in_time_over_those_on_record(orders: ibis.Table) -> None:
    rates, _ = shipping(orders, WEEK)
    own, base = rates.to_dict("records")

    assert [own[name] for name in ("due", "in_time", "late", "open", "waiting", "shipped")] == [6, 4, 1, 1, 1, 5]
    assert (own["rate"], own["least_rate"]) == (0.8, pytest.approx(4 / 6))
    assert (own["median_hours"], own["p90_hours"]) == (24, pytest.approx(48.6))
    assert [base[name] for name in ("due", "in_time", "late", "open")] == [2, 1, 1, 0]
    assert own["difference"] == pytest.approx(0.3)
    assert own["difference_low"] < 0 < own["difference_high"]
    assert pd.isna(base["difference"])


def test_the_course_counts_what_was_shipped_by_some_hours(orders: ibis.Table) -> None:
    _, course = shipping(orders, WEEK)

    assert course["hours"].tolist() == [6, 12, 24, 36, 48]
    assert course["orders"].tolist() == [1, 2, 3, 3, 4]
    assert course["rate"].tolist() == [0.2, 0.4, 0.6, 0.6, 0.8]
    assert course["baseline_rate"].tolist() == [0, 0.5, 0.5, 0.5, 0.5]


def test_of_a_campaign_only_its_own_orders_count(orders: ibis.Table) -> None:
    own, base = shipping(orders, WEEK, campaign_id="c")[0].to_dict("records")

    assert (own["due"], own["in_time"], base["due"]) == (4, 2, 2)


def test_later_observation_makes_more_due_and_less_open(orders: ibis.Table) -> None:
    own, _ = shipping(orders, replace(WEEK, observed_until=at("2025-02-20")))[0].to_dict("records")

    assert (own["due"], own["waiting"]) == (7, 0)


def test_other_hours_may_be_promised(orders: ibis.Table) -> None:
    own, _ = shipping(orders, WEEK, within_hours=24)[0].to_dict("records")

    assert (own["in_time"], own["late"], own["waiting"]) == (4, 2, 0)


def test_of_pre_sales_the_hours_begin_with_the_balance(orders: ibis.Table) -> None:
    sold = orders.mutate(balance_paid_at=ibis.ifelse(orders.order_id == "k", ibis.timestamp("2025-02-07T10:00"), None))
    _, base = shipping(sold, WEEK)[0].to_dict("records")

    assert (base["in_time"], base["late"]) == (2, 0)


def test_without_a_shipment_on_record_there_are_no_rows(orders: ibis.Table) -> None:
    rates, course = shipping(orders.mutate(shipped_at=ibis.null("timestamp")), WEEK)

    assert rates.empty
    assert course.empty


def test_a_shop_that_keeps_no_shipments_lacks_the_column(orders: ibis.Table) -> None:
    with pytest.raises(MissingColumn, match="orders: column 'shipped_at' must be in the table"):
        shipping(orders.drop("shipped_at"), WEEK)
