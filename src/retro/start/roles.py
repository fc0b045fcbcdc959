"""Which canonical table a file is, and which of its headers are which columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from retro.errors import ContractError
from retro.files import project_root, read_yaml
from retro.start.aliases import Aliases, Export, all_of, first_of, plain
from retro.start.asking import NONE, Asker, Question
from retro.start.facts import Facts
from retro.start.shapes import Shape

_NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "orders": (("ordered_at", "amount"), ("order_id", "ordered_at", "quantity", "unit_price")),
    "refunds": (("order_id", "refunded_at", "amount"),),
    "order_items": (("order_id", "product_id", "quantity"),),
    "events": (("user_id", "event", "occurred_at"),),
    "users": (("user_id", "registered_at"),),
    "campaign_costs": (("incurred_on", "amount"),),
    "products": (("product_id", "list_price"), ("product_id", "unit_cost"), ("product_id", "name", "category")),
    "reviews": (("rating", "reviewed_at"),),
}
"""Columns without which a file is not that table, in several ways; of other tables all that contracts require."""

_ELAPSING = frozenset({"occurred_at", "ordered_at"})
"""Moments that a clock may count which begins at a moment of its own."""

_MONEY = {"property": "unit", "value": "the source's currency"}
_SAID = {"ordered_at": "the time", "amount": "the amount"}
_LINES = ("product_id", "quantity", "unit_price")
"""Columns of items that a file of orders may hold line by line."""


@dataclass(frozen=True)
class Kinds:
    """Types and requirements of canonical columns, as the contracts of the house say.

    Attributes:
        types: Logical type by column, of each table.
        required: Columns that must be filled, of each table.
        names: What else a header may call a column, of each table.
        money: Columns that hold amounts of the source's currency, of any table.
    """

    types: Mapping[str, Mapping[str, str]]
    required: Mapping[str, tuple[str, ...]]
    names: Mapping[str, Mapping[str, tuple[str, ...]]]
    money: frozenset[str]


@dataclass(frozen=True)
class Raw:
    """A table of the folder, looked at.

    Attributes:
        name: What source.yaml calls it.
        shape: Its files.
        facts: Its columns.
        table: The canonical table that it is; None where it is none.
        columns: Its header for each canonical column; of a file of order lines also those of items.
        also: Other headers that a column could be.
        export: The back office that it is from.
        unsure: Columns that the analyst did not confirm.
    """

    name: str
    shape: Shape
    facts: Mapping[str, Facts]
    table: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    export: Export | None = None
    unsure: frozenset[str] = frozenset()

    def of(self, column: str) -> Facts:
        """The facts of a canonical column's header."""
        return self.facts[self.columns[column]]

    @property
    def rows(self) -> int:
        """Its rows."""
        return next(iter(self.facts.values())).rows if self.facts else 0


def load_kinds() -> Kinds:
    """The canonical tables, from `data_contracts/*.yaml`."""
    types, required, names, money = {}, {}, {}, set[str]()
    for path in sorted((project_root() / "data_contracts").glob("*.yaml")):
        table = read_yaml(path, ContractError).data["schema"][0]
        columns = table["properties"]
        types[table["name"]] = {one["name"]: one["logicalType"] for one in columns}
        required[table["name"]] = tuple(
            one["name"] for one in columns if "true" in {one.get("required"), one.get("primaryKey")}
        )
        names[table["name"]] = {one["name"]: (one["name"], one.get("businessName", one["name"])) for one in columns}
        money |= {one["name"] for one in columns if _MONEY in one.get("customProperties", ())}
    return Kinds(types, required, names, frozenset(money))


def recognise(raw: Raw, aliases: Aliases, kinds: Kinds) -> Raw:
    """Say which table a file is; `table` stays None where it is none for sure."""
    export = _export(raw, aliases)
    best, most = raw, 0
    for table in (*_NEEDED, *(name for name in kinds.types if name not in _NEEDED)):
        if export is not None and table != export.table:
            continue
        found = _columns(raw, table, aliases, kinds, export)
        if table == "orders" and not _every_order_has_one(raw, found):
            continue
        ways = _NEEDED.get(table, (kinds.required[table],))
        explained = len({first for first, *_ in found.values()})
        if any(way and set(way) <= set(found) for way in ways) and explained > most:
            columns = {column: first for column, (first, *_) in found.items()}
            also = {column: tuple(rest) for column, (_, *rest) in found.items() if rest}
            best, most = Raw(raw.name, raw.shape, raw.facts, table, columns, also, export), explained
    return best


def ask_for_orders(raw: Raw, aliases: Aliases, kinds: Kinds, asker: Asker) -> Raw:
    """Take a file for orders, and ask for what its headers do not say."""
    found = _columns(raw, "orders", aliases, kinds, None)
    columns = {column: first for column, (first, *_) in found.items()}
    unsure = set()
    for column, fits in (("ordered_at", _is_time), ("amount", _is_money)):
        if column in columns:
            continue
        options = tuple(name for name, facts in raw.facts.items() if fits(facts) and name not in columns.values())
        if not options:
            return raw
        question = Question(
            f"orders.{column}",
            f"Which column of {raw.shape.shown} is {_SAID[column]} of an order?",
            options,
            options[0] if len(options) == 1 else NONE,
        )
        answer = asker.ask(question)
        if answer == NONE:
            return raw
        columns[column] = answer
        unsure |= set() if asker.is_sure(question.key) else {column}
    return Raw(raw.name, raw.shape, raw.facts, "orders", columns, {}, None, frozenset(unsure))


def hints_of_orders(raw: Raw, aliases: Aliases, kinds: Kinds) -> int:
    """How many columns of orders a file's headers name."""
    has = any(map(_is_time, raw.facts.values())) and any(map(_is_money, raw.facts.values()))
    return len(_columns(raw, "orders", aliases, kinds, None)) if has else 0


def _export(raw: Raw, aliases: Aliases) -> Export | None:
    have = {plain(header) for header in raw.shape.headers}
    return next((one for one in aliases.exports if {plain(mark) for mark in one.marks} <= have), None)


def _columns(raw: Raw, table: str, aliases: Aliases, kinds: Kinds, export: Export | None) -> dict[str, list[str]]:
    """The headers that fit each column by name and by what they hold, the best first."""
    found: dict[str, list[str]] = {}
    tables = {table: kinds.types[table]}
    if table == "orders":
        tables["order_items"] = {name: kinds.types["order_items"][name] for name in _LINES}
    for part, types in tables.items():
        for column, kind in types.items():
            known = (*kinds.names[part][column], *aliases.tables.get(part, {}).get(column, ()))
            known = (*known, *aliases.elapsed) if column in _ELAPSING else known
            names = all_of(known, raw.shape.headers)
            if export is not None and part == table and column in export.columns:
                names = [*all_of((export.columns[column],), raw.shape.headers), *names]
            taken = {first for first, *_ in found.values()}
            fitting = [
                name for name in dict.fromkeys(names) if name not in taken and _fits(raw.facts[name], kind, aliases)
            ]
            if fitting and not (part != table and column in found):
                found[column] = fitting
    return found


def _every_order_has_one(raw: Raw, found: Mapping[str, list[str]]) -> bool:
    """Whether amounts stand in every row, or in a row of each order; else they belong to some kind of event."""
    amount, key = found.get("amount"), found.get("order_id")
    if not amount or raw.facts[amount[0]].filled == raw.rows:
        return True
    return bool(key) and raw.facts[amount[0]].filled >= raw.facts[(key or amount)[0]].distinct


def _fits(facts: Facts, kind: str, aliases: Aliases) -> bool:
    """Whether what a column holds can be of a type; a column without values says nothing, so it is left out."""
    if not facts.filled:
        return False
    match kind:
        case "timestamp" | "date":
            return _is_time(facts) or first_of(aliases.elapsed, (facts.name,)) is not None
        case "number":
            return facts.is_number
        case "integer":
            return facts.is_whole
        case "boolean":
            return False
    return facts.native != "other"


def _is_time(facts: Facts) -> bool:
    return facts.is_moment or facts.epoch is not None


def _is_money(facts: Facts) -> bool:
    return facts.is_number and facts.epoch is None and facts.distinct > 1
