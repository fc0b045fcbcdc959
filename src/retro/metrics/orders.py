"""Orders: which are valid."""

import ibis

from retro.metrics.windows import require

VALID_STATUS = "paid"
"""Only a paid order counts: pending may never be paid, cancelled and refunded came back, fraudulent never was one."""


def valid_orders(orders: ibis.Table) -> ibis.Table:
    """The valid orders: paid, and of a known user."""
    require(orders, "orders", "order_id", "user_id", "ordered_at", "status")
    return orders.filter((orders.status == VALID_STATUS) & orders.user_id.notnull())
