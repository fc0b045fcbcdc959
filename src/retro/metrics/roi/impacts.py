"""Impacts: effects on GMV, contribution and first-time buyers, from one set of days."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import ibis
import pandas as pd

from retro.economics import UnitEconomics
from retro.errors import MetricError
from retro.metrics.baseline import Impact, Phases, impact
from retro.metrics.baseline.impact import PLACEBOS
from retro.metrics.history import history
from retro.metrics.orders import valid_orders
from retro.metrics.pnl import daily_contribution, order_contribution
from retro.metrics.roi.halo import rest_lines, rest_sales
from retro.metrics.roi.hold_out import Floats, Groups, added_by_day, counted_groups, hold_out_impact
from retro.metrics.roi.newcomers import first_buyers, first_orders
from retro.metrics.sales import as_floats, daily_sales
from retro.metrics.shop import Shop
from retro.metrics.windows import day_number


@dataclass(frozen=True)
class Impacts:
    """The effects of one campaign.

    Attributes:
        gmv: On daily GMV.
        contribution: On daily contribution before campaign cost; None where goods' costs are not known.
        newcomers: On daily first-time buyers; None where nobody knows who bought.
        rest: On daily GMV of the goods that were not on offer, without placebos; None where those are not known.
        series: On daily GMV by the time series, to stand beside `gmv` where that comes from people held out at random.
            None where `gmv` is the time series itself.
    """

    gmv: Impact
    contribution: Impact | None
    newcomers: Impact | None
    rest: Impact | None = None
    series: Impact | None = None


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
    groups: Mapping[str, ibis.Table] | None = None,
    beside: Mapping[str, Mapping[str, ibis.Table]] = MappingProxyType({}),
    memo: Path | None = None,
) -> Impacts:
    """Estimate the effects of a campaign from people held out at random, else each series against its own baseline.

    Args:
        orders: As in `order_economics`.
        shop: As in `order_economics`.
        phases: The campaign's days, as `phases_of` lays them.
        economics: As in `order_economics`.
        observed_until: Until when the data was observed, local, exclusive.
        since: The first day from which the baseline is learned; never one before valid orders are known.
        holidays: Days of moving holidays, as in `impact`.
        covariates: Daily series that follow the same seasons and that the campaign should not have touched: `on` and
            columns of numbers, from the first day on that is learned from. Those that it did touch are dropped.
        groups: `invited` and `held_out`, as `invitation_groups` returns them, where people were held out at random.
        beside: The same of campaigns that are estimated together with this one (`Phases.together`), by name.
        memo: As in `impact`.

    Raises:
        MetricError: There are no orders.
    """
    past = history(valid_orders(orders), "ordered_at", until=observed_until)
    phases = replace(phases, lost=past.lost)
    since = max((day for day in (since, past.first) if day is not None), default=None)
    rest = rest_lines(orders, shop, phases, end=observed_until)
    series = {"gmv": as_floats(daily_sales(orders, end=observed_until), "gmv")}
    if "user_id" in orders.columns:
        series["newcomers"] = as_floats(first_buyers(orders, end=observed_until), "buyers")
    left = daily_contribution(orders, shop, economics=economics, end=observed_until)
    if not left.empty:
        # Days after the last order have none: they left nothing, which is known.
        left = series["gmv"][["on"]].merge(left, on="on", how="left")
        series["contribution"] = left.assign(contribution=left["contribution"].astype("float64").fillna(0.0))
    if rest is not None:
        series["rest"] = rest_sales(rest, end=observed_until)
    series = {name: days_from(daily, since) for name, daily in series.items()}
    asked = (groups or {}, *beside.values()) if "newcomers" in series else ()
    acts = _acts(orders, shop, rest, economics) if any("held_out" in arms for arms in asked) else {}
    held = {name: counted_groups(arms) for name, arms in beside.items() if acts and "held_out" in arms}

    def explained(name: str, *, placebos: int = PLACEBOS, in_space: bool = False) -> Impact:
        with_covariates, names = _beside(series[name], covariates if name != "rest" else None)
        known = _known(acts.get(name), list(series[name]["on"]), phases, held)
        return impact(
            with_covariates, _value(series[name]), phases,
            covariates=names, holidays=holidays, memo=memo, beside=known, placebos=placebos, in_space=in_space,
        )  # fmt: skip

    gmv = explained("gmv", in_space=True)
    if groups is not None and "held_out" in groups and acts:
        counted = counted_groups(groups)

        def compared(name: str) -> Impact:
            return hold_out_impact(acts[name], _value(series[name]), series[name], phases, counted)

        found = compared("gmv")
        if found.known:
            contribution, others = (compared(name) if name in series else None for name in ("contribution", "rest"))
            return Impacts(found, contribution, compared("newcomers"), others, series=gmv)
        gmv = replace(gmv, unused=found.problem)
    return Impacts(
        gmv=gmv,
        contribution=explained("contribution") if "contribution" in series else None,
        newcomers=explained("newcomers") if "newcomers" in series else None,
        rest=explained("rest", placebos=0) if "rest" in series else None,
    )


def _known(
    acts: ibis.Table | None, days: Sequence[dt.date], phases: Phases, held: Mapping[str, Groups]
) -> dict[str, Floats]:
    """What campaigns with people held out added by day, of those estimated together with this one."""
    if acts is None or not days:
        return {}
    found = {
        one.name: added_by_day(acts, days, phases.seen_from(one), held[one.name])
        for one in phases.together
        if one.name in held
    }
    return {name: added for name, added in found.items() if added is not None}


def _acts(orders: ibis.Table, shop: Shop, rest: ibis.Table | None, economics: UnitEconomics) -> dict[str, ibis.Table]:
    """What each series adds up, one row per order, person or line: `user_id`, `day`, `value`."""
    valid = valid_orders(orders)
    acts = {
        "gmv": valid.select("user_id", day=day_number(valid.ordered_at), value=valid.amount.cast("float64")),
        "newcomers": first_orders(orders),
        "contribution": order_contribution(orders, shop, economics),
    }
    return acts if rest is None else {**acts, "rest": rest.select("user_id", "day", value=rest.amount / 100.0)}


def _value(daily: pd.DataFrame) -> str:
    """The column of a series beside `on`."""
    return str(daily.columns[-1])


def _beside(daily: pd.DataFrame, covariates: pd.DataFrame | None) -> tuple[pd.DataFrame, list[str]]:
    """A series with the covariates of its days, missing on days that they have lost; refuse those that begin later."""
    if covariates is None or daily.empty:
        return daily, []
    names = [str(name) for name in covariates.columns if name != "on"]
    if "on" not in covariates.columns:
        raise MetricError(f"impacts: covariates must have the column 'on', got {', '.join(names)}.")
    if late := sorted({*daily["on"]} - {*covariates["on"]}):
        raise MetricError(
            f"impacts: covariate {names[0]!r} must have a row for each day, got none for {late[0]}. "
            "Set history_weeks so that the baseline begins where it does, or leave it out."
        )
    joined = daily.merge(covariates, on="on", how="left")
    return joined.astype(dict.fromkeys(names, "float64")), names


def days_from(daily: pd.DataFrame, since: dt.date | None) -> pd.DataFrame:
    """The days of a series from one on; all where none is named."""
    return daily if since is None else daily[[day >= since for day in daily["on"]]].reset_index(drop=True)
