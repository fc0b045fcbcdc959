"""Pools: items, sales and margin by product pool, beside the plan."""

from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import pandas as pd

from retro.metrics.money import as_money


def pools(frame: pd.DataFrame, plan: Mapping[str, float]) -> pd.DataFrame:
    """Items, sales and gross margin by product pool, beside the planned mix.

    Args:
        frame: What `items` returns.
        plan: Planned parts by pool, in any scale, such as `{"traffic": 4, "profit": 3}`.

    Returns:
        One row per pool, those of the plan first and in its order, then others by name.
        - `pool` (str): The pool; empty for items without one.
        - `planned_share` (float): Of the plan. NaN for a pool that is not in it.
        - `items` (int), `item_share` (float): Items on sale, and their share.
        - `units` (int), `gmv`, `cost` (Decimal): Of valid orders; `gmv_share` (float) of all pools.
        - `margin_rate` (float): Gross margin over `gmv`: what the campaign's prices left. NaN where nothing was sold.
        - `list_margin_rate` (float): The same had nothing been taken off.

    Examples:
        >>> cells = {"units": [1, 1], "gmv": [Decimal(60), Decimal(40)], "cost": [Decimal(57), Decimal(20)]}
        >>> found = pools(
        ...     pd.DataFrame({"pool": ["traffic", "profit"], "list_sales": [Decimal(100)] * 2, **cells}),
        ...     {"traffic": 4, "profit": 1},
        ... )
        >>> found[["pool", "planned_share", "item_share", "margin_rate"]].values.tolist()
        [['traffic', 0.8, 0.5, 0.05], ['profit', 0.2, 0.5, 0.5]]
    """
    named = frame.assign(pool=frame["pool"].fillna(""))
    whole, total = sum(plan.values()), sum(named["gmv"], Decimal(0))
    names = [*plan, *sorted(set(named["pool"]) - set(plan))]
    rows = []
    for name in names:
        own = named[named["pool"] == name]
        gmv, listed, cost = (sum(own[column], Decimal(0)) for column in ("gmv", "list_sales", "cost"))
        rows.append(
            {
                "pool": name,
                "planned_share": plan[name] / whole if name in plan and whole else np.nan,
                "items": len(own),
                "item_share": len(own) / len(named) if len(named) else np.nan,
                "units": int(own["units"].sum()),
                "gmv": as_money(gmv),
                "cost": as_money(cost),
                "gmv_share": float(gmv / total) if total else np.nan,
                "margin_rate": float((gmv - cost) / gmv) if gmv else np.nan,
                "list_margin_rate": float((listed - cost) / listed) if listed else np.nan,
            }
        )
    return pd.DataFrame(rows)
