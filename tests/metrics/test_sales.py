import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pytest

from retro.metrics.sales import daily_sales, hourly_sales
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
COLUMNS = "order_id user_id ordered_at status amount"


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    return table(
        COLUMNS,
        [
            ("a", "ann", "2025-01-08T20:10", "paid", "10.00"),
            ("b", "ann", "2025-01-10T23:59", "paid", "20.00"),
            ("c", "bob", "2025-01-15T20:30", "paid", "30.10"),
            ("d", "bob", "2025-01-15T20:31", "refunded", "99.00"),
            ("e", "bob", "2025-01-15T21:59", "paid", "0.20"),
            ("f", "eve", "2025-01-15T22:00", "paid", "5.00"),
        ],
    )


def test_daily_sales_fill_days_without_orders_with_zero(orders: ibis.Table) -> None:
    frame = daily_sales(orders, end=at("2025-01-12"))

    assert frame["on"].tolist() == [dt.date(2025, 1, day) for day in (8, 9, 10, 11)]
    assert frame["orders"].tolist() == [1, 0, 1, 0]
    assert frame["gmv"].tolist() == [Decimal("10.00"), Decimal("0.00"), Decimal("20.00"), Decimal("0.00")]


def test_daily_sales_leave_out_refunded_orders_and_the_last_day(orders: ibis.Table) -> None:
    frame = daily_sales(orders, since=at("2025-01-15"), end=at("2025-01-16T08:00"))

    assert frame[["orders", "gmv"]].to_numpy().tolist() == [[3, Decimal("35.30")]]


def test_daily_sales_of_a_lost_day_are_missing(table: MakeTable) -> None:
    """Twenty orders a day from 1 to 28 March, none on the 9th: no chance, and nothing is known of February."""
    days = [dt.datetime(2025, 3, day, 12) for day in range(1, 29) if day != 9 for _ in range(20)]
    rows = [(f"o{place}", "ann", day, "paid", "10.00") for place, day in enumerate(days)]

    frame = daily_sales(table(COLUMNS, rows), since=at("2025-02-28"), end=at("2025-03-30")).set_index("on")

    known = frame["orders"].dropna()
    assert known.to_dict() == {dt.date(2025, 3, day): 20 for day in range(1, 29) if day != 9}
    assert frame["gmv"].isna().sum() == 3, "28 February, 9 March, 29 March"
    assert frame.loc[dt.date(2025, 3, 8), "gmv"] == Decimal("200.00")


def test_daily_sales_of_no_orders_have_no_rows(table: MakeTable) -> None:
    assert daily_sales(table(COLUMNS, []), end=at("2025-01-12")).empty


def test_hourly_sales_stand_beside_the_same_hour_of_the_weeks_before(orders: ibis.Table) -> None:
    frame = hourly_sales(orders, Window(at("2025-01-15T20:00"), at("2025-01-15T22:00"), baseline_weeks=8))

    assert frame["at"].tolist() == [at("2025-01-15T20:00"), at("2025-01-15T21:00")]
    assert frame["orders"].tolist() == [1, 1]
    assert frame["gmv"].tolist() == [Decimal("30.10"), Decimal("0.20")]
    assert frame["baseline_orders"].tolist() == [1.0, 0.0]


def test_hourly_sales_know_nothing_baseline_of_a_new_shop(orders: ibis.Table) -> None:
    frame = hourly_sales(orders, Window(at("2025-01-09T00:00"), at("2025-01-09T01:00")))

    assert frame["baseline_orders"].isna().all()
