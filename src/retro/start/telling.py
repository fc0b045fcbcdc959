"""What `retro start` found, as lines for the terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from retro.files import shown
from retro.i18n import load_text
from retro.start.asking import Asker
from retro.start.places import TOLD
from retro.start.proposal import columns_used
from retro.start.starting import Start
from retro.start.support import title_of

_MOST = 12


def lines(result: Start, asker: Asker) -> Iterator[str]:
    """Files, assumptions, what stays unmapped, profiles, reports, windows, and what was written."""
    yield from _files(result)
    yield from _listed("Assumed", _assumptions(result, asker))
    yield from _listed("Not mapped", [f"{name}: {why}" for name, why in _unmapped(result).items()])
    yield from _listed("Left out, since it breaks its contract", [f"{n}: {w}" for n, w in result.dropped.items()])
    yield from _profiles(result)
    yield from _support(result)
    yield from _windows(result)
    if result.broken:
        yield from _listed("Orders break their contract, so no report can be made yet", result.broken)
    yield from (f"Wrote {shown(path)}" for path in result.written)
    if result.why_none:
        yield f"No report yet: {result.why_none}."


def _files(result: Start) -> Iterator[str]:
    proposal = result.proposal
    yield "Files:"
    for name, raw in proposal.raws.items():
        tables = [table for table, mapped in proposal.tables.items() if mapped.raw == name]
        shape = raw.shape
        form = [shape.encoding] if shape.kind in {".csv", ".tsv", ".txt"} else []
        form += [f"header in line {shape.header_row}"] if shape.header_row > 1 else []
        form += [f"{len(shape.paths)} files"] if len(shape.paths) > 1 else []
        of = f" ({', '.join(form)})" if form else ""
        yield f"  {shape.shown}{of}: {raw.rows:,} rows -> {', '.join(tables) or 'not mapped'}"
        if raw.export is not None:
            yield f"    {load_text('en').pick(raw.export.shop)}"
        for table in tables[:1]:
            pairs = [f"{column} = {header}" for column, header in raw.columns.items()]
            yield f"    {table}: {', '.join(pairs)}"
    for name, why in proposal.unread.items():
        yield f"  {name}: not read: {why}"


def _assumptions(result: Start, asker: Asker) -> list[str]:
    notes = [f"{table}: {note}" for table, one in result.proposal.tables.items() for note in one.notes.lines[1:]]
    open_ones = [f"{question.key}: {question.default}; {question.text}" for question in asker.unasked]
    return [
        *result.proposal.general.lines,
        *notes,
        *(f"{key}: {value} (--yes)" for key, value in asker.assumed.items() if key not in TOLD),
        *open_ones,
    ]


def _unmapped(result: Start) -> dict[str, str]:
    found = dict(result.proposal.unmapped)
    for name, (_, rest) in columns_used(result.proposal).items():
        if rest:
            more = f" and {len(rest) - _MOST} more" if len(rest) > _MOST else ""
            found[result.proposal.raws[name].shape.shown] = f"columns {', '.join(rest[:_MOST])}{more}"
    return found


def _profiles(result: Start) -> Iterator[str]:
    yield "Tables:"
    for one in result.profiles:
        days = f", {one.days}" if one.days else ""
        yield f"  {one.table}: {one.rows:,} rows{days}, {one.duplicates:,} with a key seen before"
        if one.hole_words:
            yield f"    days without a row: {one.hole_words}"
        if one.lost_words:
            yield f"    of these too quiet to be chance, so that reports take them for lost: {one.lost_words}"
        if one.empty:
            shown_columns = ", ".join(f"{column} {rows:,}" for column, rows in one.empty.items())
            yield f"    rows without a value: {shown_columns}"
    for name in result.proposal.used:
        raw, types = result.proposal.raws[name], result.proposal.readings[name].types
        cast = [f"{column} as {kind}" for column, kind in types.items() if kind != "string"]
        odd = [
            f"{facts.name} ({facts.filled - facts.numbers:,} of {facts.filled:,} are no numbers)"
            for facts in raw.facts.values()
            if 0 < facts.filled - facts.numbers <= 0.1 * facts.filled and facts.numbers and facts.name not in types
        ]
        if cast:
            yield f"  {raw.shape.shown}: cast {', '.join(cast)}"
        if odd:
            yield f"  {raw.shape.shown}: could not be cast, so kept as text: {', '.join(odd)}"


def _support(result: Start) -> Iterator[str]:
    yield "Reports:"
    for one in result.support:
        if one.lacking:
            yield f"  {one.kind}: not without {', '.join(one.lacking)}"
        else:
            yield f"  {one.kind}: {len(one.shown)} of {len(one.sections)} sections"
    for table, sections in list(result.gains.items())[:_MOST]:
        yield f"  with {table}: {'; '.join(map(title_of, sections))}"


def _windows(result: Start) -> Iterator[str]:
    if result.found:
        yield "Days far above their baseline (found in the data: what is measured on them is no evidence of an effect):"
    for one in result.found:
        backlog = "; it follows days without orders, and may be a backlog" if one.after_hole else ""
        last = one.end - dt.timedelta(days=1)
        beside = f"{one.expected:,} expected ({one.times:.1f} times)"
        yield f"  {one.start} – {last}: {one.orders:,} orders, {beside}{backlog}"


def _listed(title: str, found: list[str]) -> Iterator[str]:
    if found:
        yield f"{title}:"
        yield from (f"  {line}" for line in found)
