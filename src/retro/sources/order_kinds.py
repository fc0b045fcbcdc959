"""Order kinds: what reports make of test orders, deposits with a balance, and gifts."""

import ibis

KINDS = {"orders": ("is_test", "balance_paid_at"), "order_items": ("is_gift",)}
"""The optional columns, by table, that make a report treat some rows apart; its Method says how."""


def counting(orders: ibis.Table) -> ibis.Table:
    """The orders that reports count, each with the status that its payments give it.

    Test orders (`is_test`) are gone. A paid order with a deposit (`deposit_paid_at`) whose balance is not paid
    (`balance_paid_at` empty) is `pending`: its amount is not the shop's yet.

    Examples:
        >>> orders = ibis.memtable({"order_id": ["a", "b", "c"], "is_test": [False, True, None]})
        >>> sorted(counting(orders).execute()["order_id"])
        ['a', 'c']
    """
    columns = orders.columns
    if "is_test" in columns:
        orders = orders.filter(~orders.is_test.fill_null(ibis.literal(value=False)))
    if {"status", "deposit_paid_at", "balance_paid_at"} <= set(columns):
        open_balance = orders.deposit_paid_at.notnull() & orders.balance_paid_at.isnull() & (orders.status == "paid")
        orders = orders.mutate(status=ibis.ifelse(open_balance, "pending", orders.status))
    return orders
