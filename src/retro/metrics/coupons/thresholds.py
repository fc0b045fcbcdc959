"""Thresholds: whether coupon holders fill their baskets up to a coupon's threshold."""

from decimal import Decimal

import ibis
import numpy as np
import pandas as pd

from retro.metrics.attribution import cents, from_cents
from retro.metrics.coupons.templates import open_coupons
from retro.metrics.experiments.intervals import newcombe
from retro.metrics.orders import valid_orders
from retro.metrics.windows import require
from retro.periods import Window
from retro.privacy import LEAST

NEAR = 0.15
"""How far around a threshold a basket is near it, as a share of the threshold."""

_MOST = 8


def coupon_thresholds(orders: ibis.Table, coupons: ibis.Table, window: Window) -> pd.DataFrame:
    """Compare how many baskets near a coupon's threshold reach it, with and without such a coupon at hand.

    Round prices pile up all baskets at the same amounts; the excess among coupon holders is bunching.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        coupons: As in `coupons`, with `threshold_amount`.
        window: The campaign.

    Returns:
        One row per threshold, from low to high, those 8 with the most coupons; none where there are none.
        - `threshold` (Decimal): What a basket must be worth.
        - `held`, `held_above` (int): Baskets near it of users with such a coupon at hand; of these, those at or above.
        - `others`, `others_above` (int): The same of all other users.
        - `gain`, `low`, `high` (float): Share at or above with a coupon less the share without, with Newcombe's
          interval. NaN where fewer than 5 baskets are on a side.
        - `moved`, `moved_low`, `moved_high` (float): `gain` times `held`: baskets that a coupon moved over it.
    """
    require(coupons, "coupons", "threshold_amount", "face_amount", "order_id")
    require(orders, "orders", "amount")
    open_ = open_coupons(coupons, window)
    open_ = open_.filter(open_.threshold_amount > 0, open_.claimed_at < window.end)
    sizes = open_.group_by(threshold=cents(open_.threshold_amount)).aggregate(n=lambda row: row.count()).execute()
    most = sizes.sort_values(["n", "threshold"], ascending=[False, True])["threshold"].head(_MOST)
    thresholds = sorted(int(threshold) for threshold in most)
    if not thresholds:
        return pd.DataFrame(columns=_COLUMNS)
    baskets = _baskets(orders, open_, thresholds, window)
    sums = {}
    for place, threshold in enumerate(thresholds):
        close = (baskets.worth >= round(threshold * (1 - NEAR))) & (baskets.worth < round(threshold * (1 + NEAR)))
        above, held = baskets.worth >= threshold, baskets[f"held_{place}"] == 1
        for name, side in (("held", held), ("others", ~held)):
            sums[f"{name}_{place}"] = ibis.ifelse(close & side, 1, 0).sum()
            sums[f"{name}_above_{place}"] = ibis.ifelse(close & side & above, 1, 0).sum()
    (counts,) = baskets.aggregate(**sums).execute().fillna(0).astype(int).to_dict("records")
    rows = [
        _row(from_cents(threshold), [counts[f"{name}_{place}"] for name in _COUNTS])
        for place, threshold in enumerate(thresholds)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


_COUNTS = ("held", "held_above", "others", "others_above")
_COLUMNS = ["threshold", *_COUNTS, "gain", "low", "high", "moved", "moved_low", "moved_high"]


def _baskets(orders: ibis.Table, open_: ibis.Table, thresholds: list[int], window: Window) -> ibis.Table:
    """The valid orders of the window: what the basket was worth before a coupon, and which coupons were at hand."""
    valid = valid_orders(orders, window)
    valid = valid.select("order_id", "user_id", "ordered_at", paid=cents(valid.amount))
    at_hand = open_.select(
        "user_id",
        "claimed_at",
        "expires_at",
        "used_at",
        step=cents(open_.threshold_amount),
        face=cents(open_.face_amount),
        on_order=open_.order_id,
    )
    joined = valid.join(
        at_hand,
        [
            valid.user_id == at_hand.user_id,
            at_hand.claimed_at <= valid.ordered_at,
            at_hand.expires_at > valid.ordered_at,
            at_hand.used_at.isnull() | (at_hand.used_at >= valid.ordered_at),
        ],
    )
    flags = {
        f"held_{place}": ibis.ifelse(joined.step == threshold, 1, 0).max() for place, threshold in enumerate(thresholds)
    }
    used = ibis.ifelse(joined.on_order == joined.order_id, joined.face, 0).sum()
    held = joined.group_by("order_id").aggregate(off=used, **flags)
    whole = valid.left_join(held, "order_id").drop("order_id_right")
    filled = {name: whole[name].fill_null(0) for name in ("off", *flags)}
    return whole.mutate(**filled).mutate(worth=lambda row: row.paid + row.off)


def _row(threshold: Decimal, counts: list[int]) -> tuple[object, ...]:
    held, held_above, others, others_above = counts
    if min(held, others) < LEAST:
        return (threshold, *counts, *[np.nan] * 6)
    low, high = newcombe((others_above, others), (held_above, held))
    gain = held_above / held - others_above / others
    return (threshold, *counts, gain, low, high, gain * held, low * held, high * held)
