"""Tier turnout: members of each tier who came and bought."""

from collections.abc import Sequence

import ibis
import numpy as np
import pandas as pd

from retro.metrics.intervals import add_rate
from retro.metrics.money import as_money
from retro.metrics.tier_moves import tiers_at
from retro.metrics.turnout import with_turnout
from retro.periods import Window


def tier_turnout(
    tiers: ibis.Table, events: ibis.Table, orders: ibis.Table, window: Window, *, order: Sequence[str]
) -> pd.DataFrame:
    """Count members who came and bought, by tier at the start of the campaign.

    Args:
        tiers: One row per member and stretch of time: `user_id`, `tier`, `valid_from`, `valid_to` (local, exclusive,
            null while it lasts).
        events: One row per event: `user_id`, `event`, `occurred_at` (local).
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        window: The campaign.
        order: The tiers from the lowest to the highest.

    Returns:
        One row per tier, in the order given.
        - `tier` (str): Tier.
        - `members`, `came`, `buyers` (int): With this tier at the start; of these, with any event in the window but
          `register`; with a valid order in it.
        - `rate`, `low`, `high` (float): `came` over `members`, with its 95 % Wilson interval. NaN without members.
        - `came_share` (float): Of all members who came. NaN where nobody did.
        - `gmv` (Decimal): Of their valid orders in the window. None where orders hold no amounts.
        - `gmv_share` (float): Of the GMV of all members with a tier. NaN where that is 0 or not known.

    Raises:
        MetricError: A tier is not in `order`.
    """
    table = with_turnout(tiers_at(tiers, window.start, order), events, orders, window)
    counted = table.group_by("tier").aggregate(
        members=table.count(),
        came=table.came.sum(),
        buyers=ibis.ifelse(table.orders > 0, 1, 0).sum(),
        gmv=table.gmv.sum(),
    )
    counted = counted.execute().set_index("tier").reindex(list(order))
    counts = {name: counted[name].fillna(0).astype("int64").tolist() for name in ("members", "came", "buyers")}
    frame = add_rate(pd.DataFrame({"tier": list(order), **counts}), "came", "members")
    gmv = [as_money(value) for value in counted["gmv"]]
    people, money = frame["came"].sum(), sum(gmv)
    valued = "amount" in orders.columns
    return frame.assign(
        came_share=frame["came"] / people if people else np.nan,
        gmv=pd.Series(gmv if valued else [None] * len(gmv), dtype=object),
        gmv_share=[float(value / money) if money else np.nan for value in gmv],
    )
