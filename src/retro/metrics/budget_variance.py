"""Budget variance: what sales and cost differ from a budget by, split into volume, mix and price."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd

from retro.metrics.cost import campaign_cost
from retro.metrics.money import as_money
from retro.metrics.orders import sold_items, valid_orders
from retro.metrics.shop import Shop
from retro.metrics.windows import require
from retro.periods import Window

SALES, COSTS = "sales", "costs"
REST, TOTAL = "rest", "total"
"""Lines of what was sold or booked beside the budget, and of all."""

Budgeted = Mapping[str, tuple[Decimal, Decimal]]
"""Units and price of one, by line."""


def budget_variance(
    orders: ibis.Table,
    shop: Shop,
    window: Window,
    *,
    campaign_id: str,
    sales: Budgeted,
    costs: Budgeted,
    counted: Mapping[str, Decimal | None],
    by: str | None = None,
) -> pd.DataFrame:
    """Split what sales and cost differ from their budget by.

    With `p` units budgeted at `c`, and `u` units that came to `a`, price is `a - u c`. Of cost, volume is `(u - p) c`.
    Lines of sales are pieces, `P` budgeted and `U` sold in all: there volume is `(U / P - 1) p c`, what the
    same goods would have made of the pieces sold, and mix `(u - p U / P) c`. The parts add up to the difference, to the
    cent.

    Args:
        orders: One row per order: `order_id`, `ordered_at` (local), `status`.
        shop: `order_items` (`order_id`, `product_id`, `quantity`, `amount`) and `products` (`product_id`, and `by`) for
            sales, `campaign_costs` (`campaign_id`, `category`, `amount`) for cost.
        window: The campaign.
        campaign_id: Whose cost.
        sales: Budgeted pieces and prices.
        costs: Budgeted units and what one costs, by category.
        counted: How many units there were, by category of cost; None where nobody counted them.
        by: The column of products that the lines of sales are named by; None for all goods as the line `all`.

    Returns:
        For sales, then for cost, one row per line of the budget, `rest` where more was sold or booked than it names,
        and `total`; none where the budget has no line of it.
        - `kind` (str): `sales` or `costs`.
        - `line` (str).
        - `planned_units`, `planned_each`, `planned` (Decimal): Budgeted. None of `rest`, the first two of `total`.
        - `units`, `amount` (Decimal): Sold or booked. None where the shop cannot tell, or nothing is booked.
        - `volume`, `mix`, `price` (Decimal): What made the difference; None where it cannot be split. `mix` is of sales
          only.
        - `variance` (Decimal): `amount` less `planned`; None where either is not known.
    """
    rows: list[tuple[Any, ...]] = []
    if sales:
        sold = _sold(orders, shop, window, by)
        if sold is not None:
            sold = dict.fromkeys(sales, (Decimal(0), Decimal("0.00"))) | sold
        rows += _rows(SALES, sales, {} if sold is None else _mixed(sales, sold), sold or {})
    if costs:
        booked = _booked(shop, campaign_id)
        known = {name: (counted.get(name), amount) for name, amount in booked.items()}
        rows += _rows(COSTS, costs, _unmixed(costs, known), known)
    return pd.DataFrame(rows, columns=list(_COLUMNS), dtype=object)


_COLUMNS = (
    "kind", "line", "planned_units", "planned_each", "planned", "units", "amount", "volume", "mix", "price", "variance"
)  # fmt: skip

_Actual = Mapping[str, tuple[Decimal | None, Decimal]]
"""Units and amount by line."""

_Parts = Mapping[str, tuple[Decimal, Decimal | None, Decimal]]
"""Volume, mix and price by line."""


def _rows(kind: str, budgeted: Budgeted, parts: _Parts, actual: _Actual) -> Iterator[tuple[Any, ...]]:
    planned = {name: as_money(units * each) for name, (units, each) in budgeted.items()}
    whole: list[list[Decimal | None]] = []
    for name, (units, each) in budgeted.items():
        sold, amount = actual.get(name, (None, None))
        told = parts.get(name, (None, None, None))
        variance = None if amount is None else amount - planned[name]
        yield kind, name, units, each, planned[name], sold, amount, *told, variance
        whole.append([amount, *told, variance])
    beside = sum((amount for name, (_, amount) in actual.items() if name not in budgeted), Decimal("0.00"))
    if beside:
        yield kind, REST, None, None, None, None, beside, None, None, None, beside
    amount, volume, mix, price, variance = (_sum(column) for column in zip(*whole, strict=True))
    if amount is not None and variance is not None:
        amount, variance = amount + beside, variance + beside
    yield kind, TOTAL, None, None, sum(planned.values()), None, amount, volume, mix, price, variance


def _sum(values: tuple[Decimal | None, ...]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal("0.00")) if len(known) == len(values) else None


def _unmixed(budgeted: Budgeted, actual: _Actual) -> _Parts:
    """Volume and price of each line by itself."""
    found = {}
    for name, (planned, each) in budgeted.items():
        units, amount = actual.get(name, (None, None))
        if units is not None and amount is not None:
            volume = as_money((units - planned) * each)
            found[name] = (volume, None, amount - as_money(planned * each) - volume)
    return found


def _mixed(budgeted: Budgeted, actual: Mapping[str, tuple[Decimal, Decimal]]) -> _Parts:
    """Volume at the budget's mix, mix and price of lines whose units add up."""
    units = {name: actual[name][0] for name in budgeted}
    grown = sum(units.values(), Decimal(0)) / sum((planned for planned, _ in budgeted.values()), Decimal(0))
    found = {}
    for name, (planned, each) in budgeted.items():
        amount = actual[name][1]
        volume, price = as_money((grown - 1) * planned * each), amount - as_money(units[name] * each)
        found[name] = (volume, amount - as_money(planned * each) - volume - price, price)
    return found


def _sold(orders: ibis.Table, shop: Shop, window: Window, by: str | None) -> dict[str, tuple[Decimal, Decimal]] | None:
    """Pieces and amounts of valid orders by line; None where the shop does not know what was in them."""
    if "order_items" not in shop or (by is not None and "products" not in shop):
        return None
    items = sold_items(shop["order_items"])
    require(items, "order_items", "order_id", "product_id", "quantity", "amount")
    lines = items.semi_join(valid_orders(orders, window), "order_id")
    if by is None:
        lines = lines.mutate(line=ibis.literal("all"))
    else:
        products = shop["products"]
        require(products, "products", "product_id", by)
        lines = lines.left_join(products.select("product_id", line=products[by]), "product_id")
    found = lines.group_by(line=lines.line.fill_null("")).aggregate(
        units=lines.quantity.sum(), amount=lines.amount.sum()
    )
    rows = found.execute().to_dict("records")
    return {row["line"]: (Decimal(int(row["units"])), as_money(row["amount"])) for row in rows}


def _booked(shop: Shop, campaign_id: str) -> dict[str, Decimal]:
    if "campaign_costs" not in shop:
        return {}
    booked = campaign_cost(shop["campaign_costs"], campaign_id)
    return dict(zip(booked["category"], booked["amount"], strict=True))
