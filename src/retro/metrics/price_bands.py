"""Price bands: what was sold at which price of a piece, beside the weeks before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

import ibis
import numpy as np
import pandas as pd

from retro.metrics.cohorts import BASELINE, CAMPAIGN
from retro.metrics.goods.lines import with_cohorts
from retro.metrics.money import as_count, as_money, known_count, per_head
from retro.metrics.orders import buyers_of, sold_items, valid_orders
from retro.metrics.spread import weighted_quantile
from retro.metrics.windows import require
from retro.periods import Window

_NOTHING = as_money(None)

_SHARES = (0.2, 0.4, 0.6, 0.8)
"""Shares of the pieces that lie below the limits which are taken where none are given."""

_ROUND = (1, 2, 3, 5, 10)
"""Limits are these numbers times a power of ten."""


def price_bands(
    orders: ibis.Table,
    order_items: ibis.Table,
    window: Window,
    *,
    limits: Sequence[Decimal] = (),
    campaign_id: str | None = None,
) -> pd.DataFrame:
    """Sum pieces and GMV of valid orders by what a piece was paid for, beside the weeks before.

    Args:
        orders: One row per order: `order_id`, `ordered_at` (local), `status`; `user_id` where the shop keeps it, and
            `campaign_id` where it marks the orders of a campaign, and then only those count.
        order_items: One row per line: `order_id`, `quantity`, `amount`; gifts (`is_gift`) do not count.
        window: The campaign or period, with its baseline.
        limits: Prices at which a band ends and the next begins, ascending. Where left out, those below which a fifth,
            two, three and four fifths of all pieces lie, rounded to 1, 2, 3 or 5 times a power of ten.
        campaign_id: Whose orders; None for all orders of the window.

    Returns:
        One row per band in which anything was sold, the cheapest first; none where nothing was in the window.
        - `from_price`, `to_price` (Decimal): Its lower end, included, and its upper one; the last band has None.
        - `orders`, `buyers` (int): Valid orders of the window with a piece in it, and who placed them.
        - `units` (int), `gmv` (Decimal): Pieces, and what was paid for them.
        - `share`, `unit_share` (float): Of the window's GMV and pieces. NaN where these are 0.
        - `baseline_units` (int), `baseline_share` (float): Pieces, and share of GMV, in the weeks before. NaN where
          nothing was sold then.
        - `piece_price`, `baseline_piece_price` (Decimal): GMV per piece of all bands, the same in every row; None
          without pieces.
    """
    require(order_items, "order_items", "order_id", "quantity", "amount")
    valid = valid_orders(orders)
    heads = with_cohorts(valid, window, campaign_id).select("order_id", "user_id", "cohort")
    items = sold_items(order_items).select("order_id", "quantity", "amount")
    lines = items.filter(items.quantity > 0).join(heads, "order_id")
    ends = [Decimal(limit) for limit in limits] or _round_limits(lines)
    band = ibis.literal(0, "int64")
    for end in ends:
        band = band + (lines.amount >= lines.quantity * end).cast("int32")  # PostgreSQL casts no truth to 64 bits
    found = (
        lines.group_by("cohort", band=band)
        .aggregate(
            orders=lines.order_id.nunique(),
            buyers=buyers_of(lines),
            units=lines.quantity.sum(),
            gmv=lines.amount.sum(),
        )
        .execute()
    )
    own, base = (found[found["cohort"] == cohort].set_index("band") for cohort in (CAMPAIGN, BASELINE))
    bands = sorted({*own.index, *base.index}) if len(own) else []
    own, base = own.reindex(bands), base.reindex(bands)
    gmv, before = ([as_money(worth) for worth in part["gmv"]] for part in (own, base))
    units, units_before = ([as_count(count) for count in part["units"]] for part in (own, base))
    edges = [as_money(None), *map(as_money, ends), None]
    return pd.DataFrame(
        {
            "from_price": pd.Series([edges[band] for band in bands], dtype=object),
            "to_price": pd.Series([edges[band + 1] for band in bands], dtype=object),
            "orders": [as_count(count) for count in own["orders"]],
            "buyers": pd.array(
                [0 if pd.isna(row.orders) else known_count(row.buyers) for row in own.itertuples()], "Int64"
            ),
            "units": units,
            "gmv": pd.Series(gmv, dtype=object),
            "share": _shares(gmv),
            "unit_share": _shares(units),
            "baseline_units": units_before,
            "baseline_share": _shares(before),
            "piece_price": pd.Series([per_head(sum(gmv, _NOTHING), sum(units))] * len(bands), dtype=object),
            "baseline_piece_price": pd.Series(
                [per_head(sum(before, _NOTHING), sum(units_before))] * len(bands), dtype=object
            ),
        }
    )


def _shares(parts: Sequence[Decimal] | Sequence[int]) -> list[float]:
    """Each part of their sum; NaN where that is 0."""
    whole = sum(parts)
    return [float(part / whole) if whole else np.nan for part in parts]


def _round_limits(lines: ibis.Table) -> list[Decimal]:
    """Round prices below which some shares of the pieces lie."""
    price = (lines.amount.cast("float64") / lines.quantity).round(2)
    found = lines.group_by(price=price).aggregate(units=lines.quantity.sum()).execute()
    found = found[found["price"] > 0]
    at = [weighted_quantile(found["price"], found["units"], share) for share in _SHARES] if len(found) else []
    return sorted({_rounded(price) for price in at})


def _rounded(price: float) -> Decimal:
    """The number of `_ROUND` times a power of ten that lies nearest, by its ratio.

    Examples:
        >>> _rounded(44.0), _rounded(0.7), _rounded(899.0)
        (Decimal('50'), Decimal('0.5'), Decimal('1000'))
    """
    power = Decimal(10) ** math.floor(math.log10(price))
    near = min(_ROUND, key=lambda number: abs(math.log(float(number * power) / price)))
    return near * power
