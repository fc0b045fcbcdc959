import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics.gmv import gmv_kinds, gmv_race
from retro.metrics.sales import hourly_sales
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
WINDOW = Window(at("2025-02-28T20:00"), at("2025-02-28T22:30"))
UNTIL = at("2025-04-01")


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    return table(
        "order_id user_id ordered_at status amount",
        [
            ("a", "ann", "2025-02-28T20:10", "paid", "100.00"),
            ("b", "bob", "2025-02-28T20:20", "pending", "7.00"),
            ("c", "bob", "2025-02-28T21:00", "cancelled", "20.00"),
            ("d", "eve", "2025-02-28T21:10", "fraudulent", "30.50"),
            ("e", "eve", "2025-02-28T22:10", "refunded", "40.00"),
            ("f", None, "2025-02-28T22:20", "paid", "5.00"),
            ("g", "ann", "2025-02-28T22:30", "paid", "999.00"),
        ],
    )


@pytest.fixture
def refunds(table: MakeTable) -> ibis.Table:
    rows = [
        ("e", "2025-03-02T08:00", "40.00"),
        ("a", "2025-03-03T08:00", "12.34"),
        ("a", "2025-04-02T08:00", "50.00"),
        ("g", "2025-03-02T08:00", "999.00"),
    ]
    return table("order_id refunded_at amount", rows)


def test_every_order_leaves_the_ladder_once_and_the_totals_tie_out_to_the_cent(
    orders: ibis.Table, refunds: ibis.Table
) -> None:
    frame = gmv_kinds(orders, {"refunds": refunds}, replace(WINDOW, observed_until=UNTIL))

    assert list(zip(frame["step"], frame["role"], frame["orders"], frame["amount"], strict=True)) == [
        ("ordered", "total", 6, Decimal("202.50")),
        ("pending", "change", 1, Decimal("-7.00")),
        ("cancelled", "change", 1, Decimal("-20.00")),
        ("paid", "total", 4, Decimal("175.50")),
        ("fraudulent", "change", 1, Decimal("-30.50")),
        ("refunded", "change", 1, Decimal("-40.00")),
        ("valid", "total", 2, Decimal("105.00")),
        ("part_refunds", "change", 1, Decimal("-12.34")),
        ("net", "total", 2, Decimal("92.66")),
        ("without_user", "aside", 1, Decimal("5.00")),
    ]
    assert frame.attrs["refund_gap"] == 0


def test_books_that_differ_from_the_orders_are_told(orders: ibis.Table, table: MakeTable) -> None:
    short = table("order_id refunded_at amount", [("e", "2025-03-02T08:00", "39.99")])

    found = gmv_kinds(orders, {"refunds": short}, replace(WINDOW, observed_until=UNTIL))
    assert found.attrs["refund_gap"] == Decimal("-0.01")
    assert gmv_kinds(orders, {}, replace(WINDOW, observed_until=UNTIL)).attrs["refund_gap"] is None


def test_credit_notes_among_cancelled_orders_are_a_deduction_on_no_step_above(
    orders: ibis.Table, table: MakeTable
) -> None:
    note = [("n", "ann", "2025-02-28T21:30", "cancelled", "-15.00")]
    noted = orders.union(table("order_id user_id ordered_at status amount", note))
    frame = gmv_kinds(noted, {}, replace(WINDOW, observed_until=UNTIL)).set_index("step")

    assert frame["amount"].loc[["ordered", "cancelled", "paid", "valid", "reversals", "net"]].to_list() == [
        Decimal(amount) for amount in ("202.50", "-20.00", "175.50", "105.00", "-15.00", "90.00")
    ]
    assert frame["orders"].loc[["ordered", "cancelled", "reversals", "net"]].to_list() == [6, 1, 1, 2]


def test_without_amounts_orders_leave_the_ladder_until_they_are_valid(orders: ibis.Table, refunds: ibis.Table) -> None:
    frame = gmv_kinds(orders.drop("amount"), {"refunds": refunds}, replace(WINDOW, observed_until=UNTIL))

    assert dict(zip(frame["step"], frame["orders"], strict=True)) == {
        "ordered": 6, "pending": 1, "cancelled": 1, "paid": 4, "fraudulent": 1, "refunded": 1, "valid": 2,
        "without_user": 1,
    }  # fmt: skip
    assert frame["amount"].isna().all()
    assert frame.attrs["refund_gap"] is None


def test_what_was_signed_for_stands_beside_the_ladder(table: MakeTable) -> None:
    orders = table(
        "order_id user_id ordered_at status amount signed_at",
        [
            ("a", "ann", "2025-02-28T20:10", "paid", "100.00", "2025-03-02T10:00"),
            ("b", "bob", "2025-02-28T20:11", "paid", "50.00", None),
            ("c", "bob", "2025-02-28T20:12", "fraudulent", "9.00", "2025-03-02T10:00"),
        ],
    )
    last = gmv_kinds(orders, {}, replace(WINDOW, observed_until=UNTIL)).iloc[-1]

    assert (last["step"], last["role"], last["orders"], last["amount"]) == ("signed", "aside", 1, Decimal("100.00"))


def test_the_race_ends_at_the_gmv_of_the_hours_and_starts_at_zero(orders: ibis.Table) -> None:
    hourly = hourly_sales(orders, WINDOW)
    race = gmv_race(hourly, WINDOW)

    assert race["series"].unique().tolist() == ["campaign"]
    assert race["elapsed"].tolist() == [0.0, 1.0, 2.0, 2.5]
    assert race["total"].tolist() == [Decimal(0), Decimal(100), Decimal(100), Decimal(105)]


def test_the_race_runs_beside_the_baseline_hours_where_they_are_known(table: MakeTable) -> None:
    rows = [(f"o{week}", "ann", f"2025-02-{28 - 7 * week:02d}T20:30", "paid", "10.00") for week in range(4)]
    orders = table("order_id user_id ordered_at status amount", rows)
    race = gmv_race(hourly_sales(orders, WINDOW), WINDOW)

    baseline = race[race["series"] == "baseline"]
    assert baseline["total"].tolist() == [Decimal(0), Decimal(10), Decimal(10), Decimal(10)]


def test_a_table_without_a_column_is_named(table: MakeTable) -> None:
    with pytest.raises(MetricError, match="orders: column 'status' must be in the table"):
        gmv_kinds(table("order_id user_id ordered_at amount", []), {}, replace(WINDOW, observed_until=UNTIL))
