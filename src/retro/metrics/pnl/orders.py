"""Order economics: list price, discount, coupon, returns and cost of goods by order, in cents."""

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd

from retro.economics import UnitEconomics
from retro.metrics.attribution import cents, from_cents
from retro.metrics.orders import VALID_STATUS, with_buyers
from retro.metrics.shop import Shop
from retro.metrics.windows import day_number, day_of, require

KEPT = (VALID_STATUS, "refunded")
"""Orders that were paid and shipped, whether or not they came back."""

MONEY = ("listed", "discount", "coupon", "paid", "returned", "goods")
"""Columns of cents that `order_economics` adds."""

"""The tables of a shop that say more of its orders: any of `order_items`, `products`, `refunds`, `coupons`."""


def order_economics(orders: ibis.Table, shop: Shop, economics: UnitEconomics) -> ibis.Table:
    """One row per order, with all amounts of the P&L as whole cents.

    Args:
        orders: One row per order: `order_id`, `ordered_at`, `status`, `amount`, optionally `list_amount`,
            `discount_amount` and `user_id`.
        shop: More tables where the shop has them: `order_items` (`order_id`, `product_id`, `quantity`) with
            `products` (`product_id`, `unit_cost`); `refunds` (`order_id`, `refunded_at`, `amount`); `coupons`
            (`order_id`, `face_amount`).
        economics: Costs that the tables do not hold.

    Returns:
        The orders with these columns of cents, 0 where there is none of it.
        - `listed`: At list price; what was paid where the shop keeps no list price.
        - `coupon`: Of the discount, what a coupon took off.
        - `discount`: The rest of the discount.
        - `paid`: `amount`.
        - `returned`: Paid back: all of it for a refunded order, else what single refunds say, never more than `paid`.
        - `goods`: What the goods cost; by `margin_rate` where their costs are not known. Null where neither is.
    """
    require(orders, "orders", "order_id", "ordered_at", "status", "amount")
    table = with_buyers(orders)
    paid = cents(table.amount)
    listed = cents(table.list_amount) if "list_amount" in table.columns else ibis.null("int64")
    table = table.mutate(paid=paid, listed=ibis.coalesce(listed, paid))
    for values in (used_coupons(shop["coupons"]) if "coupons" in shop else None, _refunded(shop), _goods_costs(shop)):
        if values is not None:
            table = table.left_join(values, "order_id").drop("order_id_right")
    off = table.listed - table.paid
    coupon = ibis.least(_or_zero(table, "face"), ibis.greatest(off, 0))
    back = ibis.ifelse(table.status == KEPT[1], table.paid, ibis.least(_or_zero(table, "back"), table.paid))
    known = table.cost if "cost" in table.columns else ibis.null("int64")
    table = table.mutate(
        coupon=coupon,
        discount=off - coupon,
        returned=ibis.ifelse(table.status.isin(list(KEPT)), back, 0),
        goods=ibis.coalesce(known, _by_margin(table.paid, economics)),
    )
    return table.drop(*[name for name in ("face", "back", "cost") if name in table.columns])


def daily_contribution(orders: ibis.Table, shop: Shop, *, economics: UnitEconomics, end: dt.datetime) -> pd.DataFrame:
    """Sum the contribution of valid orders by day, after returns, goods, fulfilment and payment.

    `orders`, `shop` and `economics` are those of `order_economics`. The day that `end` lies in, and later ones,
    are left out.

    Returns:
        One row per day without gaps; none where goods' costs are not known, or nothing was bought.
        - `on` (date): Day.
        - `contribution` (Decimal): Before any cost of a campaign, discounts and coupons already taken off.
    """
    table = order_economics(orders, shop, economics)
    table = table.filter(
        (table.status == VALID_STATUS) & (table.ordered_at < dt.datetime.combine(end.date(), dt.time()))
    )
    left = table.paid - table.returned - table.goods
    grouped = (
        table.group_by(number=day_number(table.ordered_at))
        .aggregate(left=left.sum(), unknown=table.goods.isnull().sum(), paid=table.paid.sum(), orders=table.count())
        .execute()
    )
    if grouped.empty or grouped["unknown"].sum():
        return pd.DataFrame({"on": [], "contribution": []})
    by_day = {int(row.number): _left(row, economics) for row in grouped.itertuples()}
    days = range(min(by_day), max(by_day) + 1)
    rows = [(day_of(day), by_day.get(day, Decimal("0.00"))) for day in days]
    return pd.DataFrame(rows, columns=["on", "contribution"])


def order_contribution(orders: ibis.Table, shop: Shop, economics: UnitEconomics) -> ibis.Table:
    """One row per valid order: `user_id`, `day` (number of its local day), `value` (contribution, float).

    As in `daily_contribution`, before rounding; null where the cost of its goods is not known.
    """
    table = order_economics(orders, shop, economics)
    table = table.filter(table.status == VALID_STATUS)
    fees = table.paid * float(economics.payment_fee_rate or 0)
    value = (table.paid - table.returned - table.goods - fees) / 100.0 - float(economics.fulfilment_per_order or 0)
    return table.select("user_id", day=day_number(table.ordered_at), value=value)


def _left(row: Any, economics: UnitEconomics) -> Decimal:  # noqa: ANN401 - a named tuple of pandas
    shipping = int(row.orders) * (economics.fulfilment_per_order or 0)
    fees = from_cents(row.paid) * (economics.payment_fee_rate or 0)
    return Decimal(from_cents(row.left) - shipping - fees).quantize(Decimal("0.01"))


def used_coupons(coupons: ibis.Table) -> ibis.Table:
    """`face`: the worth in cents of the coupons used on each order, by `order_id`."""
    require(coupons, "coupons", "order_id", "face_amount")
    used = coupons.filter(coupons.order_id.notnull())
    return used.group_by("order_id").aggregate(face=cents(used.face_amount).sum())


def _refunded(shop: Shop) -> ibis.Table | None:
    if "refunds" not in shop:
        return None
    refunds = shop["refunds"]
    require(refunds, "refunds", "order_id", "amount")
    return refunds.group_by("order_id").aggregate(back=cents(refunds.amount).sum())


def _goods_costs(shop: Shop) -> ibis.Table | None:
    """What the goods of each order cost; null where the cost of one of them is not known."""
    if "order_items" not in shop or "products" not in shop:
        return None
    items, products = shop["order_items"], shop["products"]
    require(items, "order_items", "order_id", "product_id", "quantity")
    require(products, "products", "product_id", "unit_cost")
    lines = items.left_join(products.select("product_id", "unit_cost"), "product_id")
    cost = cents(lines.unit_cost) * lines.quantity
    counted = lines.group_by("order_id").aggregate(cost=cost.sum(), unknown=lines.unit_cost.isnull().sum())
    return counted.select("order_id", cost=ibis.ifelse(counted.unknown == 0, counted.cost, ibis.null("int64")))


def _by_margin(paid: ibis.Value, economics: UnitEconomics) -> ibis.Value:
    if economics.margin_rate is None:
        return ibis.null("int64")
    return (paid.cast("float64") * float(1 - economics.margin_rate)).round().cast("int64")


def _or_zero(table: ibis.Table, column: str) -> ibis.Value:
    return table[column].fill_null(0) if column in table.columns else ibis.literal(0)
