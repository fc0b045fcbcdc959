"""Turnout: which people came to a campaign, and what they bought."""

import ibis

from retro.metrics.activity import active_users
from retro.metrics.orders import orders_of_people
from retro.periods import Window


def with_turnout(people: ibis.Table, events: ibis.Table, orders: ibis.Table, window: Window) -> ibis.Table:
    """Add to people (`user_id` and any other columns) whether they came in the window, and what they bought; lazy.

    `came` (int) is 1 for any event but `register`, `orders` (int) counts valid orders, and `gmv` (decimal) is their
    amount, null without any and where orders hold no amounts.
    """
    came = active_users(events, window).select("user_id").distinct().mutate(came=1)
    bought = orders_of_people(orders, window)
    gmv = bought.amount.sum() if "amount" in bought.columns else ibis.null("decimal(18, 2)")
    bought = bought.group_by("user_id").aggregate(orders=bought.count(), gmv=gmv)
    for part in (came, bought):
        people = people.left_join(part, "user_id").drop("user_id_right")
    return people.mutate(came=people.came.fill_null(0), orders=people.orders.fill_null(0))
