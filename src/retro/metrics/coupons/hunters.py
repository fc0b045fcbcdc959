"""Bonus hunters (羊毛党): buyers who never buy without a coupon."""

import ibis
import numpy as np
import pandas as pd

from retro.metrics.attribution import from_cents
from retro.metrics.intervals import rate_of
from retro.metrics.orders import orders_of_people
from retro.metrics.pnl.orders import used_coupons
from retro.metrics.windows import check_at_least
from retro.periods import Window

LEAST_ORDERS = 2


def coupon_hunters(
    orders: ibis.Table, coupons: ibis.Table, window: Window, *, least_orders: int = LEAST_ORDERS
) -> pd.DataFrame:
    """Count the campaign's coupon users who never bought without one, and how many chance alone would give.

    A bonus hunter used a coupon in the campaign, has `least_orders` valid orders or more by its end, and a coupon on
    every one of them. By chance, if coupons fell on orders at the shop's rate `p`, a user with n orders is one with
    probability p ** (n - 1).

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`.
        coupons: One row per coupon: `face_amount`, `order_id`.
        window: The campaign.
        least_orders: Valid orders that a hunter has at least.

    Returns:
        One row.
        - `coupon_buyers` (int): Users with a valid order in the campaign that used a coupon.
        - `hunters` (int): Those of them whose every order used one.
        - `rate`, `low`, `high` (float): `hunters` over `coupon_buyers`, with its Wilson interval. NaN without any.
        - `by_chance` (float): Hunters that would be expected if coupons fell on orders at random.
        - `coupon_order_rate` (float): Share of all valid orders by the end that used one: `p`.
        - `subsidy`, `hunted` (Decimal): Face value used in the campaign, and the hunters' part of it.
    """
    check_at_least("least_orders", least_orders, LEAST_ORDERS)
    used = used_coupons(coupons)
    valid = orders_of_people(orders, until=window.end)
    valid = valid.left_join(used, "order_id").drop("order_id_right")
    inside, with_one = valid.ordered_at >= window.start, valid.face.notnull()
    users = valid.group_by("user_id").aggregate(
        orders=valid.count(),
        with_one=ibis.ifelse(with_one, 1, 0).sum(),
        face=ibis.ifelse(inside, valid.face.fill_null(0), 0).sum(),
        now=ibis.ifelse(inside & with_one, 1, 0).sum(),
    )
    whole = users.aggregate(orders=users.orders.sum(), with_one=users.with_one.sum()).execute()
    rate = float(whole["with_one"][0]) / float(whole["orders"][0]) if whole["orders"][0] else np.nan
    groups = (
        users.filter(users.now > 0)
        .group_by("orders", always=lambda row: row.with_one == row.orders)
        .aggregate(users=lambda row: row.count(), face=lambda row: row.face.sum())
        .execute()
    )
    return _row(groups, rate, least_orders)


def _row(groups: pd.DataFrame, rate: float, least_orders: int) -> pd.DataFrame:
    able = groups[groups["orders"] >= least_orders]
    hunting = able[able["always"].astype(bool)]
    buyers, hunters = int(groups["users"].sum()), int(hunting["users"].sum())
    row = {
        "coupon_buyers": buyers,
        "hunters": hunters,
        **rate_of(hunters, buyers),
        "by_chance": float((able["users"] * rate ** (able["orders"] - 1)).sum()),
        "coupon_order_rate": rate,
        "subsidy": from_cents(groups["face"].sum()),
        "hunted": from_cents(hunting["face"].sum()),
    }
    return pd.DataFrame([row])
