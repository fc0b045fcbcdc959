import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pytest

from retro.economics import UnitEconomics
from retro.metrics import first_order_discount
from retro.periods import Window

at = dt.datetime.fromisoformat
HALF = UnitEconomics(margin_rate=Decimal("0.5"))


@pytest.mark.parametrize(("ordered", "counted"), [("2025-01-18T09:00:00", 1), ("2025-01-18T09:00:01", 0)])
def test_within_seven_days_is_to_the_second_as_in_the_funnel(
    table: Callable[..., ibis.Table], ordered: str, counted: int
) -> None:
    users = table("user_id registered_at", [("ann", "2025-01-11T09:00:00")])
    orders = table("order_id user_id ordered_at status amount", [("1", "ann", ordered, "paid", "10.00")])
    window = Window(at("2025-01-10"), at("2025-01-17"), at("2025-03-01"))

    frame = first_order_discount(users, orders, {}, window, within=dt.timedelta(days=7), economics=HALF)  # type: ignore[arg-type]

    assert frame["orders"].tolist() == [counted]
