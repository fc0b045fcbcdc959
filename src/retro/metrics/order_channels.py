"""Order channels: where a campaign's orders were placed, beside the baseline weeks."""

import ibis
import numpy as np
import pandas as pd

from retro.metrics.money import as_money, per_head
from retro.metrics.orders import buyers_of, valid_orders, with_amounts
from retro.metrics.windows import WEEK, require
from retro.periods import Window


def order_channels(orders: ibis.Table, window: Window) -> pd.DataFrame:
    """Count orders, buyers and GMV by the channel of the order, beside the channel's share in the baseline weeks.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `channel`; `amount` where
            the shop keeps it.
        window: The campaign, with its baseline.

    Returns:
        One row per channel that had a valid order in the window, the largest first.
        - `channel` (str): Channel; None for orders without one.
        - `orders`, `buyers` (int), `gmv` (Decimal): Valid orders of the window.
        - `rate` (float): Of the window's GMV. NaN where that is 0.
        - `baseline_rate` (float): The channel's share of GMV in the baseline weeks. NaN where nothing was sold then.
        - `order_value` (Decimal): GMV per order.
        Without amounts both shares are of orders, and `gmv` and `order_value` None.
    """
    require(orders, "orders", "channel")
    valued = "amount" in orders.columns
    start = window.start - window.baseline_weeks * WEEK
    valid = with_amounts(valid_orders(orders, until=window.end)).filter(lambda row: row.ordered_at >= start)
    found = (
        valid.group_by("channel", inside=valid.ordered_at >= window.start)
        .aggregate(orders=lambda row: row.count(), buyers=buyers_of, gmv=lambda row: row.amount.sum())
        .execute()
    )
    found["sold"] = [as_money(value) for value in found["gmv" if valued else "orders"]]
    before = {row.channel: row.sold for row in found[~found["inside"]].itertuples()}
    rows = found[found["inside"]].sort_values(["sold", "channel"], ascending=[False, True])
    sold = rows["sold"].to_list()
    whole, base = sum(sold, as_money(None)), sum(before.values(), as_money(None))
    return pd.DataFrame(
        {
            "channel": rows["channel"].to_list(),
            "orders": rows["orders"].astype("int64").to_list(),
            "buyers": rows["buyers"].astype("Int64").to_list(),
            "gmv": pd.Series(sold if valued else [None] * len(sold), dtype=object),
            "rate": [float(value / whole) if whole else np.nan for value in sold],
            "baseline_rate": [
                float(before.get(channel, as_money(None)) / base) if base else np.nan for channel in rows["channel"]
            ],
            "order_value": [
                per_head(value, count) if valued else None for value, count in zip(sold, rows["orders"], strict=True)
            ],
        }
    )
