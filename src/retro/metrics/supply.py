"""Supply: how long stock lasts, how long samples took, and whether reorders were placed when stock called for them."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd
from scipy.stats import binom

from retro.metrics.intervals import CONFIDENCE, add_rate
from retro.metrics.money import as_count
from retro.metrics.product_launch import OWN
from retro.metrics.windows import day_number, number_of, require
from retro.periods import Window

_OTHERS = "others"
_ON_TIME_DAYS = 1
"""A reorder is on time on the day of its trigger, or the day after."""


def stock_days(stock: ibis.Table, products: ibis.Table, window: Window, *, span_days: int = 28) -> pd.DataFrame:
    """Count for how many days the stock lasts at the pace of the last weeks.

    Args:
        stock: One row per product and day: `product_id`, `stocked_on`, `sold_units`, `closing_units`; stock set aside
            for a campaign (`campaign_id`) is left out.
        products: `product_id`, `launched_on`.
        window: The campaign; stock is that of its last observed day.
        span_days: Days up to then whose sales make the pace.

    Returns:
        One row for products launched in the window (`own`) and one for `others` that have stock on record.
        - `group` (str), `items`, `closing`, `sold` (int): Products, pieces left, and pieces sold in the days.
        - `stock_days` (float): Pieces left over pieces sold per day. NaN where nothing was sold.
        - `idle_items` (int): Products with pieces left of which none was sold in these days.
    """
    require(stock, "stock", "product_id", "stocked_on", "sold_units", "closing_units")
    require(products, "products", "product_id", "launched_on")
    end = number_of(window.observed_end.date())
    ordinary = stock.filter(stock.campaign_id.isnull()) if "campaign_id" in stock.columns else stock
    told = ordinary.mutate(day=day_number(ordinary.stocked_on.cast("timestamp")))
    told = told.filter(told.day >= end - span_days, told.day < end)
    sums = told.group_by("product_id").aggregate(
        closing=told.closing_units.argmax(told.day), sold=told.sold_units.sum(), days=told.day.nunique()
    )
    launched = products.select(item="product_id", launch=day_number(products.launched_on.cast("timestamp")))
    joined = sums.left_join(launched, sums.product_id == launched.item).execute()
    own = joined["launch"] >= number_of(window.start.date())
    rows = []
    for name, part in ((OWN, joined[own]), (_OTHERS, joined[~own])):
        if len(part):
            left, pace = as_count(part["closing"].sum()), float((part["sold"] / part["days"]).sum())
            idle = int(((part["sold"] == 0) & (part["closing"] > 0)).sum())
            rows.append((name, len(part), left, as_count(part["sold"].sum()), left / pace if pace else np.nan, idle))
    return pd.DataFrame(rows, columns=["group", "items", "closing", "sold", "stock_days", "idle_items"])


def sampling(samples: ibis.Table, products: ibis.Table, window: Window) -> pd.DataFrame:
    """Count the days from the order of a sample to its approval.

    Args:
        samples: One row per sample: `product_id`, `started_on`, `approved_on` (empty while it is not).
        products: `product_id`, `launched_on`.
        window: The campaign.

    Returns:
        One row for samples of products launched in the window (`own`) and one for those `past`, where there are any.
        - `group` (str), `samples`, `approved` (int).
        - `median_days` with `_low`, `_high` (float): Median days of the approved, its interval by ranks.
    """
    require(samples, "samples", "product_id", "started_on", "approved_on")
    require(products, "products", "product_id", "launched_on")
    known = products.select(item="product_id", launch=day_number(products.launched_on.cast("timestamp")))
    joined = samples.join(known, samples.product_id == known.item)
    days = joined.approved_on.cast("timestamp").epoch_seconds() - joined.started_on.cast("timestamp").epoch_seconds()
    frame = joined.select("launch", days=days / 86_400).execute()
    start, end = number_of(window.start.date()), number_of(window.last_day) + 1
    parts = {OWN: (frame["launch"] >= start) & (frame["launch"] < end), "past": frame["launch"] < start}
    rows = [
        (name, int(own.sum()), int(frame.loc[own, "days"].notna().sum()), *_median(frame.loc[own, "days"].dropna()))
        for name, own in parts.items()
        if own.any()
    ]
    names = ["group", "samples", "approved", "median_days", "median_days_low", "median_days_high"]
    return pd.DataFrame(rows, columns=names)


def reorders(reorders: ibis.Table, window: Window) -> pd.DataFrame:
    """See whether more was ordered when stock fell to its trigger.

    Args:
        reorders: One row per trigger: `product_id`, `triggered_on`, `ordered_on` (empty while nothing was ordered),
            optionally `received_on` and `units`.
        window: The campaign; triggers are those of its days, and the day after the last observed one is not asked for.

    Returns:
        One row, or none without a trigger.
        - `triggers`, `reordered`, `on_time` (int): Triggers, those answered by now, and by the day after.
        - `on_time_rate`, `on_time_low`, `on_time_high` (float): Wilson.
        - `delay_days`, `transit_days`, `lot` (float): Medians of days from trigger to order, from order to arrival, and
          of pieces of an order; NaN where not known.
    """
    require(reorders, "reorders", "product_id", "triggered_on", "ordered_on")
    day = {name: reorders[name].cast("timestamp") if name in reorders.columns else None
           for name in ("triggered_on", "ordered_on", "received_on")}  # fmt: skip
    numbers = {name: ibis.null("int64") if one is None else day_number(one) for name, one in day.items()}
    units = reorders.units if "units" in reorders.columns else ibis.null("int64")
    frame = reorders.select("product_id", lot=units, **numbers).execute()
    last = number_of(window.observed_end.date()) - _ON_TIME_DAYS
    own = frame[(frame["triggered_on"] >= number_of(window.start.date())) & (frame["triggered_on"] < last)]
    if own.empty:
        return pd.DataFrame(columns=["triggers"])
    delay = own["ordered_on"] - own["triggered_on"]
    row = {
        "triggers": len(own),
        "reordered": int(own["ordered_on"].notna().sum()),
        "on_time": int((delay <= _ON_TIME_DAYS).sum()),
        "delay_days": float(delay.median()),
        "transit_days": float((own["received_on"] - own["ordered_on"]).astype("float64").median()),
        "lot": float(own["lot"].astype("float64").median()),
    }
    return add_rate(pd.DataFrame([row]), "on_time", "triggers", "on_time_")


def _median(days: pd.Series[float]) -> tuple[float, float, float]:
    """The median, and the ranks that hold it with 95 %; NaN ends for fewer than six."""
    if days.empty:
        return np.nan, np.nan, np.nan
    ordered = np.sort(days.to_numpy(dtype="float64"))
    rank = int(binom.ppf((1 - CONFIDENCE) / 2, len(ordered), 0.5))
    ends = (ordered[rank - 1], ordered[len(ordered) - rank]) if rank else (np.nan, np.nan)
    return float(np.median(ordered)), float(ends[0]), float(ends[1])
