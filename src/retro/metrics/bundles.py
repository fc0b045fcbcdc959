"""Bundles: how many orders hold goods that were sold as a set, and what these bring, beside the weeks before."""

from __future__ import annotations

import ibis
import numpy as np
import pandas as pd

from retro.metrics.cohorts import BASELINE, CAMPAIGN
from retro.metrics.goods.lines import with_cohorts
from retro.metrics.intervals import add_gap, add_rate
from retro.metrics.money import as_count, as_money, per_head
from retro.metrics.orders import buyers_of, sold_items, valid_orders
from retro.metrics.windows import require
from retro.periods import Window


def bundles(
    orders: ibis.Table, order_items: ibis.Table, window: Window, *, campaign_id: str | None = None
) -> pd.DataFrame:
    """Count the orders with a bundle, and sum what was sold in bundles, beside the weeks before.

    Args:
        orders: One row per order: `order_id`, `ordered_at` (local), `status`; `user_id` where the shop keeps it, and
            `campaign_id` where it marks the orders of a campaign, and then only those count.
        order_items: One row per line: `order_id`, `amount`, `bundle_id` (empty where it was sold alone); gifts
            (`is_gift`) do not count.
        window: The campaign or period, with its baseline.
        campaign_id: Whose orders; None for all orders of the window.

    Returns:
        Two rows, the campaign first.
        - `cohort` (str): `campaign` or `baseline`, by when they were ordered.
        - `orders`, `bundled` (int): Valid orders with lines, and of these those with a line of a bundle.
        - `buyers` (Int64): Who placed `bundled`; missing where nobody knows.
        - `rate`, `low`, `high` (float): `bundled` over `orders`, Wilson. NaN without orders.
        - `gmv`, `bundle_gmv` (Decimal): Of all lines, and of those of bundles.
        - `gmv_rate` (float): `bundle_gmv` over `gmv`. NaN where that is 0.
        - `order_value`, `other_value` (Decimal): An order with a bundle, and one without. None without any.
        - `difference`, `difference_low`, `difference_high` (float): The campaign's `rate` less the baseline's,
          Newcombe. NaN in the second row, and without orders of both.
    """
    require(order_items, "order_items", "order_id", "amount", "bundle_id")
    heads = with_cohorts(valid_orders(orders), window, campaign_id).select("order_id", "user_id", "cohort")
    lines = sold_items(order_items).select("order_id", "amount", "bundle_id").join(heads, "order_id")
    kept = lines.bundle_id.notnull()
    each = lines.group_by("cohort", "order_id", "user_id").aggregate(
        amount=lines.amount.sum(), bundle_amount=lines.amount.sum(where=kept), kept=kept.sum()
    )
    counted = each.mutate(bundled=each.kept > 0)
    found = (
        counted.group_by("cohort", "bundled")
        .aggregate(
            orders=counted.count(),
            buyers=buyers_of(counted),
            gmv=counted.amount.sum(),
            bundle_gmv=counted.bundle_amount.sum(),
        )
        .execute()
    )
    frame = pd.DataFrame([_row(cohort, found[found["cohort"] == cohort]) for cohort in (CAMPAIGN, BASELINE)])
    frame["buyers"] = pd.array(frame["buyers"].tolist(), "Int64")
    return add_gap(add_rate(frame, "bundled", "orders"))


def _row(cohort: str, found: pd.DataFrame) -> dict[str, object]:
    with_one, without = (found[found["bundled"] == held] for held in (True, False))
    bundled, others = (as_count(part["orders"].sum()) for part in (with_one, without))
    worth, other_worth = (sum(map(as_money, part["gmv"]), as_money(None)) for part in (with_one, without))
    in_bundles = sum(map(as_money, with_one["bundle_gmv"]), as_money(None))
    gmv = worth + other_worth
    return {
        "cohort": cohort,
        "orders": bundled + others,
        "bundled": bundled,
        "buyers": with_one["buyers"].iloc[0] if len(with_one) else 0,
        "gmv": gmv,
        "bundle_gmv": in_bundles,
        "gmv_rate": float(in_bundles / gmv) if gmv else np.nan,
        "order_value": per_head(worth, bundled),
        "other_value": per_head(other_worth, others),
    }
