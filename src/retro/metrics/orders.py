"""Orders: which of them count."""

from __future__ import annotations

import datetime as dt

import ibis
import pandas as pd

from retro.metrics.windows import day_number, midnight, require

VALID_STATUS = "paid"
"""Only a paid order counts: pending may never be paid, cancelled and refunded came back, fraudulent never was one."""


def valid_orders(orders: ibis.Table) -> ibis.Table:
    """The orders that count as bought by somebody: paid, and of a known user.

    Raises:
        MetricError: A column is missing.
    """
    require(orders, "orders", "order_id", "user_id", "ordered_at", "status")
    return orders.filter((orders.status == VALID_STATUS) & orders.user_id.notnull())


def first_day(orders: ibis.Table, until: dt.datetime) -> dt.datetime | None:
    """The midnight at which the day of the first valid order began; None where there is none before `until`.

    Raises:
        MetricError: A column is missing.
    """
    valid = valid_orders(orders)
    found = day_number(valid.filter(valid.ordered_at < until).ordered_at).min().execute()
    return None if pd.isna(found) else midnight(int(found))
