"""Sales: valid orders and GMV by day and by hour, 0 where there were none, missing where nobody knows."""

import datetime as dt
from decimal import Decimal

import ibis
import numpy as np
import pandas as pd

from retro.metrics.history import blank_of, history, history_of
from retro.metrics.money import as_money, per_head
from retro.metrics.orders import valid_orders
from retro.metrics.windows import DAY, WEEK, day_number, day_of, number_of, require
from retro.periods import Window

HOUR = dt.timedelta(hours=1)
_SECONDS = 3600
_NOTHING = (0, Decimal("0.00"))
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - local, as every column


def daily_sales(orders: ibis.Table, *, end: dt.datetime, since: dt.datetime | None = None) -> pd.DataFrame:
    """Count valid orders and their value by local day.

    Args:
        orders: One row per order: `order_id`, `ordered_at` (local), `status`, `amount`.
        end: The day that this moment lies in, and later ones, are left out.
        since: The first day; by default the first that is known, which a stray order of 1970 does not make earlier.

    Returns:
        One row per day without gaps, in order; none where there are no orders.
        - `on` (date): Day.
        - `orders` (Int64): Valid orders; 0 on a day without. Missing where orders are lost or do not reach back to
          (`History`).
        - `gmv` (object, Decimal): Their amounts; 0 on a day without, None where orders are missing.

    Examples:
        >>> days = [dt.datetime(2025, 3, day) for day in range(1, 29) if day != 9]
        >>> rows = [(f"o{number}", day, "paid", 10) for number, day in enumerate(days * 20)]
        >>> orders = ibis.memtable(rows, columns=["order_id", "ordered_at", "status", "amount"])
        >>> daily_sales(orders, end=dt.datetime(2025, 3, 11), since=dt.datetime(2025, 3, 8)).values.tolist()[1:]
        [[datetime.date(2025, 3, 9), <NA>, None], [datetime.date(2025, 3, 10), 20, Decimal('200.00')]]
    """
    require(orders, "orders", "amount")
    valid = valid_orders(orders, until=dt.datetime.combine(end.date(), dt.time()))
    counted = (
        valid.group_by(number=day_number(valid.ordered_at))
        .aggregate(orders=lambda row: row.count(), gmv=lambda row: row.amount.sum())
        .execute()
    )
    by_day = {int(row.number): (int(row.orders), as_money(row.gmv)) for row in counted.itertuples()}
    past = history_of(
        {day: sold for day, (sold, _) in by_day.items()}, number_of(end.date()) - 1, blank=blank_of(orders)
    )
    begin = past.first if since is None else since.date()
    span = range(0) if past.first is None or begin is None else range(number_of(begin), number_of(end.date()))
    days = [day_of(day) for day in span]
    rows = [by_day.get(number_of(day), _NOTHING) if past.has(day) else (pd.NA, None) for day in days]
    gmv = pd.Series([amount for _, amount in rows], dtype=object)
    return pd.DataFrame({"on": days, "orders": pd.array([sold for sold, _ in rows], dtype="Int64"), "gmv": gmv})


def as_floats(daily: pd.DataFrame, column: str) -> pd.DataFrame:
    """A series of days as floats, 0 on lost ones, for estimates that leave lost days out themselves (`Phases.lost`)."""
    return daily[["on"]].assign(**{column: daily[column].astype("float64").fillna(0.0)})


def hourly_sales(orders: ibis.Table, window: Window) -> pd.DataFrame:
    """Count valid orders and GMV by hour, beside the same hour of the baseline weeks.

    Args:
        orders: One row per order: `order_id`, `ordered_at` (local), `status`, optionally `amount`.
        window: The campaign or period, with its baseline.

    Returns:
        One row per hour that the window touches, in order.
        - `at` (datetime): Begin of the hour, local.
        - `orders` (int): Valid orders inside the window.
        - `gmv` (Decimal): Their amounts. No such column where orders have none, nor `baseline_gmv`.
        - `baseline_orders` (float), `baseline_gmv` (Decimal): Mean of the same hour of the week over the weeks before.
          Weeks in which the day is lost are left out. Missing where the table does not reach back a whole week.
    """
    valued = "amount" in orders.columns
    valid = valid_orders(orders if valued else orders.mutate(amount=ibis.literal(0)))
    past = history(valid, "ordered_at", until=window.end)
    weeks = 0 if past.since is None else min(window.baseline_weeks, max(0, (window.start - past.since + DAY) // WEEK))
    recent = valid.filter(valid.ordered_at >= window.start - weeks * WEEK, valid.ordered_at < window.end)
    counted = (
        recent.group_by(hour=recent.ordered_at.epoch_seconds() // _SECONDS, inside=recent.ordered_at >= window.start)
        .aggregate(orders=lambda row: row.count(), gmv=lambda row: row.amount.sum())
        .execute()
    )
    during = {int(row.hour): (int(row.orders), as_money(row.gmv)) for row in counted.itertuples() if row.inside}
    before = {int(row.hour): (int(row.orders), as_money(row.gmv)) for row in counted.itertuples() if not row.inside}
    hours = range(int((window.start - _EPOCH) // HOUR), int(-((_EPOCH - window.end) // HOUR)))
    rows = []
    for hour in hours:
        backs = [hour - back * 168 for back in range(_clear(window), weeks + 1)]
        baseline = [before.get(back, _NOTHING) for back in backs if (_EPOCH + back * HOUR).date() not in past.lost]
        rows.append((_EPOCH + hour * HOUR, *during.get(hour, _NOTHING), *_mean(baseline)))
    frame = pd.DataFrame(rows, columns=["at", "orders", "gmv", "baseline_orders", "baseline_gmv"])
    return frame if valued else frame.drop(columns=["gmv", "baseline_gmv"])


def _mean(weeks: list[tuple[int, Decimal]]) -> tuple[float, Decimal | None]:
    if not weeks:
        return np.nan, None
    return float(np.mean([orders for orders, _ in weeks])), per_head(
        sum((gmv for _, gmv in weeks), Decimal(0)), len(weeks)
    )


def _clear(window: Window) -> int:
    """How many weeks back the same hours lie before the window."""
    return -((window.start - window.end) // WEEK)
