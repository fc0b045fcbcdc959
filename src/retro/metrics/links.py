"""Links: rows that name an order or a person whom the shop's tables do not know."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import ibis

from retro.metrics.shop import Shop
from retro.periods import Window


@dataclass(frozen=True)
class Link:
    """A column whose values another table must know.

    Attributes:
        table: The table of the column.
        column: The column.
        to: The table that knows its values.
        key: The column of them there.
        at: When a row happened; rows without it are not looked at, where the column may be empty for a reason.
        undated: Whether rows without that moment happened too.
    """

    table: str
    column: str
    to: str
    key: str
    at: str
    undated: bool = False


LINKS: Mapping[str, Link] = MappingProxyType(
    {
        f"{link.table}.{link.column}": link
        for link in (
            Link("coupons", "order_id", "orders", "order_id", "used_at"),
            Link("refunds", "order_id", "orders", "order_id", "refunded_at", undated=True),
            Link("exposures", "unit_id", "users", "user_id", "exposed_at", undated=True),
            Link("support_tickets", "user_id", "users", "user_id", "opened_at"),
        )
    }
)
"""The links of which a report says what they lose, by name such as `coupons.order_id`."""


def linked_rows(table: ibis.Table, column: str, known: ibis.Table, key: str) -> tuple[int, int]:
    """Count the rows of a table that name something in a column, and those of them whose name another table knows.

    Args:
        table: Any table.
        column: A column of it; rows that are empty there are not counted.
        known: The table that knows the names.
        key: The column of them there.

    Examples:
        >>> orders, users = ibis.memtable({"user_id": ["a", None, "z"]}), ibis.memtable({"user_id": ["a", "b"]})
        >>> linked_rows(orders, "user_id", users, "user_id")
        (2, 1)
    """
    return _linked(table.filter(table[column].notnull()).select(key=column), known.select(known_key=known[key]))


def unlinked(name: str, shop: Shop, window: Window, experiments: Collection[str] = ()) -> tuple[int, int] | None:
    """Count the rows of a link in a window, and those of them that name nobody or nothing that is known.

    Args:
        name: One of `LINKS`.
        shop: The tables that the shop has.
        window: The campaign or period; refunds count until the data was observed, as they come later.
        experiments: Whose exposures, of users, to look at.

    Returns:
        All rows and the unlinked ones; None where the shop lacks one of the tables or columns, which says so itself.

    Examples:
        >>> import datetime as dt
        >>> orders = ibis.memtable({"order_id": ["a"]})
        >>> coupons = ibis.memtable({"order_id": ["a", None, "z"], "used_at": [dt.datetime(2025, 3, 2)] * 3})
        >>> march = Window(dt.datetime(2025, 3, 1), dt.datetime(2025, 4, 1))
        >>> unlinked("coupons.order_id", {"coupons": coupons, "orders": orders}, march)
        (3, 2)
    """
    link = LINKS[name]
    if link.table not in shop or link.to not in shop:
        return None
    table, known = shop[link.table], shop[link.to]
    if link.column not in table.columns or link.key not in known.columns:
        return None
    if link.table == "exposures":
        table = table.filter(table.experiment_id.isin(list(experiments)))
    else:
        table = _inside(table, link, window)
    keys = known.select(known_key=known[link.key].cast("string"))
    rows, linked = _linked(table.select(key=table[link.column].cast("string")), keys)
    return rows, rows - linked


def _linked(rows: ibis.Table, keys: ibis.Table) -> tuple[int, int]:
    """How many rows there are, and how many of them have a `key` that is a `known_key`."""
    known = keys.filter(keys.known_key.notnull()).distinct()
    joined = rows.left_join(known, rows.key == known.known_key)
    (found,) = joined.aggregate(rows=joined.count(), linked=joined.known_key.count()).execute().itertuples()
    return int(found.rows), int(found.linked)


def named_by_nobody(table: ibis.Table, orders: ibis.Table) -> ibis.Table:
    """A table with `unlinked` (bool): whether its `order_id` names no order that is known."""
    keys = orders.select(known_key="order_id").filter(lambda row: row.known_key.notnull()).distinct()
    joined = table.left_join(keys, table.order_id == keys.known_key)
    return joined.mutate(unlinked=joined.known_key.isnull()).drop("known_key")


def _inside(table: ibis.Table, link: Link, window: Window) -> ibis.Table:
    if link.at not in table.columns:
        return table if link.undated else table.filter(table[link.column].notnull())
    moment = table[link.at]
    inside = moment >= window.start
    inside &= moment < (window.end if link.table != "refunds" else max(window.end, window.observed_until or window.end))
    return table.filter((inside | moment.isnull()) if link.undated else inside)
