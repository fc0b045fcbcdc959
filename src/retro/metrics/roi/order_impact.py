"""Order impact: the effect of a campaign on valid orders, for shops whose orders have no amounts."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import ibis

from retro.metrics.baseline import Impact, Phases, impact
from retro.metrics.history import history
from retro.metrics.orders import valid_orders
from retro.metrics.roi.impacts import days_from
from retro.metrics.sales import as_floats, daily_sales


def order_impact(
    orders: ibis.Table,
    phases: Phases,
    *,
    observed_until: dt.datetime,
    since: dt.date | None = None,
    holidays: Sequence[dt.date] = (),
    memo: Path | None = None,
) -> Impact:
    """Estimate the effect of a campaign on daily valid orders against their own baseline.

    Args:
        orders: One row per order: `order_id`, `ordered_at` (local), `status`.
        phases: The campaign's days, as `phases_of` lays them.
        observed_until: Until when the data was observed, local, exclusive.
        since: The first day from which the baseline is learned; never one before valid orders are known.
        holidays: Days of moving holidays, as in `impact`.
        memo: As in `impact`.
    """
    past = history(valid_orders(orders), "ordered_at", until=observed_until)
    daily = as_floats(daily_sales(orders.mutate(amount=ibis.literal(Decimal(0))), end=observed_until), "orders")
    first = max((day for day in (since, past.first) if day is not None), default=None)
    return impact(days_from(daily, first), "orders", replace(phases, lost=past.lost), holidays=holidays, memo=memo)
