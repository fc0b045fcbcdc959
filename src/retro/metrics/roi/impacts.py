"""Impacts: effects on GMV, contribution and first-time buyers, from one set of days."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
import pandas as pd

from retro.economics import UnitEconomics
from retro.errors import MetricError
from retro.metrics.baseline import Impact, Phases, impact
from retro.metrics.pnl import daily_contribution
from retro.metrics.roi.halo import rest_sales
from retro.metrics.roi.newcomers import first_buyers
from retro.metrics.sales import daily_sales
from retro.metrics.shop import Shop


@dataclass(frozen=True)
class Impacts:
    """The effects of one campaign.

    Attributes:
        gmv: On daily GMV.
        contribution: On daily contribution before campaign cost; None where goods' costs are not known.
        newcomers: On daily first-time buyers.
        rest: On daily GMV of the goods that were not on offer, without placebos; None where those are not known.
    """

    gmv: Impact
    contribution: Impact | None
    newcomers: Impact
    rest: Impact | None = None


def impacts(
    orders: ibis.Table,
    shop: Shop,
    phases: Phases,
    *,
    economics: UnitEconomics,
    observed_until: dt.datetime,
    since: dt.date | None = None,
    holidays: Sequence[dt.date] = (),
    covariates: pd.DataFrame | None = None,
    memo: Path | None = None,
) -> Impacts:
    """Estimate the effects of a campaign, each series against its own baseline.

    Args:
        orders: As in `order_economics`.
        shop: As in `order_economics`.
        phases: The campaign's days, as `phases_of` lays them.
        economics: As in `order_economics`.
        observed_until: Until when the data was observed, local, exclusive.
        since: The first day from which the baseline is learned; by default that of the oldest valid order.
        holidays: Days of moving holidays, as in `impact`.
        covariates: Daily series that follow the same seasons and that the campaign should not have touched: `on` and
            columns of numbers, from the first day on that is learned from. Those that it did touch are dropped.
        memo: As in `impact`.

    Raises:
        MetricError: A column is missing, or there are no orders.
    """
    sales = _since(daily_sales(orders, end=observed_until), since)
    left = daily_contribution(orders, shop, economics=economics, end=observed_until)
    buyers = _since(first_buyers(orders, end=observed_until), since)
    rest = rest_sales(orders, shop, phases, end=observed_until)
    known = not left.empty
    if known:
        # Days after the last order have none: they left nothing, which is known.
        left = sales[["on"]].merge(left, on="on", how="left")
        left["contribution"] = left["contribution"].astype("float64").fillna(0.0)

    def explained(daily: pd.DataFrame, value: str) -> Impact:
        beside, names = _beside(daily, covariates)
        return impact(beside, value, phases, covariates=names, holidays=holidays, memo=memo)

    return Impacts(
        gmv=explained(_floats(sales, "gmv"), "gmv"),
        contribution=explained(left, "contribution") if known else None,
        newcomers=explained(_floats(buyers, "buyers"), "buyers"),
        rest=None if rest is None else impact(_since(rest, since), "gmv", phases, holidays=holidays, placebos=0),
    )


def _beside(daily: pd.DataFrame, covariates: pd.DataFrame | None) -> tuple[pd.DataFrame, list[str]]:
    """A series with the covariates of its days; refuse covariates that lack one."""
    if covariates is None or daily.empty:
        return daily, []
    names = [str(name) for name in covariates.columns if name != "on"]
    if "on" not in covariates.columns:
        raise MetricError(f"impacts: covariates must have the column 'on', got {', '.join(names)}.")
    joined = daily.merge(covariates, on="on", how="left")
    for name in names:
        if joined[name].isna().any():
            day = joined.loc[joined[name].isna(), "on"].iloc[0]
            raise MetricError(
                f"impacts: covariate {name!r} must have a value on each day, got none on {day}. "
                "Set history_weeks so that the baseline begins where it does, or leave it out."
            )
    return joined.astype(dict.fromkeys(names, "float64")), names


def _since(daily: pd.DataFrame, since: dt.date | None) -> pd.DataFrame:
    return daily if since is None else daily[[day >= since for day in daily["on"]]].reset_index(drop=True)


def _floats(daily: pd.DataFrame, column: str) -> pd.DataFrame:
    return daily[["on", column]].assign(**{column: daily[column].astype("float64")})
