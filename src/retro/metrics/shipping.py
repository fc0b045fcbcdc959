"""Shipping: how many orders left the warehouse within the promised hours, beside those of the weeks before."""

from __future__ import annotations

import datetime as dt

import ibis
import numpy as np
import pandas as pd

from retro.clocks import seconds_between
from retro.metrics.cohorts import BASELINE, CAMPAIGN
from retro.metrics.goods.lines import PAID, with_cohorts
from retro.metrics.history import history
from retro.metrics.intervals import GAP, add_gap, add_rate
from retro.metrics.spread import weighted_quantile
from retro.metrics.windows import check_at_least, require
from retro.periods import Window

_HOUR = 3600
_PARTS = (1 / 8, 1 / 4, 1 / 2, 3 / 4, 1)
"""Parts of the promised hours at which the course is told."""

_COUNTED = ("due", "in_time", "late", "open", "waiting")


def shipping(
    orders: ibis.Table, window: Window, *, within_hours: int = 48, campaign_id: str | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count the orders that were shipped within the promised hours of their payment.

    Only orders whose hours were over when the data was observed are due, and only those that were paid since shipments
    are known. Refunded orders that were never shipped were called off and do not count. An order that is due and has no
    shipment on record is `open`: it may wait still, or nobody wrote it down, so it is not called late.

    Args:
        orders: One row per order: `order_id`, `ordered_at`, `shipped_at` (local; empty while it is not), `status`;
            where the shop keeps them, `paid_at`, `balance_paid_at` (the hours begin with the last of them), and
            `campaign_id`, and then only the campaign's own orders count.
        window: The campaign or period, with its baseline; it says until when orders were observed.
        within_hours: The promised hours.
        campaign_id: Whose orders; None for all orders of the window.

    Returns:
        Two frames; without a shipment on record both are empty. Rates, two rows, the campaign first:
        - `cohort` (str): `campaign` or `baseline`, by when they were ordered.
        - `due`, `in_time`, `late`, `open`, `waiting` (int): Orders whose hours are over; of these shipped within them,
          later, and without a shipment on record; orders whose hours are not over yet.
        - `rate`, `low`, `high` (float): `in_time` over `in_time` and `late`, Wilson. NaN without any.
        - `least_rate` (float): `in_time` over `due`: what it is if all open ones are late. NaN without any.
        - `shipped` (int): `in_time` and `late`.
        - `median_hours`, `p90_hours` (float): Hours by which half and nine in ten of the shipped were. NaN without any.
        - `difference`, `difference_low`, `difference_high` (float): The campaign's `rate` less the baseline's,
          Newcombe. NaN in the second row, and without orders of both.

        The course, one row for each of some hours up to the promised ones:
        - `hours` (float), `orders`, `orders_before` (int): Orders shipped by then, of those shipped at all.
        - `rate`, `baseline_rate` (float): Of these. NaN without any.
    """
    check_at_least("within_hours", within_hours, 1)
    counted = _counted(orders, window, within_hours, campaign_id)
    if counted.empty:
        return (
            pd.DataFrame(columns=["cohort", *_COUNTED, "shipped", "rate", "low", "high", "least_rate", *GAP]),
            pd.DataFrame(columns=["hours", "orders", "orders_before", "rate", "baseline_rate"]),
        )
    rows, gone = [], {}
    for cohort in (CAMPAIGN, BASELINE):
        own = counted[counted["cohort"] == cohort]
        states = own.groupby("state")["orders"].sum()
        in_time, late, open_, waiting = (int(states.get(name, 0)) for name in _COUNTED[1:])
        gone[cohort] = own[own["state"].isin(["in_time", "late"])]
        hours, weights = gone[cohort]["hours"].astype(float), gone[cohort]["orders"].astype("int64")
        quantiles = [weighted_quantile(hours, weights, share) for share in (0.5, 0.9)]
        due = in_time + late + open_
        rows.append((cohort, due, in_time, late, open_, waiting, in_time + late, in_time / (due or np.nan), *quantiles))
    columns = ["cohort", *_COUNTED, "shipped", "least_rate", "median_hours", "p90_hours"]
    return add_gap(add_rate(pd.DataFrame(rows, columns=columns), "in_time", "shipped")), _course(gone, within_hours)


def _counted(orders: ibis.Table, window: Window, within_hours: int, campaign_id: str | None) -> pd.DataFrame:
    """Orders by `cohort`, `state` and the `hours` until they were shipped, each begun hour whole."""
    require(orders, "orders", "order_id", "ordered_at", "status", "shipped_at")
    known = history(orders.filter(orders.shipped_at.notnull()), "shipped_at").since
    names = [name for name in ("balance_paid_at", "paid_at", "ordered_at") if name in orders.columns]
    marked = with_cohorts(orders, window, campaign_id)
    promised = marked.mutate(promised_at=ibis.coalesce(*(marked[name] for name in names)))
    inside = promised.filter(
        promised.status.isin(PAID),
        promised.promised_at >= (known or window.observed),
        promised.ordered_at < window.observed_end,
        (promised.status == PAID[0]) | promised.shipped_at.notnull(),
    )
    waited = seconds_between(inside.promised_at, inside.shipped_at)
    state = ibis.cases(
        (inside.promised_at > window.observed - dt.timedelta(hours=within_hours), "waiting"),
        (inside.shipped_at.isnull(), "open"),
        (waited <= within_hours * _HOUR, "in_time"),
        else_="late",
    )
    found = inside.select("cohort", state=state, hours=(waited + _HOUR - 1) // _HOUR)
    counted = found.group_by("cohort", "state", "hours").aggregate(orders=lambda row: row.count())
    frame: pd.DataFrame = counted.execute()
    return frame


def _course(gone: dict[str, pd.DataFrame], within_hours: int) -> pd.DataFrame:
    steps = [within_hours * part for part in _PARTS]
    shipped = {
        cohort: [int(own.loc[own["hours"] <= hours, "orders"].sum()) for hours in steps] for cohort, own in gone.items()
    }
    whole = {cohort: int(own["orders"].sum()) or np.nan for cohort, own in gone.items()}
    return pd.DataFrame(
        {
            "hours": steps,
            "orders": shipped[CAMPAIGN],
            "orders_before": shipped[BASELINE],
            "rate": [count / whole[CAMPAIGN] for count in shipped[CAMPAIGN]],
            "baseline_rate": [count / whole[BASELINE] for count in shipped[BASELINE]],
        }
    )
