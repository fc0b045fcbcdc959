"""Templates: coupons issued, claimed and used by template, and their subsidy."""

import ibis
import numpy as np
import pandas as pd

from retro.metrics.attribution import cents, from_cents
from retro.metrics.intervals import wilson
from retro.metrics.links import named_by_nobody
from retro.metrics.orders import valid_orders
from retro.metrics.windows import require
from retro.periods import Window
from retro.privacy import LEAST

_SUMS = ["issued", "claimed", "used", "unlinked", "face", "paid"]


def coupons(orders: ibis.Table, coupons: ibis.Table, window: Window, *, campaign_id: str | None = None) -> pd.DataFrame:
    """Count issued, claimed and used coupons by template, of those open in the campaign.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        coupons: One row per coupon: `user_id`, `template`, `face_amount`, `issued_at`, `claimed_at`, `used_at`,
            `expires_at` (local), `order_id`, optionally `threshold_amount`, `campaign_id`.
        window: The campaign.
        campaign_id: Whose coupons are its own.

    Returns:
        One row per template, the campaign's own first, then the most used; none where no coupon was open. Templates of
        which 1 to 4 were used are one row without a name, with the next one where they are fewer than 5 together.
        - `template` (str): Template; None for those taken together.
        - `threshold`, `face` (Decimal): What an order must be worth, and what it takes off. None where they vary.
        - `own` (bool): Whether it belongs to the campaign.
        - `issued`, `claimed`, `used` (int): Coupons that were open in the campaign; of these, those claimed by its end,
          and those used in it: on a valid order of it, or on one that nobody knows.
        - `unlinked` (int): Of the used, those that name no order of the shop: their money is not known.
        - `coupon_use_rate`, `low`, `high` (float): `used` over `issued`, with its Wilson interval.
        - `subsidy`, `gmv` (Decimal): Face value of those used on a known order, and what was paid for it. None where 1
          to 4 were.
        - `coupon_subsidy_rate` (float): `subsidy` over `subsidy` and `gmv`. NaN as above, and where none was used.
    """
    require(coupons, "coupons", "template", "face_amount", "claimed_at", "order_id")
    require(orders, "orders", "amount")
    open_ = open_coupons(coupons, window)
    valid = valid_orders(orders, window)
    valid = valid.select("order_id", cents=cents(valid.amount))
    owner = open_.campaign_id == campaign_id if _has_owner(coupons, campaign_id) else ibis.literal(0) == 1
    named = named_by_nobody(open_.mutate(own=ibis.ifelse(owner, 1, 0)), orders).left_join(valid, "order_id")
    paid_for = named.cents.notnull()
    unlinked = named.unlinked & named.used_at.notnull() & window.holds(named.used_at)
    frame = named.group_by("template", "own").aggregate(
        threshold=_one(cents(named.threshold_amount)) if "threshold_amount" in named.columns else _NOT_KNOWN,
        off=_one(cents(named.face_amount)),
        issued=named.count(),
        claimed=ibis.ifelse(named.claimed_at < window.end, 1, 0).sum(),
        used=ibis.ifelse(paid_for | unlinked, 1, 0).sum(),
        unlinked=ibis.ifelse(unlinked, 1, 0).sum(),
        face=ibis.ifelse(paid_for, cents(named.face_amount), 0).sum(),
        paid=ibis.ifelse(paid_for, named.cents, 0).sum(),
    )
    frame = frame.execute()
    return _finished(_merged(frame))


def coupon_holders(coupons: ibis.Table, window: Window, *, campaign_id: str | None = None) -> ibis.Table:
    """The users who held a coupon before the campaign that could be used in it.

    Holding counts, not using, since users choose to use one.

    Args:
        coupons: As in `coupons`.
        window: The campaign.
        campaign_id: Only the coupons of this campaign, where it has any; otherwise all.

    Returns:
        A table with one row per user: `user_id`.
    """
    held = open_coupons(coupons, window)
    held = held.filter(held.claimed_at < window.start)
    if _has_owner(coupons, campaign_id):
        own = held.filter(held.campaign_id == campaign_id)
        held = own if own.limit(1).count().execute() else held
    return held.select("user_id").distinct()


def open_coupons(coupons: ibis.Table, window: Window) -> ibis.Table:
    """The coupons that could be used within a window: issued before its end, not expired or used before its start."""
    require(coupons, "coupons", "user_id", "issued_at", "claimed_at", "used_at", "expires_at")
    return coupons.filter(
        coupons.issued_at < window.end,
        coupons.expires_at > window.start,
        coupons.used_at.isnull() | (coupons.used_at >= window.start),
    )


_NOT_KNOWN = ibis.null("int64")


def _one(values: ibis.Value) -> ibis.Value:
    """The value of a group if it is unique, else null."""
    return ibis.ifelse(values.min() == values.max(), values.min(), _NOT_KNOWN)


def _has_owner(coupons: ibis.Table, campaign_id: str | None) -> bool:
    return campaign_id is not None and "campaign_id" in coupons.columns


def _merged(frame: pd.DataFrame) -> pd.DataFrame:
    """Templates that few people used, taken together, with the next one where they still are too few."""
    few = frame["used"].between(1, LEAST - 1)
    if few.any() and frame.loc[few, "used"].sum() < LEAST and (frame["used"] >= LEAST).any():
        few |= frame.index == frame["used"].where(frame["used"] >= LEAST).idxmin()
    rows = frame[~few].sort_values(["own", "used", "template"], ascending=[False, False, True])
    if not few.any():
        return rows
    rest = pd.DataFrame([{"template": None, "own": 0, **frame.loc[few, _SUMS].sum()}])
    return pd.concat([rows.astype({"template": object}), rest.astype({"template": object})])


def _finished(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.reset_index(drop=True)
    low, high = wilson(frame["used"], frame["issued"])
    shown = ~(frame["used"] - frame["unlinked"]).between(1, LEAST - 1) & ~frame["used"].between(1, LEAST - 1)
    whole = (frame["face"] + frame["paid"]).where(shown & (frame["face"] + frame["paid"] > 0))
    return pd.DataFrame(
        {
            "template": pd.Series([None if pd.isna(name) else str(name) for name in frame["template"]], dtype=object),
            **{
                name: [None if pd.isna(value) else from_cents(value) for value in frame[column]]
                for name, column in (("threshold", "threshold"), ("face", "off"))
            },
            "own": frame["own"].astype(bool),
            **{name: frame[name].astype("int64") for name in ("issued", "claimed", "used", "unlinked")},
            "coupon_use_rate": frame["used"] / frame["issued"].where(frame["issued"] > 0, np.nan),
            "low": low,
            "high": high,
            "subsidy": [from_cents(face) if keep else None for face, keep in zip(frame["face"], shown, strict=True)],
            "gmv": [from_cents(paid) if keep else None for paid, keep in zip(frame["paid"], shown, strict=True)],
            "coupon_subsidy_rate": (frame["face"] / whole).astype("float64"),
        }
    )
