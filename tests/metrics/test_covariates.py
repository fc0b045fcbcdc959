import datetime as dt
from collections.abc import Callable

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics.covariates import daily_registrations, untouched_sales

at = dt.datetime.fromisoformat


def test_registrations_are_counted_by_day_without_gaps(table: Callable[..., ibis.Table]) -> None:
    rows = [("ann", "2025-01-01T23:00"), ("bob", "2025-01-03T00:00"), ("cat", "2025-01-03T09:00")]
    rows += [("late", "2025-01-05T08:00")]  # the day is not over

    frame = daily_registrations({"users": table("user_id registered_at", rows)}, end=at("2025-01-05T12:00"))

    assert frame is not None
    assert frame["registrations"].tolist() == [1, 0, 2, 0]
    assert frame["on"].iloc[0] == dt.date(2025, 1, 1)


def test_lost_days_of_registrations_are_missing(table: Callable[..., ibis.Table]) -> None:
    """Twenty a day in March, none on the 9th."""
    days = [dt.datetime(2025, 3, day, 12) for day in range(1, 29) if day != 9 for _ in range(20)]
    rows = [(f"u{place}", day) for place, day in enumerate(days)]

    frame = daily_registrations({"users": table("user_id registered_at", rows)}, end=at("2025-03-29"))

    assert frame is not None
    assert frame.loc[frame["registrations"].isna(), "on"].tolist() == [dt.date(2025, 3, 9)]
    assert frame["registrations"].sum() == 27 * 20


def test_a_shop_without_users_or_with_none_has_no_covariate(table: Callable[..., ibis.Table]) -> None:
    assert daily_registrations({}, end=at("2025-01-05")) is None
    assert daily_registrations({"users": table("user_id registered_at", [])}, end=at("2025-01-05")) is None


def shop(table: Callable[..., ibis.Table]) -> tuple[ibis.Table, dict[str, ibis.Table]]:
    orders = [
        ("o1", "ann", "2025-01-01T10:00", "paid", 30),
        ("o2", "bob", "2025-01-02T10:00", "paid", 20),
        ("o3", "ann", "2025-01-03T10:00", "cancelled", 99),
        ("o4", "bob", "2025-01-04T10:00", "paid", 10),
        ("o5", "ann", "2025-01-05T08:00", "paid", 50),  # the day is not over
    ]
    items = [("o1", "pan", 20), ("o1", "tea", 10), ("o2", "pan", 20), ("o4", "tea", 10), ("o5", "tea", 50)]
    return table("order_id user_id ordered_at status amount", orders), {
        "users": table("user_id region", [("ann", "north"), ("bob", "south")]),
        "order_items": table("order_id product_id amount", items),
        "products": table("product_id category", [("pan", "home"), ("tea", "food")]),
    }


def test_what_was_left_alone_is_summed_by_day(table: Callable[..., ibis.Table]) -> None:
    asked = {"region": ["south"], "category": ["food"], "status": ["paid"]}
    frame = untouched_sales(*shop(table), asked, end=at("2025-01-05T12:00"))

    assert frame["on"].tolist() == [dt.date(2025, 1, day) for day in (1, 2, 3, 4)]
    assert frame["south"].tolist() == [0, 20, 0, 10]
    assert frame["food"].tolist() == [10, 0, 0, 10]
    assert frame["paid"].tolist() == [30, 20, 0, 10]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"regoin": ["north"]}, "'regoin' must be a column of orders, users or products. Did you mean 'region'"),
        ({"region": ["west"]}, "roi.untouched.region: 'west' must have sold something, got no valid order"),
    ],
)
def test_a_column_that_nobody_has_and_a_value_that_never_sold_are_refused(
    table: Callable[..., ibis.Table], asked: dict[str, list[str]], words: str
) -> None:
    with pytest.raises(MetricError, match=words):
        untouched_sales(*shop(table), asked, end=at("2025-01-05T12:00"))
