"""Comparison: a period laid over others, aligned by day or hour since each began."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd

from retro.metrics.bridge.cells import Days, Shop, sales_cells
from retro.metrics.money import as_money, per_head
from retro.metrics.orders import valid_orders
from retro.metrics.windows import check_window, require
from retro.periods import Period

HOURLY = dt.timedelta(days=3)
"""Up to this length a period is followed by the hour, longer ones by the day."""

_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def comparison(
    shop: Shop, bases: Sequence[Period], *, start: dt.datetime, end: dt.datetime
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Set a period beside others, in all and as each built up.

    Args:
        shop: As `sales_cells`.
        bases: The others; targets have no course and are passed over.
        start: Begin of the period, local.
        end: End of the period, local, exclusive.

    Returns:
        Two frames. One row per period, this one first (`base` -1, the others their place in `bases`):

        - `base` (int); `start`, `end` (datetime); `days` (float): Length.
        - `weekend_days` (int): Saturdays and Sundays that it touches.
        - `visits` (float): NaN where they were not observed. `orders` (int). `gmv` (Decimal).
        - `order_value` (Decimal): None without orders. `conversion` (float): Orders over visits.
        - `daily_gmv` (Decimal): GMV over days, which other lengths can be compared by.
        - `gmv_change`, `daily_change` (float): This period over the other, less 1; NaN for itself and where the other
          sold nothing.

        And the course: one row per period and hour or day since its begin, a zero before the first:

        - `base` (int), `elapsed` (int): Hours or days. `total` (Decimal): GMV so far.

    Raises:
        MetricError: A column is missing, or a window is empty.
    """
    check_window(start, end)
    others = [(place, base) for place, base in enumerate(bases) if base.basis != "target"]
    spans = [(-1, start, end), *((place, base.start, base.end) for place, base in others)]
    step = _HOUR if end - start <= HOURLY else _DAY
    rows = [_row(shop, place, begin, until) for place, begin, until in spans]
    courses = [_course(shop["orders"], place, begin, until, step) for place, begin, until in spans]
    frame = pd.DataFrame(rows)
    own = rows[0]
    for name, column in (("gmv_change", "gmv"), ("daily_change", "daily_gmv")):
        frame[name] = [
            float(own[column] / row[column]) - 1 if row[column] and row["base"] >= 0 else float("nan") for row in rows
        ]
    return frame, pd.concat(courses, ignore_index=True)


def by_hour(start: dt.datetime, end: dt.datetime) -> bool:
    """Whether a period is followed by the hour."""
    return end - start <= HOURLY


def _row(shop: Shop, place: int, start: dt.datetime, end: dt.datetime) -> dict[str, Any]:
    cells = sales_cells(shop, Days(start, end))
    found = cells.iloc[0] if len(cells) else None
    gmv = as_money(found["gmv"]) if found is not None else Decimal("0.00")
    orders = int(found["orders"]) if found is not None else 0
    visits = float(found["visits"]) if found is not None else float("nan")
    days = (end - start) / _DAY
    touched = pd.date_range(start.date(), (end - dt.timedelta(seconds=1)).date())
    return {
        "base": place,
        "start": start,
        "end": end,
        "days": days,
        "weekend_days": int((touched.day_of_week >= 5).sum()),  # noqa: PLR2004 - Saturday and Sunday
        "visits": visits,
        "orders": orders,
        "gmv": gmv,
        "order_value": per_head(gmv, orders),
        "conversion": orders / visits if visits and visits > 0 else float("nan"),
        "daily_gmv": as_money(gmv / Decimal(repr(days))),
    }


def _course(orders: ibis.Table, place: int, start: dt.datetime, end: dt.datetime, step: dt.timedelta) -> pd.DataFrame:
    """GMV so far by hours or days since the begin."""
    require(orders, "orders", "amount")
    valid = valid_orders(orders)
    own = valid.filter(valid.ordered_at >= start, valid.ordered_at < end)
    epoch = int((start - dt.datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001 - local, as every column
    passed = (own.ordered_at.epoch_seconds() - epoch) // int(step.total_seconds())
    counted = own.group_by(passed=passed).aggregate(gmv=own.amount.sum()).execute()
    sold = {int(row.passed): as_money(row.gmv) for row in counted.itertuples()}
    steps = -(-(end - start) // step)
    totals = [Decimal("0.00")]
    for number in range(steps):
        totals.append(totals[-1] + sold.get(number, Decimal("0.00")))
    return pd.DataFrame({"base": place, "elapsed": range(steps + 1), "total": totals})
