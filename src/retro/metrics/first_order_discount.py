"""First-order discount: what the welcome discount took off the margin of new users' first orders."""

import datetime as dt

import ibis
import pandas as pd

from retro.clocks import instant
from retro.economics import UnitEconomics
from retro.metrics.attribution import from_cents
from retro.metrics.money import per_head
from retro.metrics.orders import VALID_STATUS
from retro.metrics.pnl.orders import order_economics
from retro.metrics.shop import Shop
from retro.metrics.windows import require
from retro.periods import Window


def first_order_discount(
    users: ibis.Table, orders: ibis.Table, shop: Shop, window: Window, *, within: dt.timedelta, economics: UnitEconomics
) -> pd.DataFrame:
    """Sum the discount on new users' first orders, and their margin with and without it.

    The discount is what was taken off the list price beyond coupons. All of it is counted, also on orders that would
    have been placed without it. A user's first orders of one moment, such as a basket of several sellers, are one first
    order with all their amounts: nothing tells which of them came first.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        orders: As in `order_economics`.
        shop: As in `order_economics`.
        window: The campaign or period.
        within: How long after the registration a first order counts, to the second, as in `funnel`; the end included.
        economics: As in `order_economics`.

    Returns:
        One row, of first valid orders.
        - `users` (int): New users.
        - `orders` (int): Of these, users whose first valid order ever came in time.
        - `discounted` (int): Of those orders, the ones that the discount made cheaper.
        - `listed`, `discount`, `paid` (Decimal): List price of all these orders, the discount on it, and what was paid.
        - `discount_rate` (float): `discount` over `listed`. NaN where nothing was listed.
        - `discount_per_order` (Decimal): `discount` over `discounted`. None without any.
        - `margin_before`, `margin` (Decimal): Paid less goods, with the discount given back and as it was. None where
          goods' costs are not known.
        - `margin_lost_rate` (float): `discount` over `margin_before`. NaN where that is not above 0.
    """
    require(users, "users", "user_id", "registered_at")
    require(orders, "orders", "user_id")
    inside = users.filter(window.holds(users.registered_at))
    new = inside.select("user_id", born="registered_at")
    table = order_economics(orders, shop, economics)
    table = table.filter(table.status == VALID_STATUS)
    firsts = table.group_by("user_id").aggregate(first_at=table.ordered_at.min())
    first = table.inner_join(firsts, "user_id").filter(lambda row: row.ordered_at == row.first_at)
    amounts = {name: first[name].sum() for name in ("listed", "discount", "paid", "goods")}
    once = first.group_by("user_id", "ordered_at").aggregate(**amounts, unknown=first.goods.isnull().sum())
    opening = once.inner_join(new, "user_id")
    counted = opening.filter(
        opening.ordered_at >= opening.born,
        instant(opening.ordered_at) <= instant(opening.born) + ibis.interval(seconds=int(within.total_seconds())),
    )
    sums = counted.aggregate(
        orders=counted.count(),
        discounted=ibis.ifelse(counted.discount > 0, 1, 0).sum(),
        listed=counted.listed.sum(),
        discount=counted.discount.sum(),
        paid=counted.paid.sum(),
        goods=counted.goods.sum(),
        unknown=counted.unknown.sum(),
    )
    return pd.DataFrame([_row(int(new.count().execute()), sums.execute().fillna(0).iloc[0])])


def _row(users: int, sums: pd.Series) -> dict[str, object]:
    listed, discount, paid, goods = (from_cents(sums[name]) for name in ("listed", "discount", "paid", "goods"))
    discounted = int(sums["discounted"])
    known = not sums["unknown"]
    before = paid + discount - goods
    return {
        "users": users,
        "orders": int(sums["orders"]),
        "discounted": discounted,
        "listed": listed,
        "discount": discount,
        "paid": paid,
        "discount_rate": float(discount / listed) if listed else float("nan"),
        "discount_per_order": per_head(discount, discounted),
        "margin_before": before if known else None,
        "margin": paid - goods if known else None,
        "margin_lost_rate": float(discount / before) if known and before > 0 else float("nan"),
    }
