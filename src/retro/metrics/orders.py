"""Orders: which are valid."""

import datetime as dt
import math

import ibis

from retro.metrics.history import history
from retro.metrics.intervals import ratio_ends
from retro.metrics.windows import require
from retro.periods import Window

VALID_STATUS = "paid"
"""Only a paid order counts: pending may never be paid, cancelled and refunded came back, fraudulent never was one."""


def valid_orders(orders: ibis.Table, window: Window | None = None, *, until: dt.datetime | None = None) -> ibis.Table:
    """The orders that count: paid; of a window, or before a moment, where one is named.

    Guests' orders count too; `user_id` is empty for all where the shop keeps none. Figures of people take
    `orders_of_people`.
    """
    require(orders, "orders", "order_id", "ordered_at", "status")
    valid = with_buyers(orders.filter(orders.status == VALID_STATUS))
    if window is not None:
        valid = valid.filter(window.holds(valid.ordered_at))
    return valid if until is None else valid.filter(valid.ordered_at < until)


def reverses(orders: ibis.Table) -> ibis.Value:
    """Whether an order reverses others: credit notes of negative amounts, as some shops keep among cancelled orders.

    They were never ordered and count nowhere as orders; what they give back is a deduction, whoever's order it was.
    """
    return (orders.status != VALID_STATUS) & (orders.amount < 0)


def sold_items(order_items: ibis.Table) -> ibis.Table:
    """The lines that were sold: gifts (`is_gift`) came along, and count neither as pieces nor as lines of a basket."""
    if "is_gift" not in order_items.columns:
        return order_items
    return order_items.filter(~order_items.is_gift.fill_null(ibis.literal(value=False)))


def orders_of_people(
    orders: ibis.Table, window: Window | None = None, *, until: dt.datetime | None = None
) -> ibis.Table:
    """The valid orders whose buyer is known, for figures of people.

    Raises:
        MissingColumn: The shop does not keep who ordered.
    """
    require(orders, "orders", "user_id")
    valid = valid_orders(orders, window, until=until)
    return valid.filter(valid.user_id.notnull())


def with_buyers(orders: ibis.Table) -> ibis.Table:
    """The orders with `user_id`, empty for all where the shop does not keep who ordered."""
    return orders if "user_id" in orders.columns else orders.mutate(user_id=ibis.null("string"))


def with_amounts(orders: ibis.Table) -> ibis.Table:
    """The orders with `amount`, empty for all where the shop does not keep what they were worth."""
    return orders if "amount" in orders.columns else orders.mutate(amount=ibis.null("decimal(18, 2)"))


def buyers_of(orders: ibis.Table) -> ibis.Value:
    """How many people ordered; null where there are orders, but nobody knows whose."""
    people = orders.user_id.nunique()
    return ibis.ifelse((orders.count() > 0) & (people == 0), ibis.null("int64"), people)


def order_value_ends(valid: ibis.Table) -> tuple[float, float]:
    """The interval of GMV per order, by how both vary between buyers, as `ratio_ends` has it; NaN where one is unknown.

    Args:
        valid: Valid orders: `user_id`, `amount`.
    """
    money = valid.amount.cast("float64")
    each = valid.group_by("user_id").aggregate(gmv=money.sum(), orders=valid.count())
    sums = each.aggregate(
        buyers=each.user_id.count(),
        people=each.count(),
        gmv=each.gmv.sum(),
        orders=each.orders.sum(),
        squares=(each.gmv * each.gmv).sum(),
        both=(each.gmv * each.orders).sum(),
        counts=(each.orders * each.orders).sum(),
    )
    (row,) = sums.execute().to_dict("records")
    if row["buyers"] < row["people"] or not row["people"]:
        return math.nan, math.nan
    squares = (float(row["squares"]), float(row["both"]), float(row["counts"]))
    return ratio_ends(float(row["gmv"]), float(row["orders"]), squares, int(row["people"]))


def refunds_until(refunds: ibis.Table, until: dt.datetime) -> ibis.Table:
    """The refunds before a moment; those that nobody dated are taken to have happened."""
    if "refunded_at" not in refunds.columns:
        return refunds
    return refunds.filter((refunds.refunded_at < until) | refunds.refunded_at.isnull())


def price_protected(refunds: ibis.Table, *, is_so: bool) -> ibis.Table:
    """What was paid back because the price fell, with the goods kept, or the refunds without that."""
    if "is_price_protection" not in refunds.columns:
        return refunds.limit(0) if is_so else refunds
    return refunds.filter(refunds.is_price_protection.fill_null(ibis.literal(value=False)) == is_so)


def first_day(orders: ibis.Table, until: dt.datetime) -> dt.datetime | None:
    """The midnight from which on valid orders are known, as `history` finds it; None where there is none."""
    return history(valid_orders(orders, until=until), "ordered_at").since
