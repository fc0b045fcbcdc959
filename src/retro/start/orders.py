"""Map a file to orders: one row for each order, or for each of its lines."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from retro.privacy import addressed, without_people
from retro.sources.quoting import literal, quoted
from retro.start.asking import NONE, Question
from retro.start.cells import Cells, listed, select
from retro.start.facts import ask

STATUSES = ("paid", "pending", "cancelled", "refunded", "fraudulent")
_OPTIONAL = (
    *("list_amount", "discount_amount", "deposit_amount", "deposit_paid_at", "balance_paid_at"),
    *("coupon_id", "channel", "device", "campaign_id"),
)
_PERSONAL = re.compile(r"mail|phone|mobile|tel|手机|电话|邮箱|姓名|收货人", re.IGNORECASE)
"""Headers of what is personal: such a key is hashed, so that no table of the project holds it."""
_SEVERAL = 0.1
"""From this share of different values on a personal column may stand for users; fewer are masks."""
_OF_ORDER = "order"
NO_USER = "cast(null as varchar)"
_MOST_STATES = 60


def orders_sql(cells: Cells, kinds: Mapping[str, str]) -> str | None:
    """The SQL of orders; None where it lacks a column that nobody could name."""
    raw = cells.raw
    columns = raw.columns
    at = cells.sql(columns["ordered_at"], "timestamp")
    if at is None:
        return None
    mapped: dict[str, str] = {"order_id": "", "user_id": user_sql(cells), "ordered_at": at}
    if "paid_at" in columns and (paid := cells.sql(columns["paid_at"], "timestamp")):
        mapped["paid_at"] = paid
    amount = _amount(cells)
    mapped |= {"status": _status(cells, amount, paid=mapped.get("paid_at")), "amount": amount}
    for column in _OPTIONAL:
        if column in columns and not (kinds[column] == "number" and raw.of(column).negative):
            mapped |= {column: sql} if (sql := cells.sql(columns[column], kinds[column])) else {}
    _say_sources(cells)
    return _by_order(cells, mapped)


def has_lines(cells: Cells) -> bool:
    """Whether the file holds an order line by line."""
    raw = cells.raw
    several = "order_id" in raw.columns and raw.of("order_id").distinct < raw.of("order_id").filled
    return several and bool({"quantity", "product_id"} & set(raw.columns))


def user_sql(cells: Cells) -> str:
    """The key of the one who ordered; what is personal is hashed."""
    header = cells.raw.columns.get("user_id") or _asked_user(cells)
    if header == _OF_ORDER:
        cells.says("user_of_order")
        return f"'order ' || {cells.sql(cells.raw.columns['order_id'], 'string')}"
    if header is None:
        cells.says("no_user")
        return NO_USER
    sql = cells.sql(header, "string") or "null"
    if _PERSONAL.search(header):
        cells.says("hashed", header=header)
        return f"md5(lower(trim({sql})))"
    return sql


def _asked_user(cells: Cells) -> str | None:
    """Who ordered, where no header says so: a column of receivers, each order on its own, or nobody knows."""
    raw = cells.raw
    people = [
        name for name, facts in raw.facts.items() if _PERSONAL.search(name) and facts.distinct > _SEVERAL * facts.rows
    ]
    alone = (_OF_ORDER,) if "order_id" in raw.columns else ()
    if not (people or alone):
        return None
    text = (
        f"{raw.shape.shown} names no user: orders count as sales, and figures of people are missing (none). Or take a "
        "column for the user, or each order as a user of its own (order), which makes new and returning customers "
        "meaningless?"
    )
    answer = cells.asker.ask(Question("orders.user", text, (*people, *alone)))
    return None if answer == NONE else answer


def _amount(cells: Cells) -> str:
    columns = cells.raw.columns
    if "amount" in columns:
        return cells.sql(columns["amount"], "number") or "null"
    quantity, price = cells.sql(columns["quantity"], "integer"), quoted(columns["unit_price"])
    facts = cells.raw.of("unit_price")
    scale = max(2, facts.decimals)
    if facts.native:
        price = f"cast({price} as decimal(18, {scale}))"
    else:
        cells.reading.types[facts.name] = f"decimal(18, {scale})"
    return f"{quantity} * {price}"


def _by_order(cells: Cells, mapped: dict[str, str]) -> str:
    """One row for each order."""
    raw, says = cells.raw, cells.says
    source = quote_name(raw.name)
    if "order_id" not in raw.columns:
        says("numbered")
        order = ", ".join(mapped[name] for name in ("ordered_at", "user_id", "amount"))
        mapped["order_id"] = f"cast(row_number() over (order by {order}) as varchar)"
        return select(mapped, source)
    mapped["order_id"] = cells.sql(raw.columns["order_id"], "string") or "null"
    if not has_lines(cells):
        says("one_line")
        once = "distinct" if raw.of("order_id").distinct < raw.of("order_id").filled else ""
        return select(mapped, source).replace("select", f"select {once}".rstrip(), 1)
    whole = _amount_is(cells) == "order"
    outer = {name: _pick(name, whole=whole) for name in mapped}
    inner = select(mapped, source).replace("\n", "\n  ")
    return select(outer, f"(\n  {inner}\n) as lines", "\ngroup by order_id")


def _pick(name: str, *, whole: bool) -> str:
    """One value of an order's lines."""
    match name:
        case "order_id":
            return name
        case "ordered_at":
            return f"min({name})"
        case "status":
            first = " ".join(
                f"when bool_or(status = '{one}') then '{one}'" for one in STATUSES[:1] + STATUSES[3:] + STATUSES[1:2]
            )
            return f"case {first} else min(status) end"
        case "amount" | "list_amount" | "discount_amount" | "deposit_amount":
            return f"max({name})" if whole else f"cast(sum({name}) as decimal(18, 2))"
    return f"max({name})"


def _amount_is(cells: Cells) -> str:
    """Whether a line's amount is its own, or the whole order's."""
    raw, columns = cells.raw, cells.raw.columns
    if "amount" not in columns:
        cells.says("lines_product", quantity=columns["quantity"], price=columns["unit_price"])
        return "line"
    found = raw.export.amount_is if raw.export is not None else None
    if found is None:
        likely = "order" if _constant(cells) else "line"
        text = f"{raw.shape.shown}: is {columns['amount']} the amount of the whole order, or of each line?"
        answer = cells.asker.ask(Question("orders.amount_is", text, ("order", "line"), likely))
        found = likely if answer == NONE else answer
    cells.says("lines_repeat" if found == "order" else "lines_sum", header=columns["amount"])
    return found


def _constant(cells: Cells) -> bool:
    """Whether nearly all orders of several lines have one amount."""
    columns = cells.raw.columns
    key, amount = quoted(columns["order_id"]), quoted(columns["amount"])
    row = ask(
        cells.tables,
        f"select count(*) as several, count(*) filter (low = high) as alike from (select min({amount}) as low, "
        f"max({amount}) as high from {quoted(cells.raw.name)} group by {key} having count(*) > 1)",
    )[0]
    return bool(row["several"]) and row["alike"] > 0.95 * row["several"]


def _status(cells: Cells, amount: str, *, paid: str | None) -> str:
    raw, says = cells.raw, cells.says
    if "status" not in raw.columns:
        says("all_paid")
        if negative := _negative(cells):
            says("negative", count=f"{negative:,}")
            return f"case when {amount} < 0 then 'cancelled' else 'paid' end"
        return "'paid'"
    header = raw.columns["status"]
    name = cells.sql(header, "string") or "null"
    sql = f"case {_cases(cells, header, name, paid)} end"
    after = cells.aliases.helper("after_sale", raw.shape.headers)
    if after is not None and after != header and (values := _values(cells, after)):
        refunded = [value for value in values if cells.aliases.meaning("orders.after_sale", value) == "refunded"]
        if refunded:
            says("after_sale", header=after)
            return sql.replace(
                "case ", f"case when {cells.sql(after, 'string')} in {listed(refunded)} then 'refunded' ", 1
            )
    return sql


def _cases(cells: Cells, header: str, name: str, paid: str | None) -> str:
    """The branches of a status: known values by what they mean, unknown ones by what the analyst says."""
    groups: dict[str, list[str]] = {}
    for value in _values(cells, header):
        groups.setdefault(cells.aliases.meaning("orders.status", value) or "", []).append(value)
    named, answer = list[str](), ""
    if unknown := groups.pop("", []):
        shown = without_people(", ".join(unknown[:6]))
        text = f"{cells.raw.shape.shown}: {header} holds states that are not known: {shown}. What are they?"
        answer = cells.asker.ask(Question("orders.status", text, STATUSES, "pending"))
        answer = "pending" if answer == NONE else answer
        cells.says("unknown_status", values=shown, status=answer)
        groups.setdefault(answer, []).extend(value for value in unknown if not addressed(value))
        named = [
            hashlib.md5(value.encode(), usedforsecurity=False).hexdigest() for value in unknown if addressed(value)
        ]
    # no file of the project says whom a state names
    branches = [f"when md5({name}) in {listed(named)} then {literal(answer)}"] if named else []
    for status, values in ((status, values) for status, values in groups.items() if values):
        if status == "closed":
            cells.says("closed")
            by_payment = f"case when {paid} is not null then 'refunded' else 'cancelled' end" if paid else "'cancelled'"
            branches.append(f"when {name} in {listed(values)} then {by_payment}")
        else:
            branches.append(f"when {name} in {listed(values)} then {literal(status)}")
    return "\n    ".join(branches) or f"when {name} is null then null"


def _hash(value: str) -> str:
    """As DuckDB's `md5`."""
    return hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()


def _values(cells: Cells, header: str) -> list[str]:
    """The values of a column of few, the most frequent first."""
    name = quoted(header)
    rows = ask(
        cells.tables,
        f"select trim({name}) as value from {quoted(cells.raw.name)} where trim({name}) <> '' "
        f"group by all order by count(*) desc, value limit {_MOST_STATES}",
    )
    return [row["value"] for row in rows]


def _negative(cells: Cells) -> int:
    """Rows whose amount is negative, where no status says what that means."""
    names = ("amount",) if "amount" in cells.raw.columns else ("quantity", "unit_price")
    return sum(cells.raw.of(name).negative for name in names)


def _say_sources(cells: Cells) -> None:
    """Say which columns nobody confirmed, and what else could be an amount or a time."""
    raw = cells.raw
    for column in sorted(raw.unsure):
        cells.says("assumed", column=column, header=raw.columns[column])
    for column in ("amount", "ordered_at", "user_id"):
        if rest := raw.also.get(column):
            cells.says("also", column=column, headers=", ".join(rest))


def quote_name(name: str) -> str:
    """A raw table's name in SQL; plain ones need no quotes."""
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else quoted(name)
