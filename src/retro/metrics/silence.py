"""Silence: members who neither buy nor come, and what it would be worth to wake them."""

from __future__ import annotations

import datetime as dt

import ibis
import pandas as pd

from retro.metrics.money import as_money, per_head
from retro.metrics.orders import valid_orders
from retro.metrics.rfm import buyers
from retro.metrics.windows import DAY, require


def silent_members(
    users: ibis.Table,
    orders: ibis.Table,
    events: ibis.Table,
    *,
    observed_until: dt.datetime,
    no_order_days: int = 180,
    no_login_days: int = 30,
    login: str = "log_in",
) -> pd.DataFrame:
    """Members who have fallen silent, rated one to five stars by what they once bought.

    Silent is who registered at least `no_order_days` ago, has placed no valid order since, and has not logged in for
    `no_login_days`. A member gets one star, and another for each fifth of the silent members who bought less; equal
    members get equal stars, so those who never bought have one.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        orders: As `buyers`.
        events: One row per event: `user_id`, `event`, `occurred_at` (local).
        observed_until: Until when the tables were observed, local, exclusive.
        no_order_days: For how many days they have not ordered.
        no_login_days: For how many days they have not logged in.
        login: The event that counts as logging in.

    Returns:
        Five rows, one star first; `attrs["eligible"]` counts the members who registered long enough ago.

        - `stars` (int).
        - `members` (int).
        - `amount` (Decimal): What they bought before.
        - `amount_per_member` (Decimal, 2 digits, half up): None without members.

    Raises:
        MetricError: A column is missing.
    """
    rated = rated_silence(
        users,
        orders,
        events,
        at=observed_until,
        no_order_days=no_order_days,
        no_login_days=no_login_days,
        login=login,
    )
    counted = rated.group_by("stars").aggregate(members=rated.count(), amount=rated.amount.sum()).execute()
    found = counted.set_index("stars").reindex(range(1, 6))
    people = found["members"].fillna(0).astype("int64")
    amounts = [as_money(amount) for amount in found["amount"]]
    heads = [per_head(amount, count) for amount, count in zip(amounts, people, strict=True)]
    frame = pd.DataFrame(
        {"stars": range(1, 6), "members": people.to_numpy(), "amount": amounts, "amount_per_member": heads}
    )
    frame.attrs["eligible"] = int(_old(users, observed_until - no_order_days * DAY).count().execute())
    return frame


def rated_silence(
    users: ibis.Table,
    orders: ibis.Table,
    events: ibis.Table,
    *,
    at: dt.datetime,
    no_order_days: int = 180,
    no_login_days: int = 30,
    login: str = "log_in",
) -> ibis.Table:
    """The members who are silent at a moment, with their stars, as `silent_members` counts them.

    Args:
        users: As `silent_members`.
        orders: As `silent_members`.
        events: As `silent_members`.
        at: The moment, local; what comes later does not count.
        no_order_days: As `silent_members`.
        no_login_days: As `silent_members`.
        login: As `silent_members`.

    Returns:
        A table with one row per silent member: `user_id`, `amount` (what they bought before), `stars` (1 to 5).

    Raises:
        MetricError: A column is missing.
    """
    require(users, "users", "user_id", "registered_at")
    require(events, "events", "user_id", "event", "occurred_at")
    old = _old(users, at - no_order_days * DAY)
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


def _old(users: ibis.Table, before: dt.datetime) -> ibis.Table:
    """Who registered long enough ago."""
    return users.filter(users.registered_at < before).select("user_id")
