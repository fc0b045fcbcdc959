"""Covariates: daily series that follow a shop's seasons, for baselines where a campaign left them alone."""

import datetime as dt

import pandas as pd

from retro.metrics.history import history_of
from retro.metrics.shop import Shop
from retro.metrics.windows import day_number, day_of, number_of, require


def daily_registrations(shop: Shop, *, end: dt.datetime) -> pd.DataFrame | None:
    """Count the users who registered on each day, where the shop has them.

    A campaign that brings new users touches this series; a baseline then finds that out and leaves it out.

    Args:
        shop: `users` where the shop has it: one row per user, `registered_at` (local).
        end: The day that this moment lies in, and later ones, are left out.

    Returns:
        One row per day without gaps from the first registration on; None where there are none.
        - `on` (date): Day.
        - `registrations` (int): Users who registered on it.
    """
    if "users" not in shop:
        return None
    users = shop["users"]
    require(users, "users", "user_id", "registered_at")
    seen = users.filter(users.registered_at < dt.datetime.combine(end.date(), dt.time()))
    counted = seen.group_by(day=day_number(seen.registered_at)).aggregate(n=lambda row: row.count()).execute()
    if counted.empty:
        return None
    by_day = dict(zip(counted["day"].astype(int), counted["n"].astype(int), strict=True))
    begin = number_of(history_of(by_day).first or end.date())
    rows = [(day_of(day), by_day.get(day, 0)) for day in range(begin, number_of(end.date()))]
    return pd.DataFrame(rows, columns=["on", "registrations"])
