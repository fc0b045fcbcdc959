"""Customers: orders, GMV and margin by newness and tier, and moves between tiers."""

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd

from retro.economics import UnitEconomics
from retro.errors import MetricError
from retro.metrics.attribution import from_cents
from retro.metrics.money import per_head
from retro.metrics.orders import VALID_STATUS
from retro.metrics.pnl.orders import order_economics
from retro.metrics.shop import Shop
from retro.metrics.tiers import four_tiers, members, tier_of
from retro.metrics.windows import DAY, require
from retro.periods import Window

NEW, OLD = "first_time", "returning"
"""Buyers whose first valid order ever lies in the period, and all others."""

YEAR = 365 * DAY
"""How far back a tier looks."""

NOT_MEMBER = "not_member"
"""Where somebody stood before registering."""


def customer_contribution(
    users: ibis.Table, orders: ibis.Table, shop: Shop, window: Window, *, high_value: Decimal, economics: UnitEconomics
) -> pd.DataFrame:
    """Sum what buyers brought, by newness and by tier at the start of the period.

    Tiers are those of the day before, so that purchases of the period do not change the buyer's tier.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        orders: As `order_economics`.
        shop: As `order_economics`.
        window: The period.
        high_value: Amount bought in a year from which on a member is of high value, in the source's currency.
        economics: As `order_economics`.

    Returns:
        One row per group: `cut` `newness` has `first_time` and `returning`; `cut` `tier` the four tiers and
        `not_member` (registered in the period); each cut adds up to all valid orders of the period.
        - `cut`, `group` (str).
        - `buyers`, `orders` (int).
        - `gmv` (Decimal), `gmv_share` (float): Amounts of valid orders, and over those of all.
        - `order_value` (Decimal): `gmv` over `orders`. None without orders.
        - `subsidy` (Decimal): Discounts and coupons taken off list price. `subsidy_rate` (float): Over list price.
        - `margin` (Decimal): `gmv` less returns so far and cost of goods. None where that cost is not known.
        - `margin_rate` (float): Over `gmv`. NaN where either is missing.

    Raises:
        MetricError: A cut does not add up to all orders.
    """
    require(orders, "orders", "user_id")
    valid = order_economics(orders, shop, economics)
    valid = valid.filter(valid.status == VALID_STATUS, valid.user_id.notnull(), valid.ordered_at < window.end)
    first = valid.group_by("user_id").aggregate(first=valid.ordered_at.min())
    inside = valid.filter(valid.ordered_at >= window.start).inner_join(first, "user_id")
    newness = ibis.ifelse(inside["first"] >= window.start, NEW, OLD)
    standing = _tiers_at(users, orders, window.start, high_value).select(member_id="user_id", standing="tier")
    placed = inside.mutate(newness=newness).left_join(standing, inside.user_id == standing.member_id)
    placed = placed.mutate(tier=placed.standing.fill_null(NOT_MEMBER))
    tiers = [*dict.fromkeys(four_tiers(0)["tier"]), NOT_MEMBER]
    total = from_cents(inside.paid.sum().execute())
    frames = [_sums(placed, "newness", [NEW, OLD], total), _sums(placed, "tier", tiers, total)]
    return pd.concat(frames, ignore_index=True)


def tier_migration(users: ibis.Table, orders: ibis.Table, window: Window, *, high_value: Decimal) -> pd.DataFrame:
    """Count members by tier at the start and at the end of the period.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        window: The period.
        high_value: As `customer_contribution`.

    Returns:
        One row per pair of tiers, those that nobody went included; all rows add up to the members at the end.
        - `before` (str): Tier at the start; `not_member` for who registered in the period.
        - `after` (str): Tier at the end.
        - `members` (int): Who went this way.
        - `share` (float): Over all who were in `before`. NaN where nobody was.
    """
    before = _tiers_at(users, orders, window.start, high_value).select(before_id="user_id", before="tier")
    after = _tiers_at(users, orders, window.end, high_value).select("user_id", after="tier")
    both = after.left_join(before, after.user_id == before.before_id)
    both = both.mutate(before=both.before.fill_null(NOT_MEMBER))
    counted = both.group_by("before", "after").aggregate(members=both.count()).execute()
    tiers = list(dict.fromkeys(four_tiers(0)["tier"]))
    pairs = pd.MultiIndex.from_product([[*tiers, NOT_MEMBER], tiers], names=["before", "after"])
    frame = counted.set_index(["before", "after"])["members"].reindex(pairs, fill_value=0).astype("int64").reset_index()
    whole = frame.groupby("before")["members"].transform("sum").astype("float64")
    shared: pd.DataFrame = frame.assign(share=frame["members"] / whole.where(whole > 0))
    return shared


def _tiers_at(users: ibis.Table, orders: ibis.Table, moment: dt.datetime, high_value: Decimal) -> ibis.Table:
    year = orders.filter(orders.ordered_at >= moment - YEAR)
    table = members(users, year, observed_until=moment)
    return table.select("user_id", tier=tier_of(table, four_tiers(float(high_value))))


def _sums(placed: ibis.Table, cut: str, groups: list[str], total: Decimal) -> pd.DataFrame:
    left = placed.paid - placed.returned - placed.goods
    counted = placed.group_by(group=placed[cut]).aggregate(
        buyers=placed.user_id.nunique(),
        orders=placed.count(),
        gmv=placed.paid.sum(),
        off=placed.discount.sum() + placed.coupon.sum(),
        listed=placed.listed.sum(),
        left=left.sum(),
        unknown=placed.goods.isnull().sum(),
    )
    counted = counted.execute().set_index("group")
    found = {name: counted.loc[name].to_dict() for name in groups if name in counted.index}
    added = from_cents(sum(int(row["gmv"]) for row in found.values()))
    if added != total:
        raise MetricError(f"customer_contribution: GMV by {cut} must add up to {total}, got {added}.")
    return pd.DataFrame([_group(cut, name, found.get(name), total) for name in groups])


def _group(cut: str, name: str, row: dict[str, Any] | None, total: Decimal) -> dict[str, Any]:
    zero = dict.fromkeys(("buyers", "orders", "gmv", "off", "listed", "left", "unknown"), 0)
    row = row or zero
    gmv, orders = from_cents(row["gmv"]), int(row["orders"])
    margin = None if row["unknown"] else from_cents(row["left"])
    return {
        "cut": cut,
        "group": name,
        "buyers": int(row["buyers"]),
        "orders": orders,
        "gmv": gmv,
        "gmv_share": float(gmv / total) if total else np.nan,
        "order_value": per_head(gmv, orders),
        "subsidy": from_cents(row["off"]),
        "subsidy_rate": float(row["off"] / row["listed"]) if row["listed"] else np.nan,
        "margin": margin,
        "margin_rate": float(margin / gmv) if margin is not None and gmv else np.nan,
    }
