"""From a folder of exports to a proposed source: tables, mapping, and everything that was assumed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from retro.errors import SourceError
from retro.files import project_root, shown
from retro.sources import Source, Tables, open_tables
from retro.sources.quoting import quoted
from retro.start.aliases import Aliases, load_aliases
from retro.start.asking import Asker
from retro.start.cells import Cells, Reading
from retro.start.facts import ask, facts_of, open_raw, spec_of
from retro.start.notes import Notes
from retro.start.orders import NO_USER
from retro.start.places import UNKNOWN_CURRENCY, UNKNOWN_ZONE, no_currency, settle_currency, settle_zone
from retro.start.roles import Kinds, Raw, ask_for_orders, hints_of_orders, load_kinds, recognise
from retro.start.shapes import Shape, find_shapes
from retro.start.tables import USERS_OF_ORDERS, items_of_orders, orders_of_events, table_sql

_RESERVED = frozenset({"all", "case", "column", "end", "group", "limit", "order", "select", "table", "user", "values"})
"""Words of SQL that files may be called."""
_MOST_FOOTER = 3
"""Rows of totals and notes below a table."""
_LEAST_MEMBERS = 0.999
"""Buyers that a list of members must hold to be the shop's users; the contract of orders asks as much."""


@dataclass
class Mapped:
    """A canonical table of the proposal.

    Attributes:
        sql: Where its rows come from.
        notes: What was assumed.
        raw: The file that it comes from; empty where it comes from another canonical table.
    """

    sql: str
    notes: Notes
    raw: str = ""


@dataclass
class Proposal:
    """What `retro start` would write.

    Attributes:
        shop: The folder below `params/`.
        folder: The exports.
        raws: The files, by the name of their raw table.
        readings: How each is read.
        tables: The canonical tables.
        unmapped: What is not used, and why, by file.
        unread: Files that cannot be read, and why.
        timezone: The shop's zone.
        currency: Its currency.
        general: What was assumed of the whole shop.
    """

    shop: str
    folder: Path
    raws: dict[str, Raw] = field(default_factory=dict)
    readings: dict[str, Reading] = field(default_factory=dict)
    tables: dict[str, Mapped] = field(default_factory=dict)
    unmapped: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    timezone: str = UNKNOWN_ZONE
    currency: str = UNKNOWN_CURRENCY
    general: Notes = field(default_factory=Notes)
    _opened: tuple[dict[str, Any], Tables] | None = None

    @property
    def where(self) -> str:
        """The source file's name, for messages."""
        return f"params/{self.shop}/source.yaml"

    @property
    def place(self) -> str:
        """The folder of exports as source.yaml says it: relative to the project."""
        return Path(os.path.relpath(self.folder.resolve(), project_root())).as_posix()

    @property
    def used(self) -> list[str]:
        """The raw tables that canonical ones come from."""
        return [name for name in self.raws if any(one.raw == name for one in self.tables.values())]

    @property
    def new_user(self) -> str:
        """What a new user is."""
        own = self.tables.get("users")
        return "registration" if own is not None and own.raw else "first_order"

    def source(self) -> dict[str, Any]:
        """The source file's keys."""
        raw = {}
        for name, (_, rest) in columns_used(self).items():
            reading = self.readings[name]
            # what nothing reads is left as text: to find a type for it takes time at every opening
            types = {**reading.types, **dict.fromkeys(rest, "string")}
            raw[name] = spec_of(self.raws[name].shape, types, sorted(reading.nulls), reading.formats)
        tables = {}
        for place, (name, mapped) in enumerate(self.tables.items()):
            # what holds for the whole shop stands with its first table, since pages show the notes of tables
            note = Notes({**mapped.notes.said, **(self.general.said if place == 0 else {})}).both
            tables[name] = {**({"note": note} if note else {}), "sql": mapped.sql}
        return {
            "shop": self.shop,
            "folder": self.place,
            "timezone": self.timezone,
            "currency": self.currency,
            "new_user": self.new_user,
            "raw": raw,
            "tables": tables,
        }

    def open(self) -> Tables:
        """Open the proposed source; as long as it says the same, its files are read once.

        Raises:
            SourceError: A file does not hold what was seen in it.
        """
        keys = self.source()
        if self._opened is None or self._opened[0] != keys:
            self._opened = keys, open_tables(Source.model_validate(keys), self.where)
        return self._opened[1]


def propose(folder: Path, shop: str, asker: Asker, say: Callable[[str], None]) -> Proposal:
    """Look at a folder of exports and propose a source.

    Args:
        folder: The exports.
        shop: The folder below `params/` to be made.
        asker: Answers questions.
        say: Called with each step.

    Raises:
        SourceError: The folder holds nothing that can be read.
    """
    aliases, kinds = load_aliases(), load_kinds()
    proposal = Proposal(shop, folder)
    say("look at files")
    looked = _look(proposal, aliases, kinds)
    _choose(proposal, aliases, kinds, asker)
    say("map columns")
    _map(proposal, looked, aliases, kinds, asker)
    used = [proposal.raws[name] for name in proposal.used]
    proposal.timezone = settle_zone(used, asker, proposal.general)
    if "orders" in proposal.tables or any(kinds.money & set(raw.columns) for raw in used):
        proposal.currency = settle_currency(used, asker, proposal.general, aliases=aliases, looked=looked)
    else:
        proposal.currency = no_currency(asker, proposal.general)
    _rename(proposal)
    take_users(proposal)
    return proposal


def _rename(proposal: Proposal) -> None:
    """Call files whose names have no letter that SQL needs no quotes for by the table that they were taken for."""
    for old in proposal.used:
        raw = proposal.raws[old]
        if _stem(raw.shape).isascii() or re.search("[a-zA-Z]", _stem(raw.shape)):
            continue
        new = _name(f"{raw.table}_raw", {*proposal.raws} - {old})
        proposal.raws = {new if name == old else name: one for name, one in proposal.raws.items()}
        proposal.raws[new] = replace(raw, name=new)
        proposal.readings[new] = proposal.readings.pop(old)
        for mapped in proposal.tables.values():
            if mapped.raw == old:
                mapped.raw, mapped.sql = new, re.sub(rf"\b{old}\b", new, mapped.sql)


def _stem(shape: Shape) -> str:
    return shape.sheet if shape.sheet and len(shape.paths) == 1 else Path(shape.path).stem


def _look(proposal: Proposal, aliases: Aliases, kinds: Kinds) -> Tables:
    """Open the files as they stand and count what they hold."""
    shapes, proposal.unread = find_shapes(proposal.folder)
    names: dict[str, Shape] = {}
    for shape in shapes:
        names[_name(_stem(shape) or "table", {*names, *kinds.types})] = shape
    looked = _opened(proposal, names)
    for name, shape in names.items():
        proposal.raws[name] = recognise(Raw(name, shape, facts_of(looked, name)), aliases, kinds)
    return looked


def _opened(proposal: Proposal, shapes: dict[str, Shape]) -> Tables:
    """Open the files; one that cannot be read is named, and the others go on.

    Raises:
        SourceError: None can be read.
    """
    where = shown(proposal.folder)
    try:
        return open_raw(shapes, proposal.place, where)
    except SourceError:
        for name, shape in list(shapes.items()):
            try:
                shapes[name] = _without_footer(name, shape, proposal.place, where)
            except SourceError as reason:
                proposal.unread[shape.shown] = str(reason)
                del shapes[name]
        if not shapes:
            raise
        return open_raw(shapes, proposal.place, where)


def _without_footer(name: str, shape: Shape, place: str, where: str) -> Shape:
    """A shape as it can be opened, without totals and notes below the table.

    Raises:
        SourceError: It cannot be opened.
    """
    for footer in range(_MOST_FOOTER + 1):
        tried = replace(shape, footer=footer)
        try:
            open_raw({name: tried}, place, where)
        except SourceError as reason:
            if "skip_footer" not in str(reason) or footer == _MOST_FOOTER:
                raise
        else:
            return tried
    return shape


def _name(stem: str, taken: Collection[str]) -> str:
    """A raw table's name: the file's in small letters, apart from those of canonical tables.

    Examples:
        >>> _name("ExportOrderList2025-01", set()), _name("订单", set()), _name("orders", {"orders"})
        ('exportorderlist2025_01', 'table_file', 'orders_file')
    """
    plain = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_") or "table"
    taken = {*taken, *_RESERVED}
    plain = plain if plain[0].isalpha() else f"file_{plain}"
    name = plain if plain not in taken else f"{plain}_file"
    while name in taken:
        name += "_2"
    return name


def _choose(proposal: Proposal, aliases: Aliases, kinds: Kinds, asker: Asker) -> None:
    """Leave one file for each canonical table, and ask for orders where no file is that for sure."""
    raws = proposal.raws
    if not any(raw.table in {"orders", "events"} for raw in raws.values()):
        free = [raw for raw in raws.values() if raw.table is None and hints_of_orders(raw, aliases, kinds)]
        if best := max(free, key=lambda raw: hints_of_orders(raw, aliases, kinds), default=None):
            raws[best.name] = ask_for_orders(best, aliases, kinds, asker)
    for table in {raw.table for raw in raws.values() if raw.table}:
        same = sorted((raw for raw in raws.values() if raw.table == table), key=lambda raw: -raw.rows)
        for raw in same[1:]:
            proposal.unmapped[raw.shape.shown] = f"{same[0].shape.shown} is taken for {table} already"
            raws[raw.name] = Raw(raw.name, raw.shape, raw.facts)
    for raw in raws.values():
        if raw.table is None:
            proposal.unmapped.setdefault(
                raw.shape.shown, f"no table has such headers: {', '.join(raw.shape.headers[:12])}"
            )


def _map(proposal: Proposal, looked: Tables, aliases: Aliases, kinds: Kinds, asker: Asker) -> None:
    """Write the SQL of each canonical table; orders first, since they matter most when questions run out."""
    order = [
        "orders",
        "events",
        *sorted({raw.table for raw in proposal.raws.values() if raw.table} - {"orders", "events"}),
    ]
    for raw in sorted(
        (raw for raw in proposal.raws.values() if raw.table), key=lambda raw: order.index(raw.table or "")
    ):
        reading = proposal.readings.setdefault(raw.name, Reading())

        def cells(raw: Raw = raw, reading: Reading = reading) -> Cells:
            notes = Notes()
            notes("found_by", file=raw.shape.shown)
            if raw.shape.footer:
                notes("footer", count=raw.shape.footer)
            if raw.export is not None:
                notes("export", shop=raw.export.shop)
            return Cells(raw, looked, reading, aliases, asker, notes)

        _add(proposal, raw.table or "", cells(), lambda one: table_sql(one, kinds))
        if raw.table == "orders":
            _add(proposal, "order_items", cells(), items_of_orders, quiet=True)
        if raw.table == "events" and "orders" not in proposal.tables:
            _add(proposal, "orders", cells(), orders_of_events, quiet=True)


def _add(
    proposal: Proposal, table: str, cells: Cells, build: Callable[[Cells], str | None], *, quiet: bool = False
) -> None:
    if table in proposal.tables:
        return
    sql = build(cells)
    if sql is not None:
        notes = cells.says
        proposal.tables[table] = Mapped(sql, notes if isinstance(notes, Notes) else Notes(), cells.raw.name)
    elif not quiet:
        open_ones = ", ".join(dict.fromkeys(cells.reading.open))
        why = f"{open_ones} has no answer" if open_ones else "it lacks what that table must have"
        proposal.unmapped[cells.raw.shape.shown] = f"it looks like {table}, but {why}"


def take_users(proposal: Proposal) -> None:
    """Take users from orders where no list of members holds the buyers."""
    orders = proposal.tables.get("orders")
    if orders is None or NO_USER in orders.sql:
        return
    notes = Notes()
    members = proposal.tables.get("users")
    if members is not None:
        rows = ask(
            proposal.open(),
            "select count(distinct user_id) as buyers, "
            "count(distinct user_id) filter (user_id in (select user_id from users)) as known "
            "from orders where user_id is not null and status in ('paid', 'refunded')",
        )
        share = rows[0]["known"] / rows[0]["buyers"] if rows[0]["buyers"] else 1.0
        if share >= _LEAST_MEMBERS:
            return
        proposal.unmapped[proposal.raws[members.raw].shape.shown] = f"it holds {share:.1%} of the buyers only"
        notes("partly", rate=f"{share:.1%}")
    notes("first_order")
    del_order = {name: one for name, one in proposal.tables.items() if name != "users"}
    proposal.tables = {**del_order, "users": Mapped(USERS_OF_ORDERS, notes)}


def columns_used(proposal: Proposal) -> Mapping[str, tuple[list[str], list[str]]]:
    """Headers of each used file that the mapping reads, and those that it does not."""
    found = {}
    for name in proposal.used:
        sql = " ".join(one.sql for one in proposal.tables.values() if one.raw == name)
        headers = proposal.raws[name].shape.headers
        read = [header for header in headers if quoted(header) in sql]
        found[name] = (read, [header for header in headers if header and header not in read])
    return found
