"""Comparison: a period laid over others, aligned by day or hour since each began."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd

from retro.errors import MissingColumn
from retro.metrics.bridge.cells import many_cells
from retro.metrics.bridge.days import Days
from retro.metrics.money import as_money, per_head
from retro.metrics.orders import valid_orders
from retro.metrics.shop import Shop
from retro.metrics.windows import require
from retro.periods import Period, Window
from retro.sources.grain import COARSENESS, grain_of

HOURLY = dt.timedelta(days=3)
"""Up to this length a period is followed by the hour, longer ones by the day."""

_HOUR, _DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def comparison(shop: Shop, bases: Sequence[Period], window: Window) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare a period with others, in total and as it built up.

    Args:
        shop: As `sales_cells`.
        bases: The others; targets have no course and are passed over.
        window: The period.

    Returns:
        Two frames. One row per period, this one first (`base` -1, the others their place in `bases`):
        - `base` (int); `start`, `end` (datetime); `days` (float): Length.
        - `weekend_days` (int): Saturdays and Sundays that it touches.
        - `visits` (float): NaN where they were not observed. `orders` (int). `gmv` (Decimal).
        - `order_value` (Decimal): None without orders. `conversion` (float): Orders over visits.
        - `daily_gmv` (Decimal): GMV per day, for periods of other lengths.
        - `gmv_change`, `daily_change` (float): This period over the other, less 1; NaN for itself and where the other
          sold nothing, or less than it took back.

        And the course: one row per period and hour or day since its begin, a zero before the first; its attribute
        `elapsed` says which: `hours` of a short period whose orders know them, else `days`.

        - `base` (int), `elapsed` (int): Hours or days. `total` (Decimal): GMV so far.
    """
    if "orders" not in shop:
        raise MissingColumn("comparison: the shop must have the table 'orders', got none.", "orders", "")
    others = [(place, base) for place, base in enumerate(bases) if base.basis != "target"]
    spans = [(-1, window), *((place, base.window) for place, base in others)]
    fine = COARSENESS[grain_of(shop["orders"], "ordered_at")] <= COARSENESS["hour"]
    step = _HOUR if by_hour(window) and fine else _DAY
    cells = many_cells(shop, ((Days(span), None) for _, span in spans))
    rows = [_row(cells[Days(span), None], place, span) for place, span in spans]
    courses = [_course(shop["orders"], place, span, step) for place, span in spans]
    frame = pd.DataFrame(rows)
    own = rows[0]
    for name, column in (("gmv_change", "gmv"), ("daily_change", "daily_gmv")):
        frame[name] = [
            float(own[column] / row[column]) - 1 if row[column] > 0 and row["base"] >= 0 else float("nan")
            for row in rows
        ]
    course = pd.concat(courses, ignore_index=True)
    course.attrs["elapsed"] = "hours" if step == _HOUR else "days"
    return frame, course


def by_hour(window: Window) -> bool:
    """Whether a period is followed by the hour."""
    return window.length <= HOURLY


def _row(cells: pd.DataFrame, place: int, window: Window) -> dict[str, Any]:
    found = cells.iloc[0] if len(cells) else None
    gmv = as_money(found["gmv"]) if found is not None else Decimal("0.00")
    orders = int(found["orders"]) if found is not None else 0
    visits = float(found["visits"]) if found is not None else float("nan")
    touched = pd.date_range(window.start.date(), window.last_day)
    return {
        "base": place,
        "start": window.start,
        "end": window.end,
        "days": window.days,
        "weekend_days": int((touched.day_of_week >= 5).sum()),  # noqa: PLR2004 - Saturday and Sunday
        "visits": visits,
        "orders": orders,
        "gmv": gmv,
        "order_value": per_head(gmv, orders),
        "conversion": orders / visits if visits and visits > 0 else float("nan"),
        "daily_gmv": as_money(gmv / Decimal(repr(window.days))),
    }


def _course(orders: ibis.Table, place: int, window: Window, step: dt.timedelta) -> pd.DataFrame:
    require(orders, "orders", "amount")
    valid = valid_orders(orders)
    own = valid.filter(window.holds(valid.ordered_at))
    epoch = int((window.start - dt.datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001 - local, as every column
    passed = (own.ordered_at.epoch_seconds() - epoch) // int(step.total_seconds())
    counted = own.group_by(passed=passed).aggregate(gmv=own.amount.sum()).execute()
    sold = {int(row.passed): as_money(row.gmv) for row in counted.itertuples()}
    steps = -(-window.length // step)
    totals = [Decimal("0.00")]
    for number in range(steps):
        totals.append(totals[-1] + sold.get(number, Decimal("0.00")))
    return pd.DataFrame({"base": place, "elapsed": range(steps + 1), "total": totals})
