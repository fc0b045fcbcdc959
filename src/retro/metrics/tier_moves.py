"""Tier moves: members by tier before and after a campaign, and tier penetration."""

import datetime as dt
from collections.abc import Sequence

import ibis
import pandas as pd

from retro.errors import MetricError, did_you_mean
from retro.metrics.intervals import add_rate
from retro.metrics.windows import require
from retro.periods import Window

NEW = "none"
"""The tier of before of who had none: members since."""


def tier_moves(tiers: ibis.Table, window: Window, *, order: Sequence[str]) -> pd.DataFrame:
    """Count members by tier before and after the window (the transition matrix).

    Args:
        tiers: One row per member and stretch of time: `user_id`, `tier`, `valid_from`, `valid_to` (local, exclusive,
            null while it lasts).
        window: The campaign or period.
        order: The tiers from the lowest to the highest.

    Returns:
        One row per pair of tiers, both in the order given, who had none before (`none`) first.
        - `before`, `after` (str): Tiers.
        - `members` (int): 0 where nobody made this move.
        - `total` (int): Members with this tier before.
        - `rate` (float): `members` over `total`. NaN where there are none.

    Raises:
        MetricError: The moments are not in order, or a tier is not in `order`.
    """
    names = tiers_at(tiers, window.end, order).rename(after="tier")
    counted = (
        names.left_join(tiers_at(tiers, window.start, order).rename(before="tier"), "user_id")
        .group_by("before", "after")
        .aggregate(members=lambda row: row.count())
        .execute()
    )
    counted["before"] = counted["before"].fillna(NEW)
    grid = pd.MultiIndex.from_product([[NEW, *order], order], names=["before", "after"])
    frame: pd.DataFrame = (
        counted.set_index(["before", "after"]).reindex(grid, fill_value=0).astype("int64").reset_index()
    )
    total = frame.groupby("before")["members"].transform("sum")
    return frame.assign(total=total, rate=frame["members"] / total.where(total > 0))


def tier_penetration(
    tiers: ibis.Table, joined: ibis.Table, window: Window, *, order: Sequence[str], tier: str
) -> pd.DataFrame:
    """Compute the share of members at or above a tier, before and after, for all, participants and the others.

    `tiers`, `window` and `order` are those of `tier_moves`. `joined` has one row per participant: `user_id`. `tier` is
    the lowest tier that counts.

    Returns:
        One row per group and moment, in order.
        - `group` (str): `all`, `participants` or `others`.
        - `moment` (str): `before` or `after`.
        - `above`, `members` (int): Members at or above the tier, and with any.
        - `rate`, `low`, `high` (float): `above` over `members`, and its 95 % Wilson interval. NaN without members.

    Raises:
        MetricError: As `tier_moves`, or `tier` is not in `order`.
    """
    if tier not in order:
        raise MetricError(f"tier_penetration: tier must be in order, got {tier!r}. {did_you_mean(tier, order)}")
    high = list(order[list(order).index(tier) :])
    took_part = joined.select(joined_id="user_id").distinct()
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for name, moment in (("before", window.start), ("after", window.end)):
        held = tiers_at(tiers, moment, order)
        held = held.left_join(took_part, held.user_id == took_part.joined_id)
        found = held.group_by(takes_part=held.joined_id.notnull()).aggregate(
            above=ibis.ifelse(held.tier.isin(high), 1, 0).sum(), members=held.count()
        )
        rows = {bool(row.takes_part): (int(row.above), int(row.members)) for row in found.execute().itertuples()}
        inside, outside = rows.get(True, (0, 0)), rows.get(False, (0, 0))
        counts |= {("participants", name): inside, ("others", name): outside}
        counts[("all", name)] = (inside[0] + outside[0], inside[1] + outside[1])
    keys = [(group, name) for group in ("all", "participants", "others") for name in ("before", "after")]
    frame = pd.DataFrame([(*key, *counts[key]) for key in keys], columns=["group", "moment", "above", "members"])
    return add_rate(frame, "above", "members")


def tiers_at(tiers: ibis.Table, moment: dt.datetime, order: Sequence[str]) -> ibis.Table:
    """The tier that each member had at a local moment: `user_id`, `tier`; of several, the last begun, then the highest.

    `tiers` and `order` are those of `tier_moves`; a tier that is not in `order` is refused.
    """
    require(tiers, "member_tiers", "user_id", "tier", "valid_from", "valid_to")
    held = tiers.filter(tiers.valid_from <= moment, tiers.valid_to.isnull() | (tiers.valid_to > moment))
    rank = ibis.cases(*[(held.tier == tier, place) for place, tier in enumerate(order)], else_=len(order))
    newest = ibis.row_number().over(group_by=held.user_id, order_by=[held.valid_from.desc(), rank.desc()])
    held = held.mutate(place=newest)
    held = held.filter(held.place == 0).select("user_id", "tier")
    unknown = held.filter(held.tier.notin(list(order))).select("tier").distinct().limit(1).execute()
    if len(unknown):
        name = str(unknown["tier"][0])
        raise MetricError(
            f"member_tiers: tier must be one of the params' tiers, got {name!r}. {did_you_mean(name, order)}"
        )
    return held
