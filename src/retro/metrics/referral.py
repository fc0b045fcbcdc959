"""Referral: who invited whom, how many registered and ordered, and whether the programme grows by itself."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pandas as pd
from scipy.special import ndtri

from retro.metrics.cost import total_cost
from retro.metrics.intervals import CONFIDENCE, add_rate, difference_ends
from retro.metrics.money import as_count, as_money, per_head
from retro.metrics.orders import orders_of_people
from retro.metrics.shop import Shop
from retro.metrics.windows import DAY, require
from retro.periods import Window

INVITED, OTHERS = "invited", "others"


def referral(
    invitations: ibis.Table, users: ibis.Table, shop: Shop, window: Window, *, campaign_id: str
) -> pd.DataFrame:
    """Count invitations of a campaign, who registered and ordered by them, and how far it grows by itself.

    K is the new users that each eligible user brings: invitations per eligible user times registrations per invitation.
    Above 1 a programme grows by itself. Its interval takes eligible users, not invitations, as independent: some invite
    dozens.

    Args:
        invitations: One row per invitation: `inviter_id`, `invitee_id` (empty while nobody registered by it),
            `invited_at` (local), optionally `reward_amount`.
        users: One row per user: `user_id`, `registered_at` (local).
        shop: What the shop has of `orders` and `campaign_costs`.
        window: The campaign, and until when it was observed.
        campaign_id: Whose costs count.

    Returns:
        One row.
        - `eligible` (int): Users who had registered before the end; `inviters` (int): of these, who invited.
        - `invitations`, `registered` (int): Invitations sent in the window, and those whose invitee then registered in
          it; who invites himself, or the person who invited him, does not count.
        - `buyers` (Int64): Of the registered, who have ordered since. Missing without `orders`.
        - `new_users` (int): All who registered in the window.
        - `own`, `rings` (int): Invitations of oneself, and of the person by whom one was invited.
        - `inviter_rate`, `registered_rate`, `bought_rate`, `share_rate`, each with `_low` and `_high` (float): inviters
          over eligible, registered over invitations, buyers over invitations, registered over new users (Wilson).
        - `each` (float): Invitations per inviter. `k`, `k_low`, `k_high` (float): Registered per eligible user.
        - `cycle_days` (float): Median days from invitation to registration.
        - `rewards`, `cost` (Decimal): Rewards, and what was booked for the campaign, or else the rewards. Missing where
          not known. `cost_per_buyer` (Decimal): Cost over buyers.
    """
    edges = _edges(invitations, users, window)
    known = users.filter(users.registered_at < window.observed_end)
    counts = known.aggregate(eligible=known.count(), new=(known.registered_at >= window.start).sum()).execute()
    eligible, new = (as_count(counts[name].iloc[0]) for name in ("eligible", "new"))
    joined = edges[edges["joined"]]
    buyers = _buyers(joined, shop, window)
    rewards = as_money(edges["reward"].sum()) if edges["reward"].notna().any() else None
    booked = total_cost(shop, campaign_id)
    cost = rewards if booked is None else booked
    row: dict[str, Any] = {
        "eligible": eligible,
        "inviters": int(edges["inviter_id"].nunique()),
        "invitations": len(edges),
        "registered": len(joined),
        "buyers": buyers,
        "new_users": new,
        "own": int(edges["own"].sum()),
        "rings": int(edges["ring"].sum()),
        "each": len(edges) / edges["inviter_id"].nunique() if len(edges) else np.nan,
        "cycle_days": ((joined["registered_at"] - joined["invited_at"]).dt.total_seconds() / 86_400).median(),
        "rewards": rewards,
        "cost": cost,
        "cost_per_buyer": per_head(cost, buyers) if cost is not None and buyers else None,
    }
    frame = pd.DataFrame([row | _growth(joined, eligible)])
    frame["buyers"] = frame["buyers"].astype("Int64")
    pairs = {
        "inviter": ("inviters", "eligible"),
        "registered": ("registered", "invitations"),
        "bought": ("buyers", "invitations"),
        "share": ("registered", "new_users"),
    }
    for name, (hits, total) in pairs.items():
        frame = add_rate(frame, hits, total, f"{name}_")
    return frame


def referral_generations(invitations: ibis.Table, users: ibis.Table, window: Window) -> pd.DataFrame:
    """Count who registered by each generation: invited by an old user, by one of these, and so on.

    Args:
        invitations: As `referral`.
        users: As `referral`.
        window: As `referral`.

    Returns:
        One row per generation that anybody registered in: `generation` (int, from 1), `inviters`, `registered` (int).
    """
    edges = _edges(invitations, users, window)
    joined = edges[edges["joined"]].sort_values("registered_at")
    generation: dict[str, int] = {}
    for inviter, invitee in zip(joined["inviter_id"], joined["invitee_id"], strict=True):
        generation[invitee] = generation.get(inviter, 0) + 1
    named = joined.assign(generation=[generation[invitee] for invitee in joined["invitee_id"]])
    counted = named.groupby("generation").agg(inviters=("inviter_id", "nunique"), registered=("invitee_id", "count"))
    return counted.reset_index().astype("int64")


def referral_value(
    invitations: ibis.Table, users: ibis.Table, orders: ibis.Table, window: Window, *, order_days: int = 30
) -> pd.DataFrame:
    """Compare new users who were invited with the other new users of the same days.

    Args:
        invitations: As `referral`.
        users: As `referral`.
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, optionally `amount`.
        window: As `referral`.
        order_days: Days from registration in which orders count; who registered later than that before the data ends is
            left out.

    Returns:
        Two rows, `invited` and `others`.
        - `group` (str); `members`, `buyers` (int): New users whose days were observed, and who ordered in them.
        - `rate`, `low`, `high` (float): `buyers` over `members`, with its 95 % Wilson interval.
        - `gmv` (Decimal), `value` (Decimal): Their valid orders in these days, and per member. Missing where orders
          have no amounts.
        - `difference`, `difference_low`, `difference_high` (float): The invited's rate less the others' (Newcombe); in
          the first row.
    """
    edges = _edges(invitations, users, window)
    ids = sorted(set(edges.loc[edges["joined"], "invitee_id"]))
    last = window.observed - order_days * DAY
    fresh = users.filter(window.holds(users.registered_at), users.registered_at <= last)
    fresh = fresh.select("user_id", "registered_at", invited=fresh.user_id.isin(ids) if ids else ibis.literal(False))  # noqa: FBT003 - ibis
    valid = orders_of_people(orders, until=window.observed)
    amount = valid.amount if "amount" in valid.columns else ibis.null("decimal(18, 2)")
    bought = valid.select(buyer_id="user_id", ordered_at="ordered_at", amount=amount)
    joined = fresh.left_join(bought, fresh.user_id == bought.buyer_id)
    inside = (joined.ordered_at >= joined.registered_at) & (
        joined.ordered_at.epoch_seconds() < joined.registered_at.epoch_seconds() + order_days * 86_400
    )
    inside = inside.fill_null(False)  # noqa: FBT003 - ibis takes the value by position
    found = joined.group_by("invited").aggregate(
        members=joined.user_id.nunique(),
        buyers=joined.user_id.nunique(where=inside),
        gmv=joined.amount.sum(where=inside),
    )
    by_group = {bool(row["invited"]): row for row in found.execute().to_dict("records")}
    rows = []
    for name, invited in ((INVITED, True), (OTHERS, False)):
        row = by_group.get(invited, {})
        members, buyers = as_count(row.get("members")), as_count(row.get("buyers"))
        gmv = as_money(row.get("gmv")) if "amount" in valid.columns else None
        rows.append((name, members, buyers, gmv, None if gmv is None else per_head(gmv, members)))
    frame = add_rate(pd.DataFrame(rows, columns=["group", "members", "buyers", "gmv", "value"]), "buyers", "members")
    one, other = ((row["rate"], row["low"], row["high"]) for row in frame.to_dict("records"))
    ends = (one[0] - other[0], *difference_ends(one, other))
    for name, value in zip(("difference", "difference_low", "difference_high"), ends, strict=True):
        frame[name] = [value, np.nan]
    return frame


def _edges(invitations: ibis.Table, users: ibis.Table, window: Window) -> pd.DataFrame:
    """Each invitation of the window, whether its invitee registered in it by it, and what is wrong with it."""
    require(invitations, "invitations", "inviter_id", "invitee_id", "invited_at")
    require(users, "users", "user_id", "registered_at")
    sent = invitations.filter(window.holds(invitations.invited_at), invitations.invited_at < window.observed)
    reward = sent.reward_amount if "reward_amount" in sent.columns else ibis.null("decimal(18, 2)")
    told = sent.select("inviter_id", "invitee_id", "invited_at", reward=reward)
    known = users.select(known_id="user_id", registered_at="registered_at")
    edges: pd.DataFrame = told.left_join(known, told.invitee_id == known.known_id).drop("known_id").execute()
    edges["own"] = edges["inviter_id"] == edges["invitee_id"]
    back = set(zip(edges["invitee_id"], edges["inviter_id"], strict=True))
    pairs = zip(edges["inviter_id"], edges["invitee_id"], strict=True)
    edges["ring"] = pd.Series([pair in back for pair in pairs], index=edges.index, dtype=bool) & ~edges["own"]
    at = pd.to_datetime(edges["registered_at"])
    edges["registered_at"] = at
    in_time = (at >= edges["invited_at"]) & (at < pd.Timestamp(window.observed_end))
    edges["joined"] = in_time & ~edges["own"] & ~edges["ring"]
    return edges.sort_values(["invited_at", "inviter_id"], ignore_index=True)


def _buyers(joined: pd.DataFrame, shop: Shop, window: Window) -> int | None:
    if "orders" not in shop or "user_id" not in shop["orders"].columns:
        return None
    ids = sorted(set(joined["invitee_id"]))
    bought = orders_of_people(shop["orders"], until=window.observed)
    return as_count(bought.filter(bought.user_id.isin(ids)).user_id.nunique().execute()) if ids else 0


def _growth(joined: pd.DataFrame, eligible: int) -> dict[str, float]:
    """K and its interval, over eligible users."""
    if not eligible:
        return dict.fromkeys(("k", "k_low", "k_high"), np.nan)
    each = joined.groupby("inviter_id").size()
    k = len(joined) / eligible
    variance = (float((each**2).sum()) / eligible - k**2) / eligible
    half = float(ndtri((1 + CONFIDENCE) / 2)) * variance**0.5
    return {"k": k, "k_low": max(k - half, 0.0), "k_high": k + half}
