"""Cost shares: a campaign's costs by group over its GMV, for the bands of a plan."""

from collections.abc import Collection, Mapping
from decimal import Decimal

import ibis
import pandas as pd

from retro.errors import MetricError
from retro.metrics.cost import campaign_cost
from retro.metrics.money import as_money
from retro.metrics.orders import valid_orders
from retro.metrics.windows import require
from retro.periods import Window
from retro.validation import repeated


def cost_shares(
    costs: ibis.Table, orders: ibis.Table, groups: Mapping[str, Collection[str]], window: Window, *, campaign_id: str
) -> pd.DataFrame:
    """Divide each group of a campaign's costs by the GMV of its window.

    Args:
        costs: One row per booking: `campaign_id`, `category`, `amount`.
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        groups: Cost categories by group.
        campaign_id: Whose costs.
        window: The campaign or period.

    Returns:
        One row per group in the order given, one for what belongs to none where there is any, then the total; none
        where nothing is booked.
        - `group` (str): Group; `rest` and `total` for the last ones.
        - `cost` (Decimal): Booked; the groups and the rest add up to the total to the cent.
        - `gmv` (Decimal): All valid orders of the window, the same on each row.
        - `share` (float): `cost` over `gmv`. NaN where nothing was sold.

    Raises:
        MetricError: A category is in two groups.
    """
    require(orders, "orders", "amount")
    booked = campaign_cost(costs, campaign_id)
    if twice := repeated(category for categories in groups.values() for category in categories):
        raise MetricError(f"cost_shares: groups must hold each category once, got {twice[0]!r} twice.")
    if booked.empty:
        return pd.DataFrame({"group": [], "cost": [], "gmv": [], "share": pd.Series([], dtype="float64")})
    amounts: dict[str, Decimal] = dict(zip(booked["category"], booked["amount"], strict=True))
    rows = {
        group: sum((amounts.pop(category, Decimal(0)) for category in categories), Decimal("0.00"))
        for group, categories in groups.items()
    }
    if amounts:
        rows["rest"] = sum(amounts.values(), Decimal("0.00"))
    rows["total"] = sum(rows.values(), Decimal("0.00"))
    valid = valid_orders(orders, window)
    gmv = as_money(valid.amount.sum().execute())
    frame = pd.DataFrame({"group": list(rows), "cost": list(rows.values()), "gmv": [gmv] * len(rows)})
    return frame.assign(share=[float(cost / gmv) if gmv > 0 else float("nan") for cost in rows.values()])
