"""Lines: the orders and order lines of a campaign."""

import ibis

from retro.metrics.orders import sold_items
from retro.metrics.windows import require
from retro.periods import Window

PAID = ("paid", "refunded")
"""Paid for by somebody: what came back was sold first."""


def campaign_orders(orders: ibis.Table, campaign_id: str, window: Window) -> ibis.Table:
    """The orders of a window; where the shop marks those placed in a campaign, only the campaign's own."""
    require(orders, "orders", "order_id", "ordered_at", "status", "amount")
    inside = orders.filter(window.holds(orders.ordered_at))
    return inside.filter(inside.campaign_id == campaign_id) if "campaign_id" in inside.columns else inside


def lines_of(chosen: ibis.Table, order_items: ibis.Table) -> ibis.Table:
    """The lines of these orders.

    Lazy, one row per line: `order_id`, `product_id`, `ordered_at`, `status`, `quantity`, `listed` and `paid`
    (amounts before and after discounts).
    """
    require(order_items, "order_items", "order_id", "product_id", "quantity", "unit_price", "amount")
    order_items = sold_items(order_items)
    heads = chosen.select("order_id", "ordered_at", "status")
    lines = order_items.select(
        "order_id",
        "product_id",
        "quantity",
        listed=order_items.unit_price * order_items.quantity,
        paid=order_items.amount,
    )
    return lines.join(heads, "order_id")
