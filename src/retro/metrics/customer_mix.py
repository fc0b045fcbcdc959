"""Customer mix: buyers, orders and GMV of first-time and returning buyers."""

import ibis
import numpy as np
import pandas as pd

from retro.metrics.history import history
from retro.metrics.intervals import rate_of
from retro.metrics.money import as_money, per_head
from retro.metrics.orders import orders_of_people, with_amounts
from retro.periods import Window

_GROUPS = ("new", "returning")


def customer_mix(orders: ibis.Table, window: Window) -> pd.DataFrame:
    """Count buyers, orders and GMV of first-time and returning buyers.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`; `amount` where the shop
            keeps it.
        window: The campaign or period.

    Returns:
        Two rows, `new` (first valid order ever inside the window) and `returning`.
        - `group` (str): Which.
        - `buyers`, `orders` (int), `gmv` (Decimal): Valid orders of the window. Without amounts `gmv` is None, as is
          all that is made of it.
        - `buyer_share`, `low`, `high` (float): Of all buyers of the window (Wilson). NaN without buyers.
        - `gmv_share` (float): Of the window's GMV. NaN where that is 0.
        - `order_value`, `buyer_value` (Decimal): GMV per order and per buyer. None where there is none.
        - `since` (date): The first day of which orders are known; who bought before it looks new. None without any.
    """
    valued = "amount" in orders.columns
    valid = with_amounts(orders_of_people(orders))
    by_user = (
        valid.filter(valid.ordered_at < window.end)
        .group_by("user_id")
        .aggregate(
            first_at=lambda row: row.ordered_at.min(),
            orders=lambda row: row.count(where=row.ordered_at >= window.start),
            gmv=lambda row: row.amount.sum(where=row.ordered_at >= window.start),
        )
    )
    found = (
        by_user.filter(by_user.orders > 0)
        .group_by(new=by_user.first_at >= window.start)
        .aggregate(buyers=lambda row: row.count(), orders=lambda row: row.orders.sum(), gmv=lambda row: row.gmv.sum())
        .execute()
    )
    first = history(valid, "ordered_at", until=window.end).first
    sums = {bool(row.new): (int(row.buyers), int(row.orders), as_money(row.gmv)) for row in found.itertuples()}
    counted = [sums.get(group == "new", (0, 0, as_money(None))) for group in _GROUPS]
    buyers, gmv = sum(row[0] for row in counted), sum((row[2] for row in counted), as_money(None))
    return pd.DataFrame(
        [
            {
                "group": group,
                "buyers": row[0],
                "orders": row[1],
                "gmv": row[2] if valued else None,
                **dict(zip(("buyer_share", "low", "high"), rate_of(row[0], buyers).values(), strict=True)),
                "gmv_share": float(row[2] / gmv) if gmv else np.nan,
                "order_value": per_head(row[2], row[1]) if valued else None,
                "buyer_value": per_head(row[2], row[0]) if valued else None,
                "since": first,
            }
            for group, row in zip(_GROUPS, counted, strict=True)
        ]
    )
