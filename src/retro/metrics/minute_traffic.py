"""Minute traffic: page views and orders by minute of a short campaign, and by phase."""

import datetime as dt
from typing import Any

import ibis
import numpy as np
import pandas as pd

from retro.metrics.shop import Shop
from retro.metrics.traffic import traffic
from retro.metrics.windows import check_at_least
from retro.periods import Window

PHASES = ("preheat", "opening", "midnight", "long_tail", "last_hour")

_MINUTE = dt.timedelta(minutes=1)


def minute_traffic(
    page_views: ibis.Table,
    shop: Shop,
    window: Window,
    *,
    preheat_minutes: int = 60,
    opening_minutes: int = 60,
    midnight_minutes: int = 60,
    closing_minutes: int = 60,
) -> pd.DataFrame:
    """Count page views and orders by minute, from the pre-heat to the end.

    Where phases overlap, a minute belongs to the first of opening, last hour and midnight that it lies in. A campaign
    that ends before its opening or last hour is over has fewer phases.

    Args:
        page_views: One row per minute and page group: `minute_at` (local), `views`.
        shop: `orders`, where the shop has them: `ordered_at` (local); of any status, since each is a load.
        window: The campaign; it says until when both were observed.
        preheat_minutes: Minutes before the start to include.
        opening_minutes: Length of the opening burst.
        midnight_minutes: What counts as midnight, after each 00:00 inside the campaign.
        closing_minutes: Length of the last stretch.

    Returns:
        One row per minute, in order.
        - `at` (datetime): Begin of the minute.
        - `phase` (str): One of `PHASES`.
        - `views` (int): Pages seen. `orders` (Int64): Orders placed; missing where the shop has no such table.
        - `baseline_views` (float): Mean of the same minute of the week over the weeks before. NaN where fewer than
          three are known.
    """
    for name, minutes in (("opening_minutes", opening_minutes), ("closing_minutes", closing_minutes)):
        check_at_least(name, minutes, 1)
    for name, minutes in (("preheat_minutes", preheat_minutes), ("midnight_minutes", midnight_minutes)):
        check_at_least(name, minutes, 0)
    first = window.start - preheat_minutes * _MINUTE
    seen = traffic(page_views, Window(first, window.end, window.observed, window.baseline_weeks), count="views")
    loaded = Window(first, window.end, window.observed, 1)
    placed = traffic(shop["orders"], loaded, at="ordered_at")["events"] if "orders" in shop else pd.NA
    at = seen["at"]
    opened = at < window.start + opening_minutes * _MINUTE
    closing = at >= window.end - closing_minutes * _MINUTE
    struck = (at.dt.hour * 60 + at.dt.minute < midnight_minutes) & (at.dt.normalize() >= pd.Timestamp(window.start))
    phase = np.select(
        [at < window.start, opened, closing, struck], ["preheat", "opening", "last_hour", "midnight"], PHASES[3]
    )
    return pd.DataFrame(
        {
            "at": at,
            "phase": phase,
            "views": seen["events"],
            "orders": placed,
            "baseline_views": seen["baseline"],
        }
    ).astype({"orders": "Int64"})


def traffic_phases(frame: pd.DataFrame) -> pd.DataFrame:
    """Sum page views and orders by phase of a short campaign.

    Args:
        frame: What `minute_traffic` returns.

    Returns:
        One row per phase that has minutes, in the order of `PHASES`.
        - `phase` (str), `minutes` (int): Which, and how long.
        - `views` (int), `orders` (Int64): In it; orders are missing where they are in the frame.
        - `views_share`, `orders_share` (float): Of all minutes of the frame. NaN where those have none.
        - `peak_at` (datetime), `peak_views` (int): Its busiest minute, the first of equal ones.
        - `peak_orders` (Int64): Most orders in one minute; missing likewise.
        - `orders_per_thousand_views` (float): NaN where nobody looked, and likewise.

    Examples:
        >>> at = pd.date_range("2025-02-28T20:00", periods=2, freq="min")
        >>> minutes = pd.DataFrame({"at": at, "phase": "opening", "views": [300, 100], "orders": [1, 3]})
        >>> found = traffic_phases(minutes).iloc[0]
        >>> int(found["peak_views"]), int(found["peak_orders"]), float(found["orders_per_thousand_views"])
        (300, 3, 10.0)
    """
    rows = []
    all_views, all_orders = int(frame["views"].sum()), _sum(frame["orders"])
    for phase in PHASES:
        own = frame[frame["phase"] == phase]
        if own.empty:
            continue
        views, orders = int(own["views"].sum()), _sum(own["orders"])
        busiest = own.iloc[int(own["views"].to_numpy().argmax())]
        rows.append(
            {
                "phase": phase,
                "minutes": len(own),
                "views": views,
                "orders": orders,
                "views_share": views / all_views if all_views else np.nan,
                "orders_share": orders / all_orders if orders is not None and all_orders else np.nan,
                "peak_at": busiest["at"],
                "peak_views": int(busiest["views"]),
                "peak_orders": None if orders is None else int(own["orders"].max()),
                "orders_per_thousand_views": 1000 * orders / views if orders is not None and views else np.nan,
            }
        )
    return pd.DataFrame(rows).astype({"orders": "Int64", "peak_orders": "Int64"})


def _sum(orders: "pd.Series[Any]") -> int | None:
    """All orders; None where they are not known."""
    return None if orders.isna().any() else int(orders.sum())
