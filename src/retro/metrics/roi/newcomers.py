"""Newcomers: first-time buyers by day."""

import datetime as dt

import ibis
import pandas as pd

from retro.metrics.history import history_of
from retro.metrics.orders import orders_of_people
from retro.metrics.windows import day_number, day_of, number_of


def first_buyers(orders: ibis.Table, *, end: dt.datetime) -> pd.DataFrame:
    """Count the users whose first valid order ever lies on each local day.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`.
        end: The day that this moment lies in, and later ones, are left out.

    Returns:
        One row per day without gaps from the first valid order on; none where there are none.
        - `on` (date): Day.
        - `buyers` (int): First-time buyers.
    """
    firsts = first_orders(orders).filter(lambda row: row.day < number_of(end.date()))
    counted = firsts.group_by(number=firsts.day).aggregate(buyers=lambda row: row.count()).execute()
    by_day = dict(zip(counted["number"].astype(int), counted["buyers"].astype(int), strict=True))
    first = history_of(by_day).first
    days = range(number_of(first), number_of(end.date())) if first is not None else range(0)
    return pd.DataFrame([(day_of(day), by_day.get(day, 0)) for day in days], columns=["on", "buyers"])


def first_orders(orders: ibis.Table) -> ibis.Table:
    """One row per user with a valid order: `user_id`, `day` (number of the local day of the first one), `value` (1)."""
    firsts = orders_of_people(orders).group_by("user_id").aggregate(first=lambda row: row.ordered_at.min())
    return firsts.select("user_id", day=day_number(firsts["first"]), value=ibis.literal(1))
