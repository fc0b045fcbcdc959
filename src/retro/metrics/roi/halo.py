"""Halo: sales of goods that were not on offer and that no coupon touched."""

import datetime as dt

import ibis
import pandas as pd

from retro.metrics.attribution import cents
from retro.metrics.baseline import Phases
from retro.metrics.history import history_of
from retro.metrics.orders import valid_orders
from retro.metrics.pnl.orders import used_coupons
from retro.metrics.shop import Shop
from retro.metrics.windows import day_number, day_of, number_of

OFFER_RATE = 0.2
"""A line with at least this much off its list price was on offer."""

_MOSTLY = 0.5
_NEEDED = ("order_id", "product_id", "quantity", "unit_price", "discount_amount", "amount")


def rest_lines(orders: ibis.Table, shop: Shop, phases: Phases, *, end: dt.datetime) -> ibis.Table | None:
    """The lines of orders with goods that were not on offer in a campaign.

    A product was on offer if most of its pieces that were sold on the campaign's days had a fifth or more off. Orders
    with a coupon are left out, on all days: their goods were cheaper, whatever was on offer.

    Args:
        orders: As in `daily_sales`.
        shop: `order_items` where the shop has it: `order_id`, `product_id`, `quantity`, `unit_price`,
            `discount_amount`, `amount`; `coupons` (`order_id`, `face_amount`).
        phases: The campaign's days.
        end: The day that this moment lies in, and later ones, are left out.

    Returns:
        A lazy table with one row per line: `user_id`, `day` (number of the local day), `amount` (cents). None where
        lines do not tell what was on offer, or nothing was, or everything.
    """
    items = shop.get("order_items")
    if items is None or not set(_NEEDED) <= set(items.columns):
        return None
    valid = valid_orders(orders, until=dt.datetime.combine(end.date(), dt.time()))
    lines = items.select(*_NEEDED).inner_join(
        valid.select("order_id", "user_id", day=day_number(valid.ordered_at)), "order_id"
    )
    offer = lines.discount_amount.cast("float64") >= OFFER_RATE * (lines.unit_price.cast("float64") * lines.quantity)
    here = (lines.day >= number_of(phases.start)) & (lines.day < number_of(phases.end))
    sold = lines.filter(here).group_by("product_id")
    products = sold.aggregate(pieces=lines.quantity.sum(), off=ibis.ifelse(offer, lines.quantity, 0).sum())
    offered = products.filter(products.off > products.pieces * _MOSTLY).select("product_id")
    (counted,) = products.aggregate(
        all=products.count(), offered=ibis.ifelse(products.off > products.pieces * _MOSTLY, 1, 0).sum()
    ).execute().to_dict("records")  # fmt: skip
    if not counted["offered"] or counted["offered"] == counted["all"]:
        return None
    rest = lines.anti_join(offered, "product_id")
    if "coupons" in shop:
        rest = rest.anti_join(used_coupons(shop["coupons"]), "order_id")
    return rest.select("user_id", "day", amount=cents(rest.amount))


def rest_sales(rest: ibis.Table, *, end: dt.datetime) -> pd.DataFrame:
    """Sum the goods that were not on offer by day.

    Args:
        rest: As `rest_lines` returns it.
        end: The day that this moment lies in, and later ones, are left out.

    Returns:
        One row per day without gaps from the first day that is known on: `on` (date), `gmv` (float).
    """
    daily = rest.group_by("day").aggregate(gmv=rest.amount.sum(), lines=rest.count()).execute()
    by_day = {int(row.day): int(row.gmv) / 100 for row in daily.itertuples()}
    first = history_of({int(row.day): int(row.lines) for row in daily.itertuples()}).first
    days = range(number_of(first), number_of(end.date())) if first is not None else range(0)
    return pd.DataFrame([(day_of(day), by_day.get(day, 0.0)) for day in days], columns=["on", "gmv"])
