"""Pre-sales: deposits of a node and their balances, beside what was bought on the spot."""

from decimal import Decimal

import ibis
import numpy as np
import pandas as pd

from retro.metrics.intervals import add_rate
from retro.metrics.money import as_count, as_money, per_head
from retro.metrics.orders import VALID_STATUS
from retro.metrics.windows import DAY, require
from retro.periods import Window


def presales(orders: ibis.Table, window: Window, *, preheat_days: int) -> pd.DataFrame:
    """Count deposits paid from the begin of the pre-heat to the end of the burst, and how many balances followed.

    Args:
        orders: One row per order: `order_id`, `ordered_at`, `deposit_paid_at`, `balance_paid_at` (local), `status`,
            `amount`, optionally `deposit_amount`. An order whose balance is open is `pending`.
        window: The burst.
        preheat_days: Days before it in which deposits count as the node's.

    Returns:
        Two rows, or none where no deposit was paid.
        - `what` (str): `presale`, orders with a deposit; `spot`, all other valid orders of the burst.
        - `orders` (int), `gmv` (Decimal): Valid orders and their amounts: of `presale`, those whose balance is paid.
        - `share` (float): Of the GMV of both. NaN where that is 0.
        - `order_value` (Decimal): GMV per order. Missing without orders.
        - `deposits`, `open` (int): Orders with a deposit; of these, not valid so far. Missing for `spot`.
        - `open_deposit` (Decimal): Deposits of the open ones. Missing for `spot`, and where the shop keeps none.
        - `rate`, `low`, `high` (float): Valid orders over deposits, with its 95 % Wilson interval. NaN for `spot`.
    """
    require(orders, "orders", "order_id", "ordered_at", "status", "amount", "deposit_paid_at", "balance_paid_at")
    node = Window(window.start - preheat_days * DAY, window.end)
    valid = orders.status == VALID_STATUS
    booked = node.holds(orders.deposit_paid_at)
    groups = {
        "presale": booked & valid,
        "spot": orders.deposit_paid_at.isnull() & valid & window.holds(orders.ordered_at),
    }
    asked = {"deposits": booked.sum()}
    for name, chosen in groups.items():
        asked |= {f"{name}_orders": chosen.sum(), f"{name}_gmv": orders.amount.sum(where=chosen)}
    if "deposit_amount" in orders.columns:
        asked["open_deposit"] = orders.deposit_amount.sum(where=booked & ~valid)
    (row,) = orders.aggregate(**asked).execute().to_dict("records")
    deposits = as_count(row["deposits"])
    frame = pd.DataFrame(
        [(name, as_count(row[f"{name}_orders"]), as_money(row[f"{name}_gmv"])) for name in groups if deposits],
        columns=["what", "orders", "gmv"],
    )
    whole = sum(frame["gmv"], Decimal(0))
    lost = as_money(row["open_deposit"]) if "open_deposit" in row else None
    frame = frame.assign(
        share=[float(value / whole) if whole else np.nan for value in frame["gmv"]],
        order_value=pd.Series(
            [per_head(gmv, count) for gmv, count in zip(frame["gmv"], frame["orders"], strict=True)], dtype=object
        ),
        deposits=pd.Series([deposits, None][: len(frame)], dtype="Int64"),
        open_deposit=pd.Series([lost, None][: len(frame)], dtype=object),
    )
    frame.insert(6, "open", frame["deposits"] - frame["orders"])
    return add_rate(frame, "orders", "deposits")
