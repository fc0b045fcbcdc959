"""Newcomers: first-time buyers by day, and payback."""

import datetime as dt
from decimal import Decimal

import ibis
import pandas as pd

from retro.economics import UnitEconomics
from retro.metrics.attribution import from_cents
from retro.metrics.history import history_of
from retro.metrics.orders import VALID_STATUS, valid_orders
from retro.metrics.pnl import order_economics
from retro.metrics.shop import Shop
from retro.metrics.windows import DAY, day_number, day_of, number_of
from retro.periods import Window

MONTH_DAYS = 30


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
    firsts = valid_orders(orders).group_by("user_id").aggregate(first=lambda row: row.ordered_at.min())
    return firsts.select("user_id", day=day_number(firsts["first"]), value=ibis.literal(1))


def payback(orders: ibis.Table, shop: Shop, window: Window, *, economics: UnitEconomics) -> pd.DataFrame:
    """Sum the contribution of the campaign's first-time buyers by month of 30 days after their first order.

    `orders`, `shop` and `economics` are those of `order_economics`. `window` is the campaign; it says until when the
    data was observed.

    Returns:
        One row per month that everybody has lived through whole; none where that is none, or goods' costs are not
        known.
        - `month` (int): 1 for the first 30 days.
        - `buyers` (int): First-time buyers of the campaign.
        - `contribution` (Decimal): What they have left by the end of the month, before campaign cost.
    """
    lived = min(12, int((window.observed - window.end) / DAY) // MONTH_DAYS)
    table = order_economics(orders, shop, economics)
    table = table.filter(table.status == VALID_STATUS)
    firsts = table.group_by("user_id").aggregate(first=lambda row: row.ordered_at.min())
    firsts = firsts.filter(window.holds(firsts["first"]))
    joined = table.inner_join(firsts, "user_id")
    month = (day_number(joined.ordered_at) - day_number(joined["first"])) // MONTH_DAYS + 1
    rows = (
        joined.mutate(month=month)
        .group_by("month")
        .aggregate(
            left=lambda row: (row.paid - row.returned - row.goods).sum(),
            unknown=joined.goods.isnull().sum(),
            buyers=joined.user_id.nunique(),
        )
        .execute()
    )
    buyers = int(rows.loc[rows["month"] == 1, "buyers"].sum())  # all: the first month holds the first order
    if lived < 1 or not buyers or rows["unknown"].sum():
        return pd.DataFrame({"month": [], "buyers": [], "contribution": []})
    left = {int(row.month): from_cents(row.left) for row in rows.itertuples()}
    cumulated = [
        sum((left.get(each, Decimal(0)) for each in range(1, month + 1)), Decimal("0.00"))
        for month in range(1, lived + 1)
    ]
    return pd.DataFrame({"month": range(1, lived + 1), "buyers": buyers, "contribution": cumulated})
