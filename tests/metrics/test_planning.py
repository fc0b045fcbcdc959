"""The smallest effect that a coming evaluation finds, worked by hand."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import numpy as np
import pandas as pd
import pytest

from retro.metrics.planning import hold_out_power, switchback_power

UNTIL = dt.datetime(2025, 3, 1)


def test_a_hold_out_finds_what_its_standard_error_allows(table: Callable[..., ibis.Table]) -> None:
    """100 members, 20 of whom bought for 50 on the last seven days: mean 10, variance 100 x 400 / 99.

    With 20 held out and 80 invited the effect on the 80 has an error of 80 x sqrt(404.04 x (1 / 20 + 1 / 80)).
    """
    users = table("user_id registered_at", [(f"u{n}", "2025-01-01") for n in range(100)] + [("new", "2025-02-27")])
    bought = [(f"o{n}", f"u{n}", "2025-02-25T10:00", "paid", Decimal(50)) for n in range(20)]
    bought += [
        ("old", "u50", "2025-02-20", "paid", Decimal(99)),
        ("back", "u51", "2025-02-25", "refunded", Decimal(99)),
    ]
    orders = table(
        "order_id user_id ordered_at status amount", [*bought, ("late", "new", "2025-02-28", "paid", Decimal(99))]
    )

    found = hold_out_power(orders, users, until=UNTIL, days=7, shares=(0.2,)).iloc[0]

    assert (found["share"], found["held_out"]) == (0.2, 20)
    error = 80 * np.sqrt(100 * 400 / 99 * (1 / 20 + 1 / 80))
    assert found["detectable"] == pytest.approx((1.959964 + 0.841621) * error, rel=1e-5)
    assert found["of_sales"] == pytest.approx(found["detectable"] / 1000)


def test_nobody_known_gives_no_row(table: Callable[..., ibis.Table]) -> None:
    users = table("user_id registered_at", [("u", "2025-02-28")])
    orders = table("order_id user_id ordered_at status amount", [("o", "u", "2025-02-28", "paid", Decimal(5))])

    assert hold_out_power(orders, users, until=UNTIL, days=7).empty


def test_a_switchback_finds_what_is_left_after_weekdays() -> None:
    """Eight weeks that are 10 above and below their weekday in turn, and a night that counts for nothing."""
    days = pd.date_range("2025-01-04", periods=56)
    amounts = [1000 + 100 * day.weekday() + (10 if place // 7 % 2 else -10) for place, day in enumerate(days)]
    amounts[30] += 90_000
    frame = pd.DataFrame({"order_id": range(56), "user_id": "u", "ordered_at": days, "status": "paid"})
    orders = ibis.memtable(frame.assign(amount=[float(one) for one in amounts]))

    found, mean = switchback_power(orders, until=UNTIL, days=16)

    assert found == pytest.approx(2.801585 * 1.4826 * 10 * 2 / 4, rel=1e-4)
    assert mean == pytest.approx(1300, abs=10)
    assert np.isnan(switchback_power(orders, until=UNTIL, days=3)[0])
