"""What changed since the last version of a report, in words and as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from retro.blocks import Block, Callout, Cell, Column, Heading, List, Paragraph, Table, spans
from retro.i18n import Text
from retro.ledger import Changes, Entry, Ledger, Move, TableChange, Version, begun, changes, compare
from retro.sections.scorecard import figure_label, moved_words, signed_value

_NUMBERS = frozenset({"first", "before", "after", "difference"})
"""Columns of figures."""

_MOST_NAMES, _LONGEST = 6, 60
"""Names of files that are told, and characters of a parameter."""


def changed_blocks(before: Version, after: Version, heads: Sequence[str], zone: dt.tzinfo, text: Text) -> list[Block]:
    """The blocks: how many figures moved and by what, the tables, keys and modules, each figure with both values.

    Args:
        before: The last version that was made from other input.
        after: This one.
        heads: The figures that readers look at first; one that moved is told with both values.
        zone: The shop's time zone.
        text: Texts of the reader's language.
    """
    found, at = changes(before, after), begun(before.run_id)
    day = text.day(at.astimezone(zone).date()) if at is not None else before.run_id
    heading = Heading(level=2, spans=spans(text("changed.title", day=day)), worth=1, quiet=not found.moves)
    said = [_summary(found, text), *_restated(found, heads, text), *_longer(before, after, text)]
    lines = tuple((Paragraph(spans=spans(line)),) for line in _causes(found, text))
    told = Callout(tone="finding", blocks=(Paragraph(spans=spans("".join(said).strip())),))
    listed = (List(items=lines),) if lines else ()
    return [heading, told, *listed, *_table(found, after.ledger, text)]


def signed_blocks(name: str, signed: Ledger, later: Ledger, text: Text) -> tuple[Block, ...]:
    """What a later run gives for a report that was signed off and stays; nothing where no figure moved.

    Args:
        name: What the report is called.
        signed: The figures that somebody stands for.
        later: Those of the later run; empty where there is none.
        text: Texts of the reader's language.
    """
    moves = compare(signed, later) if later.entries else ()
    if not moves:
        return ()
    columns = (("figure", False), ("signed", True), ("later", True))
    table = Table(
        caption=text("changed.signed.caption", name=name),
        columns=tuple(Column(label=text(f"changed.signed.{key}"), numeric=numeric) for key, numeric in columns),
        rows=tuple(
            (Cell(text=figure_label(move.name, text)), *(Cell(text=text.value(one, move.unit)) for one in values))
            for move in moves
            for values in [(move.before, move.after)]
        ),
        folded=True,
    )
    said = Paragraph(spans=spans(text("changed.signed.found", name=name, count=len(moves))))
    return (Callout(tone="warning", blocks=(said,)), table)


def _summary(found: Changes, text: Text) -> str:
    if not found.moves:
        return text("changed.none", compared=found.compared)
    parts = []
    for causes, moves in found.by_cause().items():
        names = text.join([text(f"changed.causes.{cause}") for cause in causes])
        parts.append(text("changed.cause", count=len(moves), causes=names))
    return text("changed.moved", count=len(found.moves), compared=found.compared, causes=text.join(parts))


def _restated(found: Changes, heads: Sequence[str], text: Text) -> Iterator[str]:
    moves = {move.name: move for move in found.moves}
    move = next((moves[name] for name in heads if name in moves and moves[name].difference is not None), None)
    if move is not None:
        values = {"before": text.value(move.before, move.unit), "after": text.value(move.after, move.unit)}
        if values["before"] != values["after"]:
            yield text("changed.restated", label=figure_label(move.name, text), **values)


def _longer(before: Version, after: Version, text: Text) -> Iterator[str]:
    old, new = (one.inputs.observed_until if one.inputs else None for one in (before, after))
    if old is not None and new is not None and new > old:
        yield text("changed.later", days=(new - old).days, until=text.moment(new), before=text.moment(old))


def _causes(found: Changes, text: Text) -> Iterator[str]:
    """A line for each table, key, file and library that changed."""
    for table in found.tables:
        yield from _of_table(table, text)
    for key, (old, new) in found.params.items():
        yield text("changed.params", key=key, before=_short(old, text), after=_short(new, text))
    if found.modules:
        names, more = found.modules[:_MOST_NAMES], len(found.modules) > _MOST_NAMES
        listed = text.join(list(names)) + (" …" if more else "")
        yield text("changed.code", count=len(found.modules), names=listed)
    for key, (was, is_now) in found.libraries.items():
        yield text("changed.library", key=key, before=_short(was, text), after=_short(is_now, text))
    for key in found.reports:
        yield text("changed.report", key=key)
    if found.contracts:
        yield text("changed.contracts")


def _of_table(change: TableChange, text: Text) -> Iterator[str]:
    if change.late_rows is None:
        yield text("changed.table.unknown", table=change.table)
        return
    if change.late_days is not None:
        days = {"first": text.day(change.late_days[0]), "last": text.day(change.late_days[1])}
        values = {"table": change.table, "rows": _signed(change.late_rows), "worth": _worth(change.late_worth, text)}
        yield text(f"changed.table.{'late' if change.late_rows else 'altered'}", **values, **days)
    if change.later_rows:
        worth = _worth(change.later_worth, text)
        yield text("changed.table.since", table=change.table, rows=_signed(change.later_rows), worth=worth)
    elif change.late_days is None and change.later_rows is None and change.late_rows:
        worth = _worth(change.late_worth, text)
        yield text("changed.table.total", table=change.table, rows=_signed(change.late_rows), worth=worth)
    elif change.late_days is None:
        yield text("changed.table.content", table=change.table)


def _table(found: Changes, after: Ledger, text: Text) -> tuple[Table, ...]:
    """The figures that moved since the last version, or since they were published first, each with what moved it."""
    moves = {move.name: move for move in found.moves}
    entries = {entry.name: entry for entry in after.entries if entry.first is not None or entry.name in moves}
    rows = [_row(name, moves.get(name), entries.get(name), text) for name in dict.fromkeys([*entries, *moves])]
    again = any(row["first"] != row["before"] for row in rows)
    columns = ("figure", *(("first",) if again else ()), "before", "after", "difference", "because")
    table = Table(
        caption=text("changed.caption"),
        columns=tuple(Column(label=text(f"changed.columns.{name}"), numeric=name in _NUMBERS) for name in columns),
        rows=tuple(tuple(Cell(text=row[name]) for name in columns) for row in rows),
        folded=True,
    )
    return (table,) if rows else ()


def _row(name: str, move: Move | None, entry: Entry | None, text: Text) -> dict[str, str]:
    unit = move.unit if move is not None else entry.unit if entry is not None else "count"
    now = entry.value if entry is not None else None
    before = move.before if move is not None else now
    first = entry.first if entry is not None and entry.first is not None else before
    because = difference = ""
    if entry is not None and entry.moved_by:
        because = moved_words(entry.moved_by, unit, text)
    elif move is not None:
        because = text.join([text(f"changed.causes.{cause}") for cause in move.because])
        difference = text("changed.new") if move.new else text("changed.gone") if move.gone else ""
    if now is not None and first is not None:
        difference = signed_value(now - first, unit, text)
    values = {"first": first, "before": before, "after": now}
    told = {key: text.value(value, unit) for key, value in values.items()}
    return {"figure": figure_label(name, text), **told, "difference": difference, "because": because}


def _worth(worth: Decimal | None, text: Text) -> str:
    return "" if worth is None else text("changed.table.worth", amount=text.signed_money(worth))


def _signed(rows: int) -> str:
    return f"{'−' if rows < 0 else '+'}{abs(rows):,}"


def _short(value: object, text: Text) -> str:
    """A parameter in a line; what is long is cut."""
    said = text("changed.empty") if value in (None, "", [], {}) else str(value)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
