"""Turnout: which people came to a campaign, and what they bought."""

import ibis

from retro.metrics.activity import active_users
from retro.metrics.orders import valid_orders
from retro.metrics.windows import require
from retro.periods import Window


def with_turnout(people: ibis.Table, events: ibis.Table, orders: ibis.Table, window: Window) -> ibis.Table:
    """Add to people whether they came, and what they bought; lazy.

    Args:
        people: One row per person: `user_id`, and columns of any other names.
        events: One row per event: `user_id`, `event`, `occurred_at` (local).
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        window: The campaign or period.

    Returns:
        The same rows with `came` (int), 1 for any event in the window but `register`; `orders` (int), valid orders in
        it; and `gmv` (decimal), their amounts, null without any.
    """
    require(orders, "orders", "amount")
    came = active_users(events, window).select("user_id").distinct().mutate(came=1)
    bought = valid_orders(orders, window)
    bought = bought.group_by("user_id").aggregate(orders=bought.count(), gmv=bought.amount.sum())
    for part in (came, bought):
        people = people.left_join(part, "user_id").drop("user_id_right")
    return people.mutate(came=people.came.fill_null(0), orders=people.orders.fill_null(0))
