"""Silence: members who neither order nor log in."""

import datetime as dt

import ibis

from retro.metrics.orders import orders_of_people
from retro.metrics.rfm import buyers
from retro.metrics.windows import DAY, require

NO_ORDER_DAYS, NO_LOGIN_DAYS, LOGIN = 180, 30, "log_in"
"""Days without an order and without a login that make a member silent, and the event of logging in."""


def silent_members(users: ibis.Table, orders: ibis.Table, events: ibis.Table, *, at: dt.datetime) -> ibis.Table:
    """Silent members, rated one to five stars by past value; lazy.

    Silent is who registered at least 180 days ago, has placed no valid order since, and has not logged in for 30 days.
    A member gets one star, and another for each fifth of the silent members who bought less; equal members get equal
    stars, so those who never bought have one.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        orders: As `buyers`.
        events: One row per event: `user_id`, `event`, `occurred_at` (local).
        at: The moment, local; later rows do not count.

    Returns:
        One row per silent member: `user_id`, `amount` (what they bought before), `stars` (1 to 5).
    """
    require(users, "users", "user_id", "registered_at")
    require(events, "events", "user_id", "event", "occurred_at")
    old = users.filter(users.registered_at < at - NO_ORDER_DAYS * DAY).select("user_id")
    valid = orders_of_people(orders)
    recent = valid.filter(valid.ordered_at >= at - NO_ORDER_DAYS * DAY, valid.ordered_at < at)
    moment = events.occurred_at
    seen = events.filter(events.event == LOGIN, moment >= at - NO_LOGIN_DAYS * DAY, moment < at)
    silent = old.anti_join(recent, "user_id").anti_join(seen, "user_id")
    spent = silent.left_join(buyers(orders, observed_until=at), "user_id")
    return with_stars(spent.select("user_id", amount=spent.amount.fill_null(0)))


def with_stars(spent: ibis.Table) -> ibis.Table:
    """One star to everybody, and another for each fifth of them who have less `amount`; equal ones have equal stars."""
    everybody = spent.count().over(ibis.window())
    no_poorer = spent.count().over(ibis.window(order_by=spent.amount.desc(), range=(None, 0)))
    return spent.mutate(stars=(everybody - no_poorer) * 5 // everybody + 1)
