"""Silence: members who neither order nor log in."""

import datetime as dt

import ibis

from retro.metrics.orders import valid_orders
from retro.metrics.rfm import buyers
from retro.metrics.windows import DAY, require


def silent_members(
    users: ibis.Table,
    orders: ibis.Table,
    events: ibis.Table,
    *,
    at: dt.datetime,
    no_order_days: int = 180,
    no_login_days: int = 30,
    login: str = "log_in",
) -> ibis.Table:
    """Silent members, rated one to five stars by past value; lazy.

    Silent is who registered at least `no_order_days` ago, has placed no valid order since, and has not logged in for
    `no_login_days`. A member gets one star, and another for each fifth of the silent members who bought less; equal
    members get equal stars, so those who never bought have one.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        orders: As `buyers`.
        events: One row per event: `user_id`, `event`, `occurred_at` (local).
        at: The moment, local; later rows do not count.
        no_order_days: Days without an order.
        no_login_days: Days without a login.
        login: The event that counts as logging in.

    Returns:
        One row per silent member: `user_id`, `amount` (what they bought before), `stars` (1 to 5).
    """
    require(users, "users", "user_id", "registered_at")
    require(events, "events", "user_id", "event", "occurred_at")
    old = users.filter(users.registered_at < at - no_order_days * DAY).select("user_id")
    valid = valid_orders(orders)
    recent = valid.filter(valid.ordered_at >= at - no_order_days * DAY, valid.ordered_at < at)
    moment = events.occurred_at
    seen = events.filter(events.event == login, moment >= at - no_login_days * DAY, moment < at)
    silent = old.anti_join(recent, "user_id").anti_join(seen, "user_id")
    spent = silent.left_join(buyers(orders, observed_until=at), "user_id")
    spent = spent.select("user_id", amount=spent.amount.fill_null(0))
    everybody = spent.count().over(ibis.window())
    no_poorer = spent.count().over(ibis.window(order_by=spent.amount.desc(), range=(None, 0)))
    return spent.mutate(stars=(everybody - no_poorer) * 5 // everybody + 1)
