"""Product sales: pieces and amounts of each product by day, from order lines or a platform's product report."""

import datetime as dt

import ibis

from retro.metrics.orders import sold_items, valid_orders
from retro.metrics.shop import Shop
from retro.metrics.windows import day_number, require
from retro.periods import Window


def order_lines(shop: Shop, window: Window | None = None, *, until: dt.datetime | None = None) -> ibis.Table:
    """The lines of valid orders, without gifts.

    Lazy: `order_id`, `user_id` (null where unknown), `product_id`, `day` (int, days since 1970-01-01), `units` (int),
    `amount` (decimal; null where unknown).
    """
    valid = valid_orders(shop["orders"], window, until=until)
    lines = sold_items(shop["order_items"])
    require(lines, "order_items", "order_id", "product_id", "quantity")
    paid = lines.amount if "amount" in lines.columns else ibis.null("decimal(18, 2)")
    known = lines.select("order_id", "product_id", units="quantity", amount=paid)
    heads = valid.select("order_id", "user_id", day=day_number(valid.ordered_at))
    return known.join(heads, "order_id")


def product_sales(shop: Shop, until: dt.datetime) -> ibis.Table:
    """Sum valid order lines by product and local day; where the shop has none, take its `product_sales`.

    Lazy: `product_id`, `day` (int, days since 1970-01-01), `units` (int), `amount` (decimal; null where unknown).
    """
    if "product_sales" in shop and "order_items" not in shop:
        sold = shop["product_sales"]
        require(sold, "product_sales", "product_id", "sold_on", "units")
        at = sold.sold_on.cast("timestamp")
        known = sold.filter(at < until)
        day = day_number(known.sold_on.cast("timestamp"))
        amount = known.amount if "amount" in known.columns else ibis.null("decimal(18, 2)")
        rows = known.select("product_id", day=day, units="units", amount=amount)
    else:
        rows = order_lines(shop, until=until)
    grouped = rows.group_by("product_id", "day")
    return grouped.aggregate(units=rows.units.sum(), amount=rows.amount.cast("decimal(38, 2)").sum())
