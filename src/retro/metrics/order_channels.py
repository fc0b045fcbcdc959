"""Order channels: where a campaign's orders were placed, beside the baseline weeks."""

import ibis
import numpy as np
import pandas as pd

from retro.metrics.money import as_money, per_head
from retro.metrics.orders import buyers_of, valid_orders
from retro.metrics.windows import WEEK, require
from retro.periods import Window


def order_channels(orders: ibis.Table, window: Window) -> pd.DataFrame:
    """Count orders, buyers and GMV by the channel of the order, beside the channel's share in the baseline weeks.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`, `channel`.
        window: The campaign, with its baseline.

    Returns:
        One row per channel that had a valid order in the window, the largest GMV first.
        - `channel` (str): Channel; None for orders without one.
        - `orders`, `buyers` (int), `gmv` (Decimal): Valid orders of the window.
        - `gmv_rate` (float): Of the window's GMV. NaN where that is 0.
        - `baseline_rate` (float): The channel's share of GMV in the baseline weeks. NaN where nothing was sold then.
        - `order_value` (Decimal): GMV per order.
    """
    require(orders, "orders", "amount", "channel")
    start = window.start - window.baseline_weeks * WEEK
    valid = valid_orders(orders, until=window.end).filter(lambda row: row.ordered_at >= start)
    found = (
        valid.group_by("channel", inside=valid.ordered_at >= window.start)
        .aggregate(orders=lambda row: row.count(), buyers=buyers_of, gmv=lambda row: row.amount.sum())
        .execute()
    )
    before = {row.channel: as_money(row.gmv) for row in found[~found["inside"]].itertuples()}
    rows = found[found["inside"]].sort_values(["gmv", "channel"], ascending=[False, True])
    gmv = [as_money(value) for value in rows["gmv"]]
    whole, base = sum(gmv, as_money(None)), sum(before.values(), as_money(None))
    return pd.DataFrame(
        {
            "channel": rows["channel"].to_list(),
            "orders": rows["orders"].astype("int64").to_list(),
            "buyers": rows["buyers"].astype("Int64").to_list(),
            "gmv": pd.Series(gmv, dtype=object),
            "gmv_rate": [float(value / whole) if whole else np.nan for value in gmv],
            "baseline_rate": [
                float(before.get(channel, as_money(None)) / base) if base else np.nan for channel in rows["channel"]
            ],
            "order_value": [per_head(value, count) for value, count in zip(gmv, rows["orders"], strict=True)],
        }
    )
