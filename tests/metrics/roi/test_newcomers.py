import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis

from retro.economics import UnitEconomics
from retro.metrics.roi import first_buyers, payback
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]

ROWS = [
    ("a", "ann", "2025-01-01T10:00", "paid", "10.00"),
    ("b", "ann", "2025-01-03T10:00", "paid", "10.00"),
    ("c", "bob", "2025-01-03T10:00", "refunded", "99.00"),
    ("d", "bob", "2025-01-04T10:00", "paid", "20.00"),
    ("e", "bob", "2025-02-20T10:00", "paid", "40.00"),
]


def test_a_user_counts_on_the_day_of_the_first_valid_order(table: MakeTable) -> None:
    frame = first_buyers(table("order_id user_id ordered_at status amount", ROWS), end=at("2025-01-06"))

    assert frame["buyers"].tolist() == [1, 0, 0, 1, 0]
    assert frame["on"].iloc[0] == dt.date(2025, 1, 1)


def test_payback_adds_up_what_first_time_buyers_leave_in_months_that_are_whole(table: MakeTable) -> None:
    orders = table("order_id user_id ordered_at status amount", ROWS)
    window = Window(at("2025-01-04"), at("2025-01-05"), at("2025-03-10"))
    half = UnitEconomics(margin_rate=Decimal("0.5"))

    frame = payback(orders, {}, window, economics=half)  # type: ignore[arg-type]

    assert frame["month"].tolist() == [1, 2]
    assert frame["buyers"].tolist() == [1, 1]
    assert frame["contribution"].tolist() == [Decimal("10.00"), Decimal("30.00")]


def test_payback_without_costs_of_goods_is_unknown(table: MakeTable) -> None:
    orders = table("order_id user_id ordered_at status amount", ROWS)
    window = Window(at("2025-01-04"), at("2025-01-05"), at("2025-03-10"))

    assert payback(orders, {}, window, economics=UnitEconomics()).empty  # type: ignore[arg-type]
