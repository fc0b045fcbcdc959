"""Lines: the orders and order lines of a campaign."""

import ibis

from retro.metrics.cohorts import BASELINE, CAMPAIGN
from retro.metrics.orders import sold_items
from retro.metrics.windows import require
from retro.periods import Window

PAID = ("paid", "refunded")
"""Paid for by somebody: what came back was sold first."""


def campaign_orders(orders: ibis.Table, campaign_id: str | None, window: Window) -> ibis.Table:
    """The orders of a window; where the shop marks those placed in a campaign, only the campaign's own.

    Of a campaign without an id, such as a node that the whole shop takes part in, all of them.
    """
    require(orders, "orders", "order_id", "ordered_at", "status", "amount")
    inside = orders.filter(window.holds(orders.ordered_at))
    marked = campaign_id is not None and "campaign_id" in inside.columns
    return inside.filter(inside.campaign_id == campaign_id) if marked else inside


def with_cohorts(orders: ibis.Table, window: Window, campaign_id: str | None) -> ibis.Table:
    """The orders of the baseline weeks and of the window, with `cohort`: `baseline` or `campaign`.

    Where the shop marks the orders placed in a campaign, those of the window are the campaign's own.
    """
    require(orders, "orders", "order_id", "ordered_at", "status")
    inside = orders.filter(orders.ordered_at >= window.baseline_start, orders.ordered_at < window.end)
    if campaign_id is not None and "campaign_id" in inside.columns:
        own = (inside.campaign_id == campaign_id).fill_null(ibis.literal(value=False))
        inside = inside.filter((inside.ordered_at < window.start) | own)
    return inside.mutate(cohort=ibis.ifelse(inside.ordered_at >= window.start, CAMPAIGN, BASELINE))


def campaign_stock(stock: ibis.Table, campaign_id: str | None, window: Window) -> ibis.Table:
    """The stock set aside for a campaign; of one without an id, that of the days which the window touches."""
    if campaign_id is not None:
        return stock.filter(stock.campaign_id == campaign_id)
    require(stock, "stock", "stocked_on")
    day = stock.stocked_on.cast("date")
    return stock.filter(day >= window.start.date(), day <= window.last_day)


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
