"""RFM: how recently, how often and for how much each buyer bought, in scores that treat equal buyers alike."""

import datetime as dt

import ibis

from retro.metrics.orders import orders_of_people
from retro.metrics.windows import day_number, number_of, require


def buyers(orders: ibis.Table, *, observed_until: dt.datetime) -> ibis.Table:
    """Recency, frequency and amount of each buyer; lazy.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        observed_until: Until when orders were observed, local, exclusive.

    Returns:
        One row per user with a valid order.
        - `user_id`.
        - `recency_days` (int): Local days from the last order to the last day observed.
        - `orders` (int): Valid orders.
        - `amount` (decimal): Their amount.
    """
    require(orders, "orders", "amount")
    valid = orders_of_people(orders, until=observed_until)
    last_day = number_of((observed_until - dt.timedelta(seconds=1)).date())
    return valid.group_by("user_id").aggregate(
        recency_days=last_day - day_number(valid.ordered_at.max()), orders=valid.count(), amount=valid.amount.sum()
    )
