"""Impacts: what a campaign added to GMV, to contribution and to first-time buyers, from one set of days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import pandas as pd

from retro.economics import UnitEconomics
from retro.metrics.baseline import Impact, Phases, impact
from retro.metrics.pnl import daily_contribution
from retro.metrics.pnl.orders import Parts
from retro.metrics.roi.newcomers import first_buyers
from retro.metrics.sales import daily_sales


@dataclass(frozen=True)
class Impacts:
    """The effects of one campaign.

    Attributes:
        gmv: On daily GMV.
        contribution: On what a day's orders leave before campaign cost; None where goods' costs are not known.
        newcomers: On daily first-time buyers.
    """

    gmv: Impact
    contribution: Impact | None
    newcomers: Impact


def impacts(
    orders: ibis.Table,
    parts: Parts,
    phases: Phases,
    *,
    economics: UnitEconomics,
    observed_until: dt.datetime,
    since: dt.date | None = None,
    holidays: Sequence[dt.date] = (),
) -> Impacts:
    """Estimate what a campaign added, each series against its own baseline.

    Args:
        orders: As in `order_economics`.
        parts: As in `order_economics`.
        phases: The campaign's days, as `phases_of` lays them.
        economics: As in `order_economics`.
        observed_until: Until when the data was observed, local, exclusive.
        since: The first day from which the baseline is learned; by default that of the oldest valid order.
        holidays: Days of moving holidays, as in `impact`.

    Raises:
        MetricError: A column is missing, or there are no orders.
    """
    sales = _since(daily_sales(orders, end=observed_until), since)
    left = daily_contribution(orders, parts, economics=economics, end=observed_until)
    buyers = _since(first_buyers(orders, end=observed_until), since)
    known = not left.empty
    if known:
        # Days after the last order have none: they left nothing, which is known.
        left = sales[["on"]].merge(left, on="on", how="left")
        left["contribution"] = left["contribution"].astype("float64").fillna(0.0)
    return Impacts(
        gmv=impact(_floats(sales, "gmv"), "gmv", phases, holidays=holidays),
        contribution=impact(left, "contribution", phases, holidays=holidays) if known else None,
        newcomers=impact(_floats(buyers, "buyers"), "buyers", phases, holidays=holidays),
    )


def _since(daily: pd.DataFrame, since: dt.date | None) -> pd.DataFrame:
    return daily if since is None else daily[[day >= since for day in daily["on"]]].reset_index(drop=True)


def _floats(daily: pd.DataFrame, column: str) -> pd.DataFrame:
    """Amounts as floats: what follows is an estimate."""
    return daily[["on", column]].assign(**{column: daily[column].astype("float64")})
