"""Covariates: daily series that follow a shop's seasons, for baselines where a campaign left them alone."""

import datetime as dt
from collections.abc import Mapping, Sequence

import ibis
import pandas as pd

from retro.errors import MetricError, did_you_mean
from retro.metrics.history import blank_of, history_of
from retro.metrics.sales import as_floats, daily_sales
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
        - `registrations` (Int64): Users who registered on it; missing on lost days (`History`).
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
    past = history_of(by_day, number_of(end.date()) - 1, blank=blank_of(users))
    days = [day_of(day) for day in range(number_of(past.first or end.date()), number_of(end.date()))]
    counts = [by_day.get(number_of(day), 0) if past.has(day) else None for day in days]
    return pd.DataFrame({"on": days, "registrations": pd.array(counts, dtype="Int64")})


def untouched_sales(
    orders: ibis.Table, shop: Shop, untouched: Mapping[str, Sequence[str]], *, end: dt.datetime
) -> pd.DataFrame:
    """Sum by day what the regions, channels or categories sold that a campaign left alone: a synthetic control.

    A baseline weighs these series as its covariates, and drops one that left its own interval while the campaign ran.

    Args:
        orders: As in `daily_sales`.
        shop: `users` (`user_id`), and `order_items` (`order_id`, `product_id`, `amount`) with `products`
            (`product_id`), where the named columns are theirs.
        untouched: Values by column, such as `{"category": ["food"]}`; a column of `orders`, `users` or `products`.
        end: The day that this moment lies in, and later ones, are left out.

    Returns:
        One row per day from the first that orders know: `on` (date), and a column per value with its GMV (float).

    Raises:
        MetricError: No table has the column, or a value never sold.
    """
    days = daily_sales(orders, end=end)
    frame = days[["on"]].copy()
    since = dt.datetime.combine(days["on"].iloc[0], dt.time()) if len(days) else end
    for column, values in untouched.items():
        for value in values:
            sold = daily_sales(_part(orders, shop, column, value), end=end, since=since)
            if not sold["orders"].sum():
                raise MetricError(f"roi.untouched.{column}: {value!r} must have sold something, got no valid order.")
            frame[value] = as_floats(sold, "gmv")["gmv"].to_numpy()
    return frame


def _part(orders: ibis.Table, shop: Shop, column: str, value: str) -> ibis.Table:
    """The orders of one value; of a product's column, its lines alone."""
    if column in orders.columns:
        return orders.filter(orders[column] == value)
    if "users" in shop and column in shop["users"].columns:
        users = shop["users"]
        return orders.semi_join(users.filter(users[column] == value), "user_id")
    if "order_items" in shop and "products" in shop and column in shop["products"].columns:
        items, products = shop["order_items"], shop["products"]
        lines = items.semi_join(products.filter(products[column] == value), "product_id")
        sums = lines.group_by("order_id").aggregate(amount=lines.amount.sum())
        return orders.drop("amount").inner_join(sums, "order_id")
    tables = [orders, *(shop[name] for name in ("users", "products") if name in shop)]
    hint = did_you_mean(column, {name for table in tables for name in table.columns})
    raise MetricError(f"roi.untouched: {column!r} must be a column of orders, users or products. {hint}")
