"""Cost shares: a campaign's costs by group over its GMV, for the bands of a plan."""

from collections.abc import Collection, Mapping
from decimal import Decimal

import ibis
import pandas as pd

from retro.errors import MetricError
from retro.metrics.cost import campaign_cost, everyday_cost
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
        costs: One row per booking: `campaign_id`, `category`, `amount`, and `incurred_on` (date) where it is known.
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
        - `everyday` (Decimal): Booked to no campaign on the campaign's days, such as everyday marketing, which a plan
          of cost over GMV holds too. None on all rows where nothing is: unknown, not 0.
        - `whole_share` (float): `cost` and `everyday` over `gmv`. NaN where either is missing.

    Raises:
        MetricError: A category is in two groups.
    """
    require(orders, "orders", "amount")
    booked = campaign_cost(costs, campaign_id)
    if twice := repeated(category for categories in groups.values() for category in categories):
        raise MetricError(f"cost_shares: groups must hold each category once, got {twice[0]!r} twice.")
    if booked.empty:
        names = ("group", "cost", "gmv", "share", "everyday", "whole_share")
        empty: dict[str, list[object]] = {name: [] for name in names}
        return pd.DataFrame(empty).astype({"share": "float64", "whole_share": "float64"})
    around = everyday_cost(costs, window)
    rows = _grouped(dict(zip(booked["category"], booked["amount"], strict=True)), groups, {*around})
    beside = _grouped(around, groups, {*booked["category"]}) if around else dict.fromkeys(rows)
    valid = valid_orders(orders, window)
    gmv = as_money(valid.amount.sum().execute())
    frame = pd.DataFrame({"group": list(rows), "cost": list(rows.values()), "gmv": [gmv] * len(rows)})
    whole = [None if more is None else cost + more for cost, more in zip(rows.values(), beside.values(), strict=True)]
    return frame.assign(
        share=[_over(cost, gmv) for cost in rows.values()],
        everyday=pd.Series(list(beside.values()), dtype=object),
        whole_share=[_over(cost, gmv) for cost in whole],
    )


def _grouped(
    amounts: Mapping[str, Decimal], groups: Mapping[str, Collection[str]], others: Collection[str]
) -> dict[str, Decimal]:
    """Amounts by group, the rest where it or `others` hold a category of none, and their total."""
    named = {category for categories in groups.values() for category in categories}
    members = {group: set(categories) for group, categories in groups.items()}
    if rest := {*amounts, *others} - named:
        members["rest"] = rest
    zero = Decimal("0.00")
    rows = {group: sum((amounts.get(name, zero) for name in sorted(own)), zero) for group, own in members.items()}
    return rows | {"total": sum(rows.values(), zero)}


def _over(cost: Decimal | None, gmv: Decimal) -> float:
    return float("nan") if cost is None or gmv <= 0 else float(cost / gmv)
