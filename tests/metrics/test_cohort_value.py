import datetime as dt
from decimal import Decimal

import ibis
import pytest

from retro.economics import UnitEconomics
from retro.errors import MetricError
from retro.metrics import cohort_value, first_order_discount
from retro.periods import Window

START, END = dt.datetime(2025, 1, 10), dt.datetime(2025, 1, 11)
DAY = dt.timedelta(days=1)
HALF = UnitEconomics(margin_rate=Decimal("0.5"))
MONEY = "decimal(18, 2)"


@pytest.fixture
def users() -> ibis.Table:
    """Three new users, and two of the day before."""
    return ibis.memtable({"user_id": ["a", "b", "c", "x", "y"], "registered_at": [START] * 3 + [START - DAY] * 2})


def orders(*rows: tuple[str, int, str, str, str]) -> ibis.Table:
    """Orders of a user, so many days after `START`: amount, list price and status."""
    return ibis.memtable(
        [
            {
                "order_id": f"o{number}",
                "user_id": user,
                "ordered_at": START + days * DAY,
                "amount": Decimal(amount),
                "list_amount": Decimal(listed),
                "status": status,
            }
            for number, (user, days, amount, listed, status) in enumerate(rows)
        ],
        schema={
            "order_id": "string",
            "user_id": "string",
            "ordered_at": "timestamp",
            "amount": MONEY,
            "list_amount": MONEY,
            "status": "string",
        },
    )


ORDERS = (
    ("a", 0, "90.00", "100.00", "paid"),
    ("a", 40, "50.00", "50.00", "paid"),  # too late
    ("b", 1, "30.00", "30.00", "paid"),
    ("c", 1, "30.00", "30.00", "cancelled"),
    ("x", 0, "20.00", "20.00", "paid"),
)


def value(users: ibis.Table, until: dt.datetime, economics: UnitEconomics = HALF) -> list[dict[str, object]]:
    frame = cohort_value(users, orders(*ORDERS), {}, Window(START, END, until, 1), economics=economics)
    return frame.to_dict("records")


def test_users_without_an_order_count_with_nothing(users: ibis.Table) -> None:
    campaign, baseline = value(users, START + 60 * DAY)

    assert (campaign["eligible"], campaign["buyers"], campaign["contribution"]) == (3, 2, Decimal("60.00"))
    assert campaign["per_user"] == Decimal("20.00")
    assert (baseline["eligible"], baseline["per_user"], baseline["state"]) == (2, Decimal("5.00"), "observed")
    # 45, 15 and 0: s = 22.9129, t(2) = 4.3027, so 20 -+ 4.3027 * 22.9129 / sqrt(3)
    assert campaign["low"] == pytest.approx(-36.92, abs=0.01)
    assert campaign["high"] == pytest.approx(76.92, abs=0.01)


def test_users_not_yet_observed_so_long_are_left_out(users: ibis.Table) -> None:
    campaign, baseline = value(users, START + 29 * DAY)

    assert (campaign["eligible"], campaign["per_user"], campaign["state"]) == (0, None, "unobserved")
    assert baseline["eligible"] == 2


def test_what_goods_cost_is_never_guessed(users: ibis.Table) -> None:
    campaign, _ = value(users, START + 60 * DAY, UnitEconomics())

    assert (campaign["contribution"], campaign["per_user"]) == (None, None)


def discount(users: ibis.Table, table: ibis.Table, economics: UnitEconomics = HALF) -> dict[str, object]:
    frame = first_order_discount(users, table, {}, Window(START, END), within=7 * DAY, economics=economics)
    return dict(frame.iloc[0])


def test_the_discount_is_what_came_off_the_list_price_of_first_orders(users: ibis.Table) -> None:
    row = discount(users, orders(*ORDERS))

    assert (row["users"], row["orders"], row["discounted"]) == (3, 2, 1)
    assert (row["listed"], row["discount"], row["paid"]) == (Decimal("130.00"), Decimal("10.00"), Decimal("120.00"))
    assert row["discount_per_order"] == Decimal("10.00")
    # Goods are half of what was paid, 60: margin 60, and 70 with the discount given back.
    assert (row["margin"], row["margin_before"]) == (Decimal("60.00"), Decimal("70.00"))
    assert row["margin_lost_rate"] == pytest.approx(1 / 7)


def test_only_the_first_order_ever_counts(users: ibis.Table) -> None:
    row = discount(users, orders(("a", -9, "5.00", "5.00", "paid"), ("a", 1, "90.00", "100.00", "paid")))

    assert (row["orders"], row["discounted"], row["discount_per_order"]) == (0, 0, None)


def test_first_orders_of_one_moment_are_one_whatever_their_ids(users: ibis.Table) -> None:
    basket = (("a", 0, "90.00", "100.00", "paid"), ("a", 0, "30.00", "30.00", "paid"), ("a", 1, "1.00", "9.00", "paid"))
    one, other = (discount(users, orders(*rows)) for rows in (basket, (basket[1], basket[0], basket[2])))

    assert one == other
    assert (one["orders"], one["discounted"], one["discount_per_order"]) == (1, 1, Decimal("10.00"))
    assert (one["listed"], one["paid"], one["margin"]) == (Decimal("130.00"), Decimal("120.00"), Decimal("60.00"))


def test_margin_is_left_open_where_goods_are_not_known(users: ibis.Table) -> None:
    row = discount(users, orders(*ORDERS), UnitEconomics())

    assert (row["margin"], row["margin_before"]) == (None, None)
    assert row["discount"] == Decimal("10.00")


def test_days_below_one_are_refused(users: ibis.Table) -> None:
    with pytest.raises(MetricError, match="days must be at least 1, got 0"):
        cohort_value(users, orders(), {}, Window(START, END, END), economics=HALF, days=0)
