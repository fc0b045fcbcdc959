"""Sales of a period: by day, and in all beside the period before and the same one a year ago."""

import datetime as dt
import math
from decimal import Decimal

import ibis
import pandas as pd

from retro.metrics.history import history
from retro.metrics.money import as_money, known_count, per_head
from retro.metrics.orders import buyers_of, order_value_ends, valid_orders
from retro.metrics.sales import daily_sales
from retro.metrics.windows import DAY, require
from retro.periods import Window, previous_window, year_ago_window


def quarter_sales(orders: ibis.Table, campaigns: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Sum sales by day of a period, with the campaign of the day.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        campaigns: One row per campaign: `title`, `start`, `end`; without the two where it is not known.
        window: The period.

    Returns:
        One row per day: `on` (date), `orders` (Int64), `gmv` (Decimal), both missing on lost days, and `campaign`
        (str): the first campaign that touched the day, None on other days.
    """
    daily = daily_sales(orders, end=window.end, since=window.start)
    dated = campaigns.dropna(subset=["start", "end"])
    spans: list[tuple[pd.Timestamp, pd.Timestamp, str]] = [
        *zip(pd.to_datetime(dated["start"]), pd.to_datetime(dated["end"]), dated["title"], strict=True)
    ]

    def ran(day: dt.date) -> str | None:
        midnight = dt.datetime.combine(day, dt.time())
        return next((title for first, last, title in spans if first < midnight + DAY and last > midnight), None)

    return daily.assign(campaign=pd.Series([ran(day) for day in daily["on"]], dtype=object))


def period_totals(orders: ibis.Table, window: Window) -> pd.DataFrame:
    """Sum sales of a period, of the one before it, and of the same one a year ago.

    Args:
        orders: As `quarter_sales`.
        window: The period.

    Returns:
        Three rows; of a whole year two, as the period before it is the same one a year ago.
        - `period` (str): `current`, `previous`, `year_ago`.
        - `start`, `end` (datetime): Its window, as `previous_window` and `year_ago_window` move it.
        - `days` (float): Its length.
        - `orders`, `buyers` (object, int), `gmv`, `order_value` (Decimal): Valid orders, who bought, and what; all None
          where the table does not reach back to the whole period, or lost a day of an earlier one; `order_value` also
          where nothing was sold, `buyers` where nobody knows who bought.
        - `low`, `high` (float): Of `order_value`, by how it varies between buyers (delta method, Student's t); NaN
          where it is missing, or somebody's orders name no buyer.
        - `lost_days` (int): Days of the period itself whose orders are lost; its sums are of its other days. 0 else.
    """
    require(orders, "orders", "amount")
    valid = valid_orders(orders)
    past = history(valid, "ordered_at", until=window.end)
    rows = []
    periods = {"current": window, "previous": previous_window(window), "year_ago": year_ago_window(window)}
    if periods["previous"] == periods["year_ago"]:
        del periods["previous"]
    for name, own in periods.items():
        known = past.knows(own) if name != "current" else past.reaches(own.start)
        lost = len(past.within(own)) if name == "current" else 0
        rows.append((name, own.start, own.end, own.days, *(_sold(valid, own) if known else _UNKNOWN), lost))
    columns = ["period", "start", "end", "days", "orders", "buyers", "gmv", "order_value", "low", "high", "lost_days"]
    kinds = {**dict.fromkeys(("days", "low", "high"), "float64"), "lost_days": "int64"}
    return pd.DataFrame(rows, columns=columns, dtype=object).astype(kinds)


_UNKNOWN = (*[None] * 4, math.nan, math.nan)


def _sold(valid: ibis.Table, window: Window) -> tuple[int, int | None, Decimal, Decimal | None, float, float]:
    inside = valid.filter(window.holds(valid.ordered_at))
    sums = inside.aggregate(orders=inside.count(), buyers=buyers_of(inside), gmv=inside.amount.sum()).execute()
    orders, gmv = int(sums["orders"].iloc[0]), as_money(sums["gmv"].iloc[0])
    return orders, known_count(sums["buyers"].iloc[0]), gmv, per_head(gmv, orders), *order_value_ends(inside)
