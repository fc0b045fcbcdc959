"""Order kinds: what reports make of test orders, deposits with a balance, gifts, parcels and other currencies."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import ibis

KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "orders": ("is_test", "balance_paid_at"),
        "order_items": ("is_gift", "parcel_id"),
        "exchange_rates": ("rate",),
    }
)
"""The optional columns, by table, that make a report treat some rows apart; its Method says how."""

_OF_ORDERS = ("order_items", "refunds")


def counting(name: str, tables: Mapping[str, ibis.Table]) -> ibis.Table:
    """The rows of a canonical table that reports count.

    - Test orders (`is_test`) are gone, with their lines and refunds.
    - A paid order with a deposit (`deposit_paid_at`) whose balance is not paid (`balance_paid_at` empty) is `pending`:
      its amount is not the shop's yet.
    - An order is signed for (`signed_at`) once the last parcel of its lines is (`parcel_id`, `signed_at`); orders that
      share a parcel stay orders of their own.

    Args:
        name: The table.
        tables: The shop's canonical tables by name.

    Examples:
        >>> orders = ibis.memtable({"order_id": ["a", "b", "c"], "is_test": [False, True, None]})
        >>> sorted(counting("orders", {"orders": orders}).execute()["order_id"])
        ['a', 'c']
    """
    table, orders = tables[name], tables.get("orders")
    if name == "orders":
        return _signed(_paid_off(_real(table)), tables.get("order_items"))
    if orders is None or name not in _OF_ORDERS or "is_test" not in orders.columns:
        return table
    return table.anti_join(orders.filter(orders.is_test), "order_id")


def _real(orders: ibis.Table) -> ibis.Table:
    if "is_test" not in orders.columns:
        return orders
    return orders.filter(~orders.is_test.fill_null(ibis.literal(value=False)))


def _paid_off(orders: ibis.Table) -> ibis.Table:
    if not {"status", "deposit_paid_at", "balance_paid_at"} <= set(orders.columns):
        return orders
    open_balance = orders.deposit_paid_at.notnull() & orders.balance_paid_at.isnull() & (orders.status == "paid")
    return orders.mutate(status=ibis.ifelse(open_balance, "pending", orders.status))


def _signed(orders: ibis.Table, lines: Any) -> ibis.Table:  # noqa: ANN401 - ibis is not typed here
    if lines is None or not {"parcel_id", "signed_at"} <= set(lines.columns):
        return orders
    sent = lines.group_by(sent_id="order_id").aggregate(
        parcels=lines.parcel_id.count(),
        last_at=ibis.ifelse(lines.signed_at.count() == lines.count(), lines.signed_at.max(), None),
    )
    joined: Any = orders.left_join(sent, orders.order_id == sent.sent_id)
    own = joined.signed_at if "signed_at" in orders.columns else ibis.null("timestamp")
    return joined.mutate(signed_at=ibis.ifelse(joined.parcels > 0, joined.last_at, own)).drop(
        "sent_id", "parcels", "last_at"
    )
