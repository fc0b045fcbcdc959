"""Orders: which are valid."""

import datetime as dt

import ibis

from retro.metrics.history import history
from retro.metrics.windows import require
from retro.periods import Window

VALID_STATUS = "paid"
"""Only a paid order counts: pending may never be paid, cancelled and refunded came back, fraudulent never was one."""


def valid_orders(orders: ibis.Table, window: Window | None = None, *, until: dt.datetime | None = None) -> ibis.Table:
    """The orders that count: paid, and of a known user; of a window, or before a moment, where one is named."""
    require(orders, "orders", "order_id", "user_id", "ordered_at", "status")
    valid = orders.filter((orders.status == VALID_STATUS) & orders.user_id.notnull())
    if window is not None:
        valid = valid.filter(window.holds(valid.ordered_at))
    return valid if until is None else valid.filter(valid.ordered_at < until)


def sold_items(order_items: ibis.Table) -> ibis.Table:
    """The lines that were sold: gifts (`is_gift`) came along, and count neither as pieces nor as lines of a basket."""
    if "is_gift" not in order_items.columns:
        return order_items
    return order_items.filter(~order_items.is_gift.fill_null(ibis.literal(value=False)))


def first_day(orders: ibis.Table, until: dt.datetime) -> dt.datetime | None:
    """The midnight from which on valid orders are known, as `history` finds it; None where there is none."""
    return history(valid_orders(orders, until=until), "ordered_at").since
