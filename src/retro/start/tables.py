"""Map files to the canonical tables other than orders."""

from __future__ import annotations

from retro.sources.quoting import literal, quoted
from retro.start.asking import NONE, Question
from retro.start.cells import Cells, listed, select
from retro.start.facts import ask
from retro.start.orders import has_lines, orders_sql, quote_name, user_sql
from retro.start.roles import Kinds

USERS_OF_ORDERS = (
    "select user_id, min(ordered_at) as registered_at from orders\n"
    "where user_id is not null and status in ('paid', 'refunded')\n"
    "group by user_id"
)


def table_sql(cells: Cells, kinds: Kinds) -> str | None:
    """The SQL of a file's table; None where a column that it must have cannot be said."""
    table = cells.raw.table or ""
    if table == "orders":
        return orders_sql(cells, kinds.types["orders"])
    special = {"campaign_costs": _costs, "refunds": _refunds, "order_items": _items}
    build = special.get(table)
    if table == "events":
        return _events(cells, kinds)
    return build(cells) if build else _plain(cells, kinds)


def items_of_orders(cells: Cells) -> str | None:
    """The items of a file that holds orders line by line; None where it does not tell them."""
    needed = {"order_id", "product_id", "quantity", "unit_price"}
    if not (needed <= set(cells.raw.columns) and has_lines(cells)):
        return None
    return _items(cells)


def orders_of_events(cells: Cells) -> str | None:
    """Orders of a file of events: the rows of the one event that has an amount; None where there is none such."""
    raw = cells.raw
    header = next(iter(all_amounts(cells)), None)
    at = cells.sql(raw.columns["occurred_at"], "timestamp")
    if header is None or at is None:
        return None
    event, name, amount = quoted(raw.columns["event"]), quoted(raw.name), quoted(header)
    kinds = ask(cells.tables, f"select distinct {event} as event from {name} where {amount} is not null limit 2")
    if len(kinds) != 1 or cells.aliases.meaning("events.event", kinds[0]["event"]) not in {"order", "pay"}:
        return None
    cells.says("of_events", event=kinds[0]["event"])
    cells.says("numbered")
    cells.says("all_paid")
    money = cells.sql(header, "number") or "null"
    user = user_sql(cells)
    mapped = {
        "order_id": f"cast(row_number() over (order by {at}, {user}, {amount}) as varchar)",
        "user_id": user,
        "ordered_at": at,
        "status": "'paid'",
        "amount": money,
    }
    where = f"\nwhere {event} = {literal(kinds[0]['event'])}"
    return select(mapped, quote_name(raw.name), where)


def all_amounts(cells: Cells) -> list[str]:
    """Headers of a file of events that are amounts of orders."""
    from_aliases = cells.aliases.tables["orders"]["amount"]
    known = {name.casefold() for name in from_aliases}
    return [name for name, facts in cells.raw.facts.items() if name.casefold() in known and facts.is_number]


def _plain(cells: Cells, kinds: Kinds) -> str | None:
    """Each column as it is."""
    table = cells.raw.table or ""
    mapped: dict[str, str] = {}
    for column, kind in kinds.types[table].items():
        if column == "user_id" and column in cells.raw.columns:
            mapped[column] = user_sql(cells)
        elif column in cells.raw.columns and (sql := cells.sql(cells.raw.columns[column], kind)):
            mapped[column] = sql
    if set(kinds.required[table]) - set(mapped):
        return None
    return select(mapped, quote_name(cells.raw.name))


def _events(cells: Cells, kinds: Kinds) -> str | None:
    header = cells.raw.columns["event"]
    name = cells.sql(header, "string") or "null"
    rows = ask(cells.tables, f"select distinct trim({quoted(header)}) as value from {quoted(cells.raw.name)} limit 200")
    renamed = {}
    for value in sorted(str(row["value"]) for row in rows if row["value"]):
        meant = cells.aliases.meaning("events.event", value)
        if meant not in {None, value}:
            renamed[value] = meant
    sql = _plain(cells, kinds)
    if sql is None or not renamed:
        return sql
    cells.says("event_names", names=", ".join(f"{old} → {new}" for old, new in renamed.items()))
    cases = " ".join(f"when {literal(old)} then {literal(str(new))}" for old, new in renamed.items())
    return sql.replace(f"  {name} as event", f"  case {name} {cases} else {name} end as event", 1)


def _items(cells: Cells) -> str | None:
    raw, columns = cells.raw, cells.raw.columns
    if not {"order_id", "product_id", "quantity", "unit_price"} <= set(columns):
        return None
    product, quantity = cells.sql(columns["product_id"], "string"), cells.sql(columns["quantity"], "integer")
    order, price = cells.sql(columns["order_id"], "string"), cells.sql(columns["unit_price"], "number")
    where = f"{product} is not null and {quantity} > 0 and {price} >= 0"
    bad = f"{quoted(columns['product_id'])} is null or "
    left_out = ask(
        cells.tables,
        f"select count(*) as rows from {quoted(raw.name)} where {bad}"
        f"coalesce(try_cast(cast({quoted(columns['quantity'])} as varchar) as bigint), 0) <= 0 "
        f"or coalesce(try_cast(cast({quoted(columns['unit_price'])} as varchar) as decimal(18, 6)), -1) < 0",
    )[0]["rows"]
    if left_out:
        cells.says("item_lines", count=f"{left_out:,}")
    mapped = {
        "order_id": str(order),
        "line": f"row_number() over (partition by {order} order by {product}, {quantity}, {price})",
        "product_id": str(product),
        "quantity": str(quantity),
        "unit_price": str(price),
        "amount": f"cast({quantity} * {price} as decimal(18, 2))",
    }
    return select(mapped, quote_name(raw.name), f"\nwhere {where}")


def _refunds(cells: Cells) -> str | None:
    raw = cells.raw
    at = cells.sql(raw.columns["refunded_at"], "timestamp")
    if at is None:
        return None
    order, amount = cells.sql(raw.columns["order_id"], "string"), cells.sql(raw.columns["amount"], "number")
    number = f"cast(row_number() over (order by {at}, {order}, {amount}) as varchar)"
    key = cells.sql(raw.columns["refund_id"], "string") if "refund_id" in raw.columns else number
    mapped = {"refund_id": str(key), "order_id": str(order), "refunded_at": at, "amount": str(amount)}
    for column in ("product_id", "reason"):
        if column in raw.columns:
            mapped[column] = cells.sql(raw.columns[column], "string") or "null"
    wheres = []
    missing = raw.of("refunded_at").rows - raw.of("refunded_at").filled
    if missing:
        cells.says("no_refund_date", count=f"{missing:,}")
        wheres.append(f"{at} is not null")
    status = cells.aliases.helper("after_sale", raw.shape.headers)
    if status is not None:
        values = ask(cells.tables, f"select distinct trim({quoted(status)}) as value from {quoted(raw.name)} limit 60")
        done = sorted(v["value"] for v in values if v["value"] and cells.aliases.meaning("refunds.status", v["value"]))
        if done:
            wheres.append(f"{cells.sql(status, 'string')} in {listed(done)}")
    where = f"\nwhere {' and '.join(wheres)}" if wheres else ""
    return select(mapped, quote_name(raw.name), where)


def _costs(cells: Cells) -> str | None:
    raw = cells.raw
    on, amount = cells.sql(raw.columns["incurred_on"], "date"), cells.sql(raw.columns["amount"], "number")
    if on is None:
        return None
    category = cells.aliases.meaning("campaign_costs.category", raw.columns["amount"]) or "other"
    channel = cells.sql(raw.columns["channel"], "string") if "channel" in raw.columns else None
    campaign = cells.sql(raw.columns["campaign_id"], "string") if "campaign_id" in raw.columns else None
    if campaign is None:
        text = f"{raw.shape.shown} names no campaign. Book costs of its days to it (window), or to none (everyday)?"
        answer = cells.asker.ask(Question("campaign_costs.campaign", text, ("everyday", "window"), "everyday"))
        by_window = answer not in {NONE, "everyday"}
        cells.says("costs_window" if by_window else "costs_unnamed")
        campaign = WINDOW_COST.format(on=on) if by_window else "'everyday'"
    cells.says("costs_category", category=category)
    by = ", ".join(filter(None, (on, channel, amount)))
    mapped = {
        "cost_id": f"cast(row_number() over (order by {by}) as varchar)",
        "campaign_id": campaign,
        "category": literal(category),
        **({"channel": channel} if channel else {}),
        "incurred_on": on,
        "amount": str(amount),
    }
    return select(mapped, quote_name(raw.name))


WINDOW_COST = "/*campaign of*/ {on} /*its days*/"
"""In place of a cost's campaign until the window is known."""
