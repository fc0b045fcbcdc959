"""A period's sales: day by day, and in all beside the period before and the same one a year ago."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import ibis
import pandas as pd

from retro.metrics.money import as_money, per_head
from retro.metrics.orders import valid_orders
from retro.metrics.sales import daily_sales
from retro.metrics.windows import DAY, check_window, require

YEAR = 12


def quarter_sales(orders: ibis.Table, campaigns: pd.DataFrame, *, start: dt.datetime, end: dt.datetime) -> pd.DataFrame:
    """What was sold on each day of a period, and which campaign ran.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        campaigns: One row per campaign: `title`, `start`, `end`; without the two where it is not known.
        start: Begin of the period, local.
        end: End of the period, local, exclusive.

    Returns:
        One row per day: `on` (date), `orders` (int), `gmv` (Decimal), and `campaign` (str): the first campaign that
        touched the day, None on other days.

    Raises:
        MetricError: The period is empty or has a zone, or a column is missing.
    """
    check_window(start, end)
    daily = daily_sales(orders, end=end, since=start)
    dated = campaigns.dropna(subset=["start", "end"])
    spans: list[tuple[pd.Timestamp, pd.Timestamp, str]] = [
        *zip(pd.to_datetime(dated["start"]), pd.to_datetime(dated["end"]), dated["title"], strict=True)
    ]

    def ran(day: dt.date) -> str | None:
        midnight = dt.datetime.combine(day, dt.time())
        return next((title for first, last, title in spans if first < midnight + DAY and last > midnight), None)

    return daily.assign(campaign=pd.Series([ran(day) for day in daily["on"]], dtype=object))


def period_totals(orders: ibis.Table, *, start: dt.datetime, end: dt.datetime) -> pd.DataFrame:
    """What was sold in a period, in the one before it, and in the same one a year ago.

    Args:
        orders: As `quarter_sales`.
        start: Begin of the period, local.
        end: End of the period, local, exclusive.

    Returns:
        Three rows.

        - `period` (str): `current`, `previous`, `year_ago`.
        - `start`, `end` (datetime): Its window. A period of whole months is moved by months, another by its length,
          and by 52 weeks for the year.
        - `days` (float): Its length.
        - `orders`, `buyers` (object, int), `gmv`, `aov` (Decimal): Valid orders, who bought, and what; all None where
          the table does not reach back to the whole period; `aov` also where nothing was sold.

    Raises:
        MetricError: The period is empty or has a zone, or a column is missing.
    """
    check_window(start, end)
    require(orders, "orders", "amount")
    valid = valid_orders(orders)
    oldest = valid.ordered_at.min().execute()
    rows = []
    for name, (first, last) in _periods(start, end).items():
        known = not pd.isna(oldest) and oldest.date() <= first.date()
        rows.append((name, first, last, (last - first) / DAY, *(_sold(valid, first, last) if known else [None] * 4)))
    columns = ["period", "start", "end", "days", "orders", "buyers", "gmv", "aov"]
    return pd.DataFrame(rows, columns=columns, dtype=object).astype({"days": "float64"})


def _periods(start: dt.datetime, end: dt.datetime) -> dict[str, tuple[dt.datetime, dt.datetime]]:
    months = (end.year - start.year) * YEAR + end.month - start.month
    whole = months > 0 and all(one == one.replace(day=1, hour=0, minute=0, second=0) for one in (start, end))
    if not whole:
        year, length = dt.timedelta(weeks=52), end - start
        return {
            "current": (start, end), "previous": (start - length, start), "year_ago": (start - year, end - year),
        }  # fmt: skip
    return {
        "current": (start, end),
        "previous": (_moved(start, months), start),
        "year_ago": (_moved(start, YEAR), _moved(end, YEAR)),
    }


def _moved(first: dt.datetime, months: int) -> dt.datetime:
    """The first of a month, so many months back."""
    number = first.year * YEAR + first.month - 1 - months
    return first.replace(year=number // YEAR, month=number % YEAR + 1)


def _sold(valid: ibis.Table, start: dt.datetime, end: dt.datetime) -> tuple[int, int, Decimal, Decimal | None]:
    inside = valid.filter(valid.ordered_at >= start, valid.ordered_at < end)
    sums = inside.aggregate(orders=inside.count(), buyers=inside.user_id.nunique(), gmv=inside.amount.sum()).execute()
    orders, gmv = int(sums["orders"].iloc[0]), as_money(sums["gmv"].iloc[0])
    return orders, int(sums["buyers"].iloc[0]), gmv, per_head(gmv, orders)
