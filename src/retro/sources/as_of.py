"""As of: take out of a shop's tables what happened after the data was observed."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

import ibis
import ibis.expr.datatypes as dtypes

MOMENTS: Mapping[str, str] = MappingProxyType(
    {
        "users": "registered_at",
        "orders": "ordered_at",
        "refunds": "refunded_at",
        "coupons": "issued_at",
        "events": "occurred_at",
        "page_views": "minute_at",
        "points_ledger": "occurred_at",
        "leaderboard": "snapshot_at",
        "member_tiers": "valid_from",
        "campaign_costs": "incurred_on",
        "ads": "shown_on",
        "stock": "stocked_on",
        "exchange_rates": "on",
        "exposures": "exposed_at",
        "contacts": "contacted_at",
        "invitations": "invited_at",
        "content_pieces": "published_at",
        "content_daily": "on",
        "brand_searches": "on",
        "brand_waves": "surveyed_on",
        "community_groups": "opened_at",
        "community_members": "invited_at",
        "community_messages": "on",
        "live_sessions": "started_at",
        "live_minutes": "minute_at",
        "live_items": "explained_at",
        "offers": "received_at",
        "product_sales": "sold_on",
        "shop_sales": "sold_on",
        "reorders": "triggered_on",
        "samples": "started_on",
        "votes": "voted_at",
        "reviews": "reviewed_at",
        "surveys": "answered_at",
        "support_tickets": "opened_at",
        "incidents": "started_at",
        "competitor_offers": "starts_at",
    }
)
"""The column of each dated table that says when a row came into being."""

_WITHIN: Mapping[str, Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "orders": {"paid_at": (), "balance_paid_at": (), "shipped_at": (), "signed_at": (), "status_at": ()},
        "order_items": {"signed_at": ()},
        "coupons": {"claimed_at": (), "expanded_at": (), "used_at": ("order_id",)},
        "contacts": {"opened_at": ()},
        "live_sessions": {"ended_at": ()},
        "community_members": {"joined_at": (), "left_at": ()},
        "reorders": {"ordered_on": ("units",), "received_on": ()},
        "samples": {"approved_on": ()},
        "support_tickets": {"first_answered_at": (), "closed_at": ("score",)},
        "incidents": {"ended_at": ()},
        "stock": {"sold_out_at": ()},
    }
)
"""What happens to a row later: the column of its moment, and the columns that are filled then."""

ASKED: Mapping[str, Sequence[str]] = MappingProxyType({"orders": ("refunds",), "order_items": ("orders",)})
"""The tables that say what another was like at a moment."""

_OVERWRITTEN: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "orders": ("status", "amount"),
        "order_items": ("quantity", "amount"),
        "coupons": ("face_amount",),
        "incidents": ("failed_requests",),
        "products": ("category", "pool", "list_price", "unit_cost"),
        "reviews": ("rating",),
        "stock": ("sold_units", "closing_units"),
        "users": ("channel", "device", "city_tier"),
    }
)
"""Columns that shops change in place, without a date."""


def as_of(
    name: str,
    tables: Mapping[str, ibis.Table],
    until: dt.datetime,
    now: dt.datetime | None = None,
    known: Collection[tuple[str, str]] | None = None,
) -> ibis.Table:
    """A table as it was at a moment.

    Rows that came into being later are gone, with the lines of such orders. What happened to a row later is undone:
    its moment is empty, an order that was paid later is `pending`, and one that was refunded later is `paid`. A row
    without a date stays. A table in which nothing is later is the table that was given.

    Args:
        name: The canonical table.
        tables: The shop's canonical tables by name, with local times.
        until: Local moment, exclusive.
        now: The present, where rows that are dated later still stay: they are no later rows but wrong ones, and the
            contracts must see them.
        known: The tables' columns of `moments_of` in which a row is later, with the table's name; each is asked where
            nobody knows.

    Examples:
        >>> moments = [dt.datetime(2025, 3, 1), dt.datetime(2025, 3, 9)]
        >>> orders = ibis.memtable({"order_id": ["a", "b"], "ordered_at": moments})
        >>> as_of("orders", {"orders": orders}, dt.datetime(2025, 3, 5)).execute()["order_id"].tolist()
        ['a']
    """
    table = _rows(name, tables[name], until, now, known)
    if name == "order_items" and "orders" in tables:
        orders = _rows("orders", tables["orders"], until, now, known)
        table = table if orders is tables["orders"] else table.semi_join(orders, "order_id")
    if name == "orders":
        table = _statuses(table, tables.get("refunds"), until, known)
    for column, filled in _WITHIN.get(name, {}).items():
        if _any(table, later := _later(table, column, until), (name, column), known):
            own = [one for one in (column, *filled) if one in table.columns]
            table = table.mutate(**{one: ibis.ifelse(later, ibis.null(table[one].type()), table[one]) for one in own})
    return table


def moments_of(name: str, table: ibis.Table) -> list[str]:
    """The columns of a canonical table that say when something happened to its rows."""
    columns = [MOMENTS.get(name, ""), *_WITHIN.get(name, ())]
    return [column for column in columns if _is_time(table, column)]


def overwritten(tables: Mapping[str, ibis.Table], names: Iterable[str]) -> tuple[str, ...]:
    """The columns, such as `orders.status`, that stand as of the export, since nothing says when they changed.

    Args:
        tables: Canonical tables by name.
        names: The tables to look at.
    """
    found = []
    for name in names:
        columns = tables[name].columns if name in tables else ()
        undated = set(columns) - ({"status"} if "status_at" in columns else set())
        found += [f"{name}.{column}" for column in _OVERWRITTEN.get(name, ()) if column in undated]
    return tuple(found)


def rows_until(table: ibis.Table, moment: str, until: dt.datetime, now: dt.datetime | None = None) -> ibis.Table:
    """The rows of a table that had come into being by a moment, those without a date among them; lazy.

    Args:
        table: Any table.
        moment: The column that says when a row came into being, local; the table stays as it is without it.
        until: As in `as_of`.
        now: As in `as_of`.
    """
    later = _later(table, moment, until)
    if later is not None and now is not None:
        later &= table[moment].cast("timestamp") < ibis.literal(now)
    return table if later is None or not _any(table, later) else table.filter(~later)


def _rows(
    name: str,
    table: ibis.Table,
    until: dt.datetime,
    now: dt.datetime | None,
    known: Collection[tuple[str, str]] | None,
) -> ibis.Table:
    moment = MOMENTS.get(name, "")
    if known is None:
        return rows_until(table, moment, until, now)
    later = _later(table, moment, until) if (name, moment) in known else None
    return table if later is None else table.filter(~later)


def _statuses(
    orders: ibis.Table, refunds: ibis.Table | None, until: dt.datetime, known: Collection[tuple[str, str]] | None
) -> ibis.Table:
    """The orders with the status that they had, as far as payment, refund or `status_at` date it."""
    if "status" not in orders.columns:
        return orders
    columns, changes = orders.columns, []
    payments = {column: _later(orders, column, until) for column in ("paid_at", "balance_paid_at")}
    changes += [
        (later, "pending") for column, later in payments.items() if _any(orders, later, ("orders", column), known)
    ]
    if _any(orders, later := _later(orders, "status_at", until), ("orders", "status_at"), known):
        was_paid = orders.status.isin(["refunded", "fraudulent"])
        was_paid = was_paid | orders.paid_at.notnull() if "paid_at" in columns else was_paid
        changes += [(later & was_paid, "paid"), (later, "pending")]
    back = None if refunds is None else refunded_later(refunds, until)
    if back is not None and (("refunds", "refunded_at") in known if known is not None else _has_rows(back)):
        orders = orders.left_join(back, orders.order_id == back.late_id)
        changes.append(((orders.status == "refunded") & orders.late_id.notnull(), "paid"))
    return orders.mutate(status=ibis.cases(*changes, else_=orders.status)).select(*columns) if changes else orders


def refunded_later(refunds: ibis.Table, until: dt.datetime) -> ibis.Table | None:
    """The orders that were refunded from a moment on, `late_id`, each once: all that orders as of then take of refunds.

    Returns:
        None where refunds have no moment.
    """
    later = _later(refunds, "refunded_at", until)
    return None if later is None else refunds.filter(later).select(late_id="order_id").distinct()


def _later(table: ibis.Table, column: str, until: dt.datetime) -> ibis.Value | None:
    """Whether a row's moment lies after the end, never null; None where there is no such column of times."""
    if not _is_time(table, column):
        return None
    return (table[column].cast("timestamp") >= ibis.literal(until)).fill_null(ibis.literal(value=False))


def _is_time(table: ibis.Table, column: str) -> bool:
    return column in table.columns and isinstance(table[column].type(), dtypes.Timestamp | dtypes.Date)


def _any(
    table: ibis.Table,
    condition: ibis.Value | None,
    column: tuple[str, str] = ("", ""),
    known: Collection[tuple[str, str]] | None = None,
) -> bool:
    """Whether a row meets a condition: tables of which none does stay as they are, and as quick.

    Where it is known in which columns a row is later, that of the condition need not be asked.
    """
    if condition is None:
        return False
    return column in known if known is not None else _has_rows(table.filter(condition))


def _has_rows(table: ibis.Table) -> bool:
    return bool(table.limit(1).count().execute())
