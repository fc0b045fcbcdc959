"""Basket: pieces per order and price of a piece; their product is the average order value."""

from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd
from scipy.special import stdtrit

from retro.metrics.goods.lines import lines_of
from retro.metrics.intervals import CONFIDENCE
from retro.metrics.money import as_count, as_money, per_head
from retro.metrics.orders import valid_orders
from retro.periods import Window


def basket(orders: ibis.Table, order_items: ibis.Table, window: Window) -> pd.DataFrame:
    """Compute pieces per order and price of a piece, in the campaign and in its baseline.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        order_items: One row per line: `order_id`, `product_id`, `quantity`, `unit_price`, `amount`.
        window: The campaign or period, with its baseline.

    Returns:
        Two rows, `campaign` and `baseline`, in which average order value = pieces per order x price of a piece.
        - `cohort` (str): Which.
        - `orders`, `lines`, `units` (int): Valid orders with lines, their lines and their pieces.
        - `units_per_order`, `low`, `high` (float): Pieces per order, and its 95 % interval (Student's t). NaN without
          orders; the interval with fewer than two.
        - `gmv` (Decimal): What the lines were paid with.
        - `unit_price`, `order_value` (Decimal): For a piece, and for an order. None where there is none.
    """
    spans = {"campaign": window, "baseline": window.baseline}
    rows = []
    for cohort, span in spans.items():
        valid = valid_orders(orders)
        lines = lines_of(valid.filter(span.holds(valid.ordered_at)), order_items)
        by_order = lines.group_by("order_id").aggregate(
            lines=lines.count(), units=lines.quantity.sum(), paid=lines.paid.sum()
        )
        pieces = by_order.units.cast("float64")
        sums = by_order.aggregate(
            orders=by_order.count(),
            lines=by_order.lines.sum(),
            units=by_order.units.sum(),
            gmv=by_order.paid.sum(),
            spread=pieces.std(),
        )
        (sums,) = sums.execute().itertuples()
        rows.append(_row(cohort, sums))
    return pd.DataFrame(rows)


def _row(cohort: str, sums: Any) -> dict[str, object]:  # noqa: ANN401 - a named tuple of pandas
    orders = int(sums.orders)
    lines, units = (as_count(count) for count in (sums.lines, sums.units))
    gmv, mean = as_money(sums.gmv), units / orders if orders else np.nan
    half = np.nan
    if orders > 1:
        half = float(stdtrit(orders - 1, (1 + CONFIDENCE) / 2) * sums.spread / np.sqrt(orders))
    price: Decimal | None = per_head(gmv, units)
    return {
        "cohort": cohort,
        "orders": orders,
        "lines": lines,
        "units": units,
        "units_per_order": mean,
        "low": mean - half,
        "high": mean + half,
        "gmv": gmv,
        "unit_price": price,
        "order_value": per_head(gmv, orders),
    }
