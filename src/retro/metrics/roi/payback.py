"""Payback: when additional first-time buyers have paid for a campaign."""

import ibis
import numpy as np
import pandas as pd

from retro.economics import UnitEconomics
from retro.metrics.attribution import from_cents
from retro.metrics.baseline import PHASES
from retro.metrics.orders import VALID_STATUS
from retro.metrics.pnl import Statement, order_economics
from retro.metrics.roi.impacts import Impacts
from retro.metrics.roi.simulation import ends, simulate
from retro.metrics.shop import Shop
from retro.metrics.windows import DAY, day_number, number_of, require
from retro.periods import Window

MONTH_DAYS, YEAR_MONTHS = 30, 12


def payback(
    orders: ibis.Table,
    shop: Shop,
    window: Window,
    *,
    economics: UnitEconomics,
    effects: Impacts,
    statement: Statement,
) -> pd.DataFrame:
    """Add to the net contribution what additional first-time buyers leave later, by month after their first order.

    Buyers who would have come anyway pay for nothing. All cost and all discounts are in the net contribution, and so is
    what was bought on the days that the effect is counted on; later orders come on top, so that nothing counts twice.
    Additional buyers are taken to buy as the campaign's first-time buyers do on average.

    Args:
        orders: As in `order_economics`.
        shop: As in `order_economics`.
        window: The campaign; it says until when the data was observed.
        economics: As in `order_economics`.
        effects: What the campaign added.
        statement: Its P&L, for the cost.

    Returns:
        The net contribution itself as month 0 where it is known, then one row per month of 30 days that all first-time
        buyers have lived through whole, where anybody bought first; none where goods' costs are not known.
        - `month` (int): 0 for the days of the effect, 1 for the first 30 days after the first order.
        - `buyers` (int): First-time buyers of the campaign.
        - `additional`, `additional_low`, `additional_high` (float): Those of them whom it added, and the 95 % interval;
          NaN without an estimate.
        - `contribution` (Decimal): What all buyers' later orders have left by the end of the month.
        - `left`, `low`, `high` (float): Net contribution with the additional buyers' share of that, and its 95 %
          interval; NaN without an estimate or cost.
    """
    lived = max(0, min(YEAR_MONTHS, int((window.observed - window.end) / DAY) // MONTH_DAYS))
    found = _later(orders, shop, window, economics, effects)
    if found is None:
        return pd.DataFrame({name: [] for name in _COLUMNS})
    buyers, by_month = found
    money = simulate(statement, effects.contribution, effects.gmv)
    newcomers = effects.newcomers
    added = newcomers.draws.sum(axis=1) if newcomers is not None and newcomers.known else np.empty(0)
    who = (np.nan, np.nan, np.nan)
    if newcomers is not None and added.size:
        total = newcomers.effects.iloc[-1]
        who = (float(total["effect"]), float(total["low"]), float(total["high"]))
    rows = []
    if money is not None and money.net is not None and money.mean_net is not None:
        rows.append((0, buyers, *who, from_cents(0), money.mean_net, *ends(money.net)))
    for month in range(1, lived + 1 if buyers else 1):
        later = from_cents(sum(left for place, left in by_month.items() if place <= month))
        each, told = float(later) / buyers, (np.nan, np.nan, np.nan)
        if money is not None and money.net is not None and money.mean_net is not None and added.size:
            told = (money.mean_net + who[0] * each, *ends(money.net + added * each))
        rows.append((month, buyers, *who, later, *told))
    return pd.DataFrame(rows, columns=_COLUMNS)


_COLUMNS = ["month", "buyers", "additional", "additional_low", "additional_high", "contribution", "left", "low", "high"]


def payback_month(frame: pd.DataFrame) -> int | None:
    """The first month by whose end the interval of what is left lies above 0, 0 for at once; None where none does."""
    paid = frame["month"][frame["low"] > 0]
    return None if paid.empty else int(paid.min())


def _later(
    orders: ibis.Table, shop: Shop, window: Window, economics: UnitEconomics, effects: Impacts
) -> tuple[int, dict[int, int]] | None:
    """First-time buyers, and what they left after the days of the effect by month, in cents."""
    require(orders, "orders", "user_id")
    table = order_economics(orders, shop, economics)
    table = table.filter(table.status == VALID_STATUS, table.user_id.notnull())
    firsts = table.group_by("user_id").aggregate(first=table.ordered_at.min())
    firsts = firsts.filter(window.holds(firsts["first"]))
    joined = table.inner_join(firsts, "user_id")
    days = effects.gmv.days
    counted = days.loc[days["phase"].isin(PHASES), "on"]
    day = day_number(joined.ordered_at)
    late = ibis.literal(counted.empty) if counted.empty else day > number_of(counted.max())
    rows = (
        joined.group_by(month=(day - day_number(joined["first"])) // MONTH_DAYS + 1)
        .aggregate(
            left=ibis.ifelse(late, joined.paid - joined.returned - joined.goods, 0).sum(),
            unknown=joined.goods.isnull().sum(),
            buyers=joined.user_id.nunique(),
        )
        .execute()
    )
    buyers = int(rows.loc[rows["month"] == 1, "buyers"].sum())  # all: the first month holds the first order
    if rows["unknown"].sum():
        return None
    return buyers, {int(row.month): int(row.left) for row in rows.itertuples()}
