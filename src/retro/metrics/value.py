"""First-day value: what new users buy on the day of registration."""

from decimal import Decimal

import ibis
import pandas as pd

from retro.metrics.money import as_money, per_head
from retro.metrics.orders import orders_of_people
from retro.metrics.windows import day_number, require
from retro.periods import Window


def first_day_value(users: ibis.Table, orders: ibis.Table, window: Window) -> pd.DataFrame:
    """Sum what the window's new users bought on the local day of their registration.

    Only valid orders count (`paid`), whether before or after the moment of registration on that day.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        window: The campaign or period.

    Returns:
        One row.
        - `users` (int): Users who registered in the window.
        - `buyers` (int): Of these, users with a valid order on their first day.
        - `orders` (int): Those orders.
        - `value` (Decimal): Their amount, in the source's currency.
        - `value_per_user` (Decimal, 2 digits, half up): `value` over `users`. None where there are no users.
    """
    require(users, "users", "user_id", "registered_at")
    require(orders, "orders", "amount")
    moment = users.registered_at
    members = users.filter(window.holds(moment)).select("user_id", arrived=day_number(moment))
    valid = orders_of_people(orders)
    bought = valid.select("user_id", "amount", day=day_number(valid.ordered_at)).join(members, "user_id")
    spent = (
        bought.filter(bought.day == bought.arrived)
        .group_by("user_id")
        .aggregate(orders=lambda row: row.count(), value=lambda row: row.amount.sum())
        .aggregate(
            buyers=lambda row: row.count(), orders=lambda row: row.orders.sum(), value=lambda row: row.value.sum()
        )
    )
    spent = spent.execute().iloc[0]
    came = int(members.count().execute())
    buyers = int(spent["buyers"])
    value = as_money(spent["value"]) if buyers else Decimal("0.00")
    row = {
        "users": came,
        "buyers": buyers,
        "orders": int(spent["orders"]) if buyers else 0,
        "value": value,
        "value_per_user": per_head(value, came),
    }
    return pd.DataFrame([row])
