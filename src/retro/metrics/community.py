"""Community groups: who was invited and joined, who speaks and buys, and which groups do better than the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import ibis
import numpy as np
import pandas as pd

from retro.metrics.intervals import CONFIDENCE, add_rate, wilson
from retro.metrics.money import as_count, as_money
from retro.metrics.orders import orders_of_people, valid_orders
from retro.metrics.points_balance import OPENING
from retro.metrics.shop import Shop
from retro.metrics.windows import day_number, require
from retro.periods import Window

_STAFF = "staff"


def community(community_members: ibis.Table, shop: Shop, window: Window) -> pd.DataFrame:
    """Count the members of community groups over a campaign: who came and went, who spoke, and who bought.

    Memberships count each person once for each group; members count each person once. Staff count nowhere. What members
    buy counts from their joining a group to their leaving it.

    Args:
        community_members: One row per person who was asked into a group: `group_id`, `user_id`, `joined_at` (local;
            empty while they have not joined), optionally `left_at`, `invited_at`, `role` (`staff` for who runs it).
        shop: What the shop has of `orders` (with `group_id`, the group by whose link each was placed),
            `community_messages` (`group_id`, `user_id`, `on`, `messages`) and `points_ledger`.
        window: The campaign, and until when it was observed.

    Returns:
        One row.
        - `groups` (int): With a member in the window. `members` (int): People who were in one in the window.
        - `start`, `joined`, `left`, `end` (int): Memberships at the start, begun and ended in the window, and at its
          end; `net` (int): `end` less `start`.
        - `invited`, `accepted` (Int64): Invitations of the window, and those who had joined by its end. Missing where
          nobody knows when they were invited.
        - `speakers`, `messages` (Int64): Members who wrote in the window, and how many messages. Missing without
          `community_messages`.
        - `buyers`, `again` (Int64): Members with a valid order in the window, and those with one on a further day.
          Missing where the shop does not know whose orders are; `again` also until the window is wholly observed.
        - `gmv`, `link_gmv`, `shop_gmv` (Decimal): Valid GMV of the window: of members, of orders placed by a group's
          link, of the shop. Missing where orders have no amounts; by links where they do not say so.
        - `points` (Int64): Points that members earned in the window. Missing without `points_ledger`.
        - `accepted_rate`, `speaker_rate`, `buyer_rate`, `again_rate`, each with `_low` and `_high` (float): of invited,
          members, members, buyers (Wilson).
        - `gmv_rate`, `link_rate` (float): Members' GMV over the shop's, and GMV by links over the members'.
          `points_per_gmv` (float): Points over members' GMV. NaN where that is missing or 0.
    """
    spells = _spells(community_members)
    inside = _inside(spells, window)
    begun = window.holds(spells.joined_at)
    ended = window.holds(spells.left_at) & (spells.left_at < window.observed_end)
    at_start = (spells.joined_at < window.start) & _open_at(spells, window.start)
    at_end = (spells.joined_at < window.observed_end) & _open_at(spells, window.observed_end)
    counted = spells.aggregate(
        groups=spells.group_id.nunique(where=inside),
        members=spells.user_id.nunique(where=inside),
        start=at_start.sum(),
        joined=begun.sum(),
        left=ended.sum(),
        end=at_end.sum(),
    ).execute()
    row: dict[str, Any] = {name: as_count(counted[name].iloc[0]) for name in counted.columns}
    row["net"] = row["end"] - row["start"]
    row |= _invited(community_members, window) | _spoken(spells, shop, window) | _bought(spells, shop, window)
    row |= _points(spells, shop, window)
    frame = pd.DataFrame([row])
    for name in ("invited", "accepted", "speakers", "messages", "buyers", "again", "points"):
        frame[name] = frame[name].astype("Int64")
    for name, (hits, total) in RATES.items():
        frame = add_rate(frame, hits, total, f"{name}_")
    shares = {"gmv_rate": ("gmv", "shop_gmv"), "link_rate": ("link_gmv", "gmv"), "points_per_gmv": ("points", "gmv")}
    return frame.assign(**{name: _share(row[top], row[whole]) for name, (top, whole) in shares.items()})


def community_groups(
    community_members: ibis.Table, shop: Shop, window: Window, *, sizes: Sequence[int] = (200, 300)
) -> pd.DataFrame:
    """Compare groups by their size and city tier, and each with the rest.

    Of many groups some do well by chance, so a group is told to be above or below the others only where its interval,
    widened for their number (Bonferroni), leaves out the share of all.

    Args:
        community_members: As `community`.
        shop: What the shop has of `orders` and `community_groups` (`group_id`, `city_tier`).
        window: As `community`.
        sizes: Members from which on the next class of size begins.

    Returns:
        A row per class of size, per city tier where groups have one, and per group, in this order; groups by the share
        that bought, the highest first. None where the shop does not know whose orders are.
        - `dimension` (`size`, `city_tier` or `group`), `value` (str): Sizes are named by their edges, such as `0_199`,
          `200_299`, `300_up`.
        - `groups`, `members`, `buyers` (int): Members in the window, each once for each group, and those who bought
          while they were in it. `gmv` (Decimal): Of these orders; missing where they have no amounts.
        - `rate`, `low`, `high` (float): `buyers` over `members` (Wilson; of groups widened for their number).
        - `each` (float): GMV a member. NaN where it is not known.
        - `standing` (str): Of groups `above`, `below` or `alike`; else empty.
    """
    columns = ["dimension", "value", "groups", "members", "buyers", "gmv", "rate", "low", "high", "each", "standing"]
    if "orders" not in shop or "user_id" not in shop["orders"].columns:
        return pd.DataFrame(columns=columns)
    frame = _by_group(_spells(community_members), shop, window)
    frame["size"] = [_size(members, sizes) for members in frame["members"]]
    parts = [_added(frame, name) for name in ("size", "city_tier") if name in frame.columns]
    own = frame.assign(dimension="group", value=frame["group_id"], groups=1)
    count = max(len(own), 1)
    low, high = wilson(own["buyers"], own["members"], 1 - (1 - CONFIDENCE) / count)
    overall = own["buyers"].sum() / own["members"].sum() if own["members"].sum() else np.nan
    own = own.assign(rate=own["buyers"] / own["members"].where(own["members"] > 0), low=low, high=high)
    own["standing"] = np.select([own["low"] > overall, own["high"] < overall], ["above", "below"], "alike")
    own = own.sort_values(["rate", "members"], ascending=False)
    whole = pd.concat([*parts, own], ignore_index=True)
    whole["each"] = [_share(gmv, members) for gmv, members in zip(whole["gmv"], whole["members"], strict=True)]
    return whole[columns]


def group_joiners(community_members: ibis.Table, window: Window) -> ibis.Table:
    """Who joined a group in the window and had been in none before: `user_id`.

    Args:
        community_members: As `community`.
        window: The campaign.
    """
    spells = _spells(community_members)
    firsts = spells.group_by("user_id").aggregate(first_at=spells.joined_at.min())
    return firsts.filter(window.holds(firsts.first_at), firsts.first_at < window.observed_end).select("user_id")


def outside_groups(users: ibis.Table, community_members: ibis.Table, window: Window) -> ibis.Table:
    """The rows of `users` who had been in no group before the start: those who could join one.

    Args:
        users: One row per user: `user_id` and whatever else is known.
        community_members: As `community`; staff are left out too.
        window: The campaign.
    """
    require(community_members, "community_members", "user_id", "joined_at")
    known = community_members.filter(community_members.joined_at < window.start)
    if "role" in community_members.columns:
        known = known.union(community_members.filter(community_members.role == _STAFF))
    return users.anti_join(known, "user_id")


RATES = {
    "accepted": ("accepted", "invited"),
    "speaker": ("speakers", "members"),
    "buyer": ("buyers", "members"),
    "again": ("again", "buyers"),
}
"""Rates of a community: numerator and denominator."""


def _members(community_members: ibis.Table) -> ibis.Table:
    require(community_members, "community_members", "group_id", "user_id", "joined_at")
    if "role" not in community_members.columns:
        return community_members
    return community_members.filter(community_members.role.fill_null("") != _STAFF)


def _spells(community_members: ibis.Table) -> ibis.Table:
    """From when until when each member was in each group; `left_at` is empty while they are in it."""
    told = _members(community_members)
    left = told.left_at if "left_at" in told.columns else ibis.null("timestamp")
    joined = told.filter(told.joined_at.notnull())
    return joined.select("group_id", "user_id", "joined_at", left_at=left)


def _open_at(spells: ibis.Table, moment: dt.datetime) -> Any:  # noqa: ANN401 - a column
    return spells.left_at.isnull() | (spells.left_at >= moment)


def _inside(spells: ibis.Table, window: Window) -> Any:  # noqa: ANN401 - a column
    """Who was in a group at some moment of the window."""
    return (spells.joined_at < window.observed_end) & _open_at(spells, window.start)


def _invited(community_members: ibis.Table, window: Window) -> dict[str, int | None]:
    told = _members(community_members)
    if "invited_at" not in told.columns:
        return {"invited": None, "accepted": None}
    asked = told.filter(window.holds(told.invited_at), told.invited_at < window.observed_end)
    counted = asked.aggregate(
        invited=asked.count(),
        accepted=(asked.joined_at < window.observed_end).fill_null(ibis.literal(value=False)).sum(),
    ).execute()
    return {name: as_count(counted[name].iloc[0]) for name in ("invited", "accepted")}


def _spoken(spells: ibis.Table, shop: Shop, window: Window) -> dict[str, int | None]:
    if "community_messages" not in shop:
        return {"speakers": None, "messages": None}
    said = shop["community_messages"]
    require(said, "community_messages", "group_id", "user_id", "on", "messages")
    said = said.filter(said.on >= window.start.date(), said.on <= window.last_day, said.on < window.observed.date())
    inside = spells.filter(_inside(spells, window)).select("group_id", "user_id").distinct()
    own = said.semi_join(inside, ["group_id", "user_id"])
    counted = own.aggregate(speakers=own.user_id.nunique(where=own.messages > 0), messages=own.messages.sum()).execute()
    return {name: as_count(counted[name].iloc[0]) for name in ("speakers", "messages")}


def _member_orders(spells: ibis.Table, orders: ibis.Table, window: Window) -> ibis.Table:
    """The members' valid orders of the window, one row for each group that they were in then."""
    valid = orders_of_people(orders, window, until=window.observed)
    amount = valid.amount if "amount" in valid.columns else ibis.null("decimal(18, 2)")
    bought = valid.select("order_id", "ordered_at", buyer_id=valid.user_id, amount=amount)
    joined = bought.inner_join(spells, bought.buyer_id == spells.user_id)
    return joined.filter(
        joined.ordered_at >= joined.joined_at, joined.left_at.isnull() | (joined.ordered_at < joined.left_at)
    )


def _bought(spells: ibis.Table, shop: Shop, window: Window) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(("buyers", "again", "gmv", "link_gmv", "shop_gmv"))
    if "orders" not in shop:
        return row
    orders = shop["orders"]
    valued = "amount" in orders.columns
    valid = valid_orders(orders, window, until=window.observed)
    if valued:
        row["shop_gmv"] = as_money(valid.amount.sum().execute())
        if "group_id" in valid.columns:
            row["link_gmv"] = as_money(valid.filter(valid.group_id.notnull()).amount.sum().execute())
    if "user_id" not in orders.columns:
        return row
    own = _member_orders(spells, orders, window)
    own = own.select("order_id", "user_id", "ordered_at", "amount").distinct()
    people = own.group_by("user_id").aggregate(days=day_number(own.ordered_at).nunique(), gmv=own.amount.sum())
    counted = people.aggregate(buyers=people.count(), again=(people.days > 1).sum(), gmv=people.gmv.sum()).execute()
    row["buyers"] = as_count(counted["buyers"].iloc[0])
    row["again"] = as_count(counted["again"].iloc[0]) if window.observed >= window.end else None
    row["gmv"] = as_money(counted["gmv"].iloc[0]) if valued else None
    return row


def _points(spells: ibis.Table, shop: Shop, window: Window) -> dict[str, int | None]:
    if "points_ledger" not in shop:
        return {"points": None}
    ledger = shop["points_ledger"]
    require(ledger, "points_ledger", "user_id", "occurred_at", "kind", "points")
    earned = ledger.filter(window.holds(ledger.occurred_at), ledger.occurred_at < window.observed)
    earned = earned.filter(earned.points > 0, earned.kind != OPENING)
    members = spells.filter(_inside(spells, window)).select("user_id").distinct()
    return {"points": as_count(earned.semi_join(members, "user_id").points.sum().execute())}


def _by_group(spells: ibis.Table, shop: Shop, window: Window) -> pd.DataFrame:
    """One row per group: members and buyers of the window, GMV, and its city tier where groups have one."""
    inside = spells.filter(_inside(spells, window))
    members = inside.group_by("group_id").aggregate(members=inside.user_id.nunique()).execute()
    own = _member_orders(spells, shop["orders"], window)
    bought = own.group_by("group_id").aggregate(buyers=own.user_id.nunique(), gmv=own.amount.sum()).execute()
    frame: pd.DataFrame = members.merge(bought, on="group_id", how="left").sort_values("group_id", ignore_index=True)
    frame["buyers"] = frame["buyers"].fillna(0).astype("int64")
    valued = "amount" in shop["orders"].columns
    frame["gmv"] = pd.Series([as_money(one) if valued else None for one in frame["gmv"]], dtype=object)
    groups = shop.get("community_groups")
    if groups is not None and "city_tier" in groups.columns:
        frame = frame.merge(groups.select("group_id", "city_tier").execute(), on="group_id", how="left")
    return frame.astype({"group_id": str})


def _size(members: int, sizes: Sequence[int]) -> str:
    edges = [0, *sizes]
    place = int(np.searchsorted(edges, members, side="right")) - 1
    return f"{edges[place]}_{edges[place + 1] - 1}" if place + 1 < len(edges) else f"{edges[place]}_up"


def _added(frame: pd.DataFrame, dimension: str) -> pd.DataFrame:
    grouped = frame[frame[dimension].notna()].groupby(dimension, sort=False)
    rows = [
        {
            "dimension": dimension,
            "value": str(value),
            "groups": len(own),
            "members": int(own["members"].sum()),
            "buyers": int(own["buyers"].sum()),
            "gmv": None if own["gmv"].isna().any() else sum(own["gmv"], as_money(0)),
            "standing": "",
        }
        for value, own in grouped
    ]
    named = pd.DataFrame(rows, columns=["dimension", "value", "groups", "members", "buyers", "gmv", "standing"])
    turn = (
        named["value"].str.extract(r"^(\d+)_", expand=False).astype("float64")
        if dimension == "size"
        else named["value"]
    )
    return add_rate(named.loc[turn.sort_values(kind="stable").index], "buyers", "members")


def _share(part: Any, whole: Any) -> float:  # noqa: ANN401 - counts and amounts
    if part is None or whole is None or not whole:
        return float("nan")
    return float(part) / float(whole)
