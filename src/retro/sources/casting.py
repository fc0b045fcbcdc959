"""Turn columns of text into what they must be, cell by cell: every cell is verified, or refused by its place."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import ibis.expr.datatypes as ibis_types
import pyarrow as pa

from retro.errors import SourceError
from retro.sources.cells import (
    Refused,
    Style,
    as_id,
    as_moment,
    as_number,
    as_text,
    as_truth,
    day_first,
    formats,
    plain,
    told_cell,
)
from retro.sources.quoting import literal, quoted
from retro.sources.text import UNNAMED
from retro.sources.wanted import Wanted

FAILED = "retro cell failed"
_MOST_DIGITS = 18
_MANY = 1_000
"""Distinct cells that are tried before all are."""


@dataclass(frozen=True)
class Column:
    """How one column is read.

    Attributes:
        wanted: What it must become, with its type known.
        style: How its cells are written.
        value: SQL of its value where the cell is written plainly.
        fits: SQL that says whether it is; NULL counts as fitting.
    """

    wanted: Wanted
    style: Style
    value: str
    fits: str


def at_once(columns: Sequence[Column], query: str) -> str:
    """SQL that reads every column of a query as its plain value; a cell that is not plain ends it with `FAILED`.

    One guard stands for all columns, on one whose values are short: a guard round each would copy its text. Values are
    made below the guards, so that they are made once.
    """
    values, made, fits = [one.value for one in columns], [], []
    for number, one in enumerate(columns):
        if one.value != quoted(one.wanted.name):
            values[number] = quoted(f"retro value {number}")
            made.append(f", {one.value} AS {values[number]}")
        fits += [one.fits.replace(one.value, values[number])] if one.fits != "true" else []
    fits += [f"({again}) IS NOT TRUE"] if (again := _titles_again(columns)) else []
    bearer = next((number for number, one in enumerate(columns) if not _plain_type(one).is_string()), 0)
    if fits:
        values[bearer] = f"CASE WHEN {' AND '.join(fits)} THEN {values[bearer]} ELSE error('{FAILED}') END"
    parts = (
        f"CAST({value} AS {sql_type(_plain_type(one))}) AS {quoted(one.wanted.name)}"
        for one, value in zip(columns, values, strict=True)
    )
    return f"SELECT {', '.join(parts)} FROM (SELECT *{''.join(made)} FROM ({query}))"


def column(wanted: Wanted, style: Style) -> Column:
    """How a column of a known type is read.

    A cell is plain where the engine's own cast gives its text back, so that nothing was bent: rounded, shifted by an
    offset, cut to a day. What is not plain is read in Python.
    """
    cell = quoted(wanted.name)
    kind = wanted.type
    assert kind is not None  # noqa: S101 - the caller has found it out
    if kind.is_string():
        return Column(wanted, style, *_text(cell, style, is_id=wanted.is_id))
    if kind.is_timestamp() or kind.is_date():
        return Column(wanted, style, *_moment(cell, style, is_date=kind.is_date()))
    target = sql_type(kind)
    value = f"try_cast({cell} AS {target})"
    if kind.is_boolean():
        return Column(wanted, style, value, f"coalesce({cell} IN ('true', 'false'), true)")
    if style.decimal != ".":
        return Column(wanted, style, value, f"coalesce(regexp_full_match({cell}, '-?(0|[1-9][0-9]{{0,14}})'), true)")
    if kind.is_floating():
        fits = f"regexp_full_match({cell}, '-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?') AND {value} IS NOT NULL"
    elif kind.is_decimal() or kind.is_integer():
        fits = f"starts_with(CAST({value} AS VARCHAR), {cell})"
    else:  # times of the day, JSON, lists
        fits = f"{value} IS NOT NULL"
    return Column(wanted, style, value, f"({cell} IS NULL OR coalesce({fits}, false))")


def _text(cell: str, style: Style, *, is_id: bool) -> tuple[str, str]:
    """Text stays as it is; an id is plain where no blank, no mark of a spreadsheet and no cut digits are in it."""
    if not is_id and not style.signs & {"=", "+"}:
        return cell, "true"
    if not is_id:
        return cell, f"NOT coalesce(starts_with({cell}, '=') OR contains({cell}, 'E+'), false)"
    if not style.signs:
        return cell, f"({cell} IS NULL OR ({cell} >= '!' AND NOT suffix({cell}, ' ')))"
    return cell, f"coalesce(regexp_full_match({cell}, '[0-9A-DF-Za-df-z_-]+|[A-Za-z_-][0-9A-Za-z_-]*'), true)"


def _moment(cell: str, style: Style, *, is_date: bool) -> tuple[str, str]:
    if style.format:
        listed = ", ".join(map(literal, formats(style.format))) if style.format not in _UNITS else ""
        plain_ = f"try_strptime({cell}, [{listed}])" if listed and "%z" not in style.format else "NULL::TIMESTAMP"
        fits = f"{plain_} IS NOT NULL"
    else:
        plain_ = f"try_cast({cell} AS TIMESTAMP)"
        fits = f"strlen({cell}) >= 10 AND starts_with(CAST({plain_} AS VARCHAR), {cell})"
    local = plain_
    if style.clock == "utc":
        local = f"timezone({literal(style.zone.key)}, timezone('UTC', {plain_}))"
    if is_date:
        fits, local = f"{fits} AND {local} = date_trunc('day', {local})", f"CAST({local} AS DATE)"
    return local, f"({cell} IS NULL OR coalesce({fits}, false))"


_UNITS = frozenset({"epoch_s", "epoch_ms", "excel"})


def sql_type(kind: ibis_types.DataType) -> str:
    """DuckDB's name of a type."""
    from ibis.backends.sql.datatypes import DuckDBType  # noqa: PLC0415 - not exported at the top

    return str(DuckDBType.from_ibis(kind).sql(dialect="duckdb"))


@dataclass(frozen=True)
class Texts:
    """A table of text in the engine, and how to name a place in it.

    Attributes:
        engine: DuckDB's connection.
        table: Its name there; its rows are in the files' order.
        where: The source file and key.
        place: The file and line of a row, by its row id.
        kinds: Of a sheet: what kinds of cell each column holds; empty for text files.
    """

    engine: Any
    table: str
    where: str
    place: Callable[[int], str]
    kinds: Mapping[str, frozenset[str]]

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        rows: list[tuple[Any, ...]] = self.engine.execute(query).fetchall()
        return rows


def settle(texts: Texts, wanted: Sequence[Wanted], style: Style, date_formats: Mapping[str, str]) -> list[Column]:
    """How each column is read; the types of those that nobody said are taken from all cells, without loss.

    A type is taken only where each cell's text comes back from it, so an id with zeros in front stays text.
    """
    found = []
    for one in wanted:
        if "cut" in texts.kinds.get(one.name, ()) and (one.type is None or one.type.is_string()):
            one = replace(one, is_id=True)  # noqa: PLW2901 - digits that name things, of which some are lost
        own = replace(style, format=date_formats.get(one.name, style.format))
        kind = one.type or _inferred(texts, one, own)
        found.append(column(replace(one, type=kind), own))
    return found


def _inferred(texts: Texts, wanted: Wanted, style: Style) -> ibis_types.DataType:
    kinds = texts.kinds.get(wanted.name, frozenset())
    if wanted.is_id or "text" in kinds:
        return ibis_types.string
    cell, table = quoted(wanted.name), quoted(texts.table)
    scale = f"max(CASE WHEN contains({cell}, '.') THEN strlen({cell}) - strpos({cell}, '.') ELSE 0 END)"
    filled, places = texts.ask(f"SELECT count({cell}), {scale} FROM {table}")[0]
    if not filled:
        return ibis_types.string
    tried: list[ibis_types.DataType] = [ibis_types.boolean, ibis_types.int64, ibis_types.date, ibis_types.timestamp]
    if places and places < _MOST_DIGITS and style.decimal == ".":
        tried.append(ibis_types.Decimal(_MOST_DIGITS, int(places)))
    columns = [column(replace(wanted, type=kind), style) for kind in tried]
    counted = texts.ask(f"SELECT {', '.join(f'count_if(NOT ({one.fits}))' for one in columns)} FROM {table}")[0]
    for kind, odd in zip(tried, counted, strict=True):
        if not odd:
            return kind
    if kinds and kinds <= {"number"}:
        return ibis_types.float64
    return ibis_types.timestamp if _all_moments(texts, wanted, style) else ibis_types.string


def _all_moments(texts: Texts, wanted: Wanted, style: Style) -> bool:
    """Whether all cells are moments that can be read one way; compact digits could be numbers."""
    cell = quoted(wanted.name)
    cells = f"SELECT DISTINCT {cell} FROM {quoted(texts.table)} WHERE {cell} IS NOT NULL"
    try:
        for limit in (f" LIMIT {_MANY}", ""):
            for (text,) in texts.ask(cells + limit):
                if plain(text) != text or not any(sign in text for sign in "-/.年"):
                    return False
                as_moment(text, replace(style, day_first=None))
    except Refused:
        return False
    return True


def cast(texts: Texts, columns: Sequence[Column], target: str) -> None:
    """Make the typed table of a table of text.

    Raises:
        SourceError: A cell is not what its column must be, or a row repeats the titles; its place is named.
    """
    if again := _titles_again(columns):
        found = texts.ask(f"SELECT min(rowid) FROM {quoted(texts.table)} WHERE {again}")[0][0]
        if found is not None:
            raise SourceError(
                f"{texts.where}: {texts.place(int(found))}: row must be data, got the columns' names again. "
                "Take it out of the file."
            )
    counts = ", ".join(f"count_if(NOT ({one.fits}))" for one in columns)
    odd = texts.ask(f"SELECT {counts} FROM {quoted(texts.table)}")[0]
    values, joins = [], []
    for number, (one, count) in enumerate(zip(columns, odd, strict=True)):
        name, cell = quoted(one.wanted.name), f"t.{quoted(one.wanted.name)}"
        value = one.value.replace(name, cell)
        if count:
            lookup = quoted(f"{texts.table} {number}")
            texts.engine.register(f"{texts.table} {number}", _lookup(texts, one))
            fits = one.fits.replace(name, cell)
            value = f"CASE WHEN {fits} THEN {value} ELSE m{number}.value END"
            joins.append(f"LEFT JOIN {lookup} m{number} ON {cell} = m{number}.cell")
        values.append(f"CAST({value} AS {sql_type(_plain_type(one))}) AS {name}")
    joined = f"{' '.join(joins)} ORDER BY t.rowid" if joins else ""  # rows stay in the files' order
    texts.engine.execute(
        f"CREATE TABLE {quoted(target)} AS SELECT {', '.join(values)} FROM {quoted(texts.table)} t {joined}"
    )
    for number, count in enumerate(odd):
        if count:
            texts.engine.unregister(f"{texts.table} {number}")


def _titles_again(columns: Sequence[Column]) -> str:
    """SQL that says whether a row repeats the titles, as files that were pasted together do.

    Empty where it need not be asked: a title is refused by any type but text.
    """
    if len(columns) == 1 or not all(_plain_type(one).is_string() for one in columns):
        return ""
    return " AND ".join(f"{quoted(one.wanted.name)} = {literal(one.wanted.name)}" for one in columns)


def _plain_type(one: Column) -> ibis_types.DataType:
    """A moment is local from here on, whatever zone `types` says."""
    kind = one.wanted.type
    assert kind is not None  # noqa: S101 - settled
    return ibis_types.timestamp if kind.is_timestamp() else kind


def _lookup(texts: Texts, one: Column) -> pa.Table:
    """The values of the cells of a column that are not written plainly."""
    cell = quoted(one.wanted.name)
    query = f"SELECT DISTINCT {cell} FROM {quoted(texts.table)} WHERE NOT ({one.fits})"
    cells = [text for (text,) in texts.ask(query)]
    style = one.style
    bad: dict[str, str] = {}
    values: list[Any] = []
    kind = _plain_type(one)
    if kind.is_temporal() and not style.format:
        try:
            style = replace(style, day_first=day_first(cells))
        except Refused as reason:
            bad = dict.fromkeys(cells, str(reason))
    for text in cells:
        try:
            values.append(None if plain(text) in style.nulls else _value(text, kind, style, is_id=one.wanted.is_id))
        except Refused as reason:
            bad.setdefault(text, str(reason))
            values.append(None)
    if kind.is_numeric() and not bad:
        bad = _mixed(texts, one, cells)
    if bad:
        raise _refusal(texts, one, bad)
    return pa.table({"cell": pa.array(cells, pa.string()), "value": pa.array(values, kind.to_pyarrow())})


def _value(text: str, kind: ibis_types.DataType, style: Style, *, is_id: bool) -> Any:  # noqa: ANN401 - of any type
    if kind.is_string():
        return as_id(text) if is_id else as_text(text)
    if kind.is_timestamp():
        return as_moment(text, style)
    if kind.is_date():
        moment = as_moment(text, style)
        if moment.time() != dt.time():
            raise Refused("be a day without a time. Say types: {column: timestamp}, or cut it by sql")
        return moment.date()
    if kind.is_boolean():
        return as_truth(text)
    if kind.is_numeric():
        return _number(as_number(text, style), kind)
    raise Refused(f"be of the type {kind}")


def _number(number: Decimal, kind: ibis_types.DataType) -> Any:  # noqa: ANN401 - of any type
    if kind.is_floating():
        return float(number)
    if isinstance(kind, ibis_types.Decimal):
        precision, scale = kind.precision or _MOST_DIGITS, kind.scale or 0
        if _places(number) > scale:
            raise Refused(f"have at most {scale} places after the point. Give it a wider type in types")
        if number and number.adjusted() >= precision - scale:
            raise Refused(f"have at most {precision - scale} digits before the point")
        return number
    if _places(number) > 0:
        raise Refused("be a whole number")
    bounds = kind.bounds if isinstance(kind, ibis_types.Integer) else None
    if bounds is None or not bounds.lower <= number <= bounds.upper:
        raise Refused(f"fit into {kind}")
    return int(number)


def _places(number: Decimal) -> int:
    """Digits after the point that are not zeros at the end."""
    return len(f"{number:f}".partition(".")[2].rstrip("0"))


def _mixed(texts: Texts, one: Column, cells: Sequence[str]) -> dict[str, str]:
    """Percents beside bare numbers: nobody knows whether 12 is meant as 12 %."""
    percents = [text for text in cells if text.rstrip().endswith(("%", "％"))]
    cell = quoted(one.wanted.name)
    bare = len(cells) > len(percents) or texts.ask(
        f"SELECT 1 FROM {quoted(texts.table)} WHERE {cell} IS NOT NULL AND {one.fits} AND {cell} <> '0' LIMIT 1"
    )
    rule = "be written with % in all cells of the column, or in none"
    return dict.fromkeys(percents, rule) if percents and bare else {}


def _refusal(texts: Texts, one: Column, bad: Mapping[str, str]) -> SourceError:
    """Name the first cell that is not what its column must be."""
    cell, first = quoted(one.wanted.name), None
    for batch in itertools.batched(bad, 1000) if hasattr(itertools, "batched") else [list(bad)]:
        query = f"SELECT min(rowid) FROM {quoted(texts.table)} WHERE {cell} IN ({', '.join(map(literal, batch))})"
        found = texts.ask(query)[0][0]
        first = found if first is None else min(first, found)
    text = texts.ask(f"SELECT {cell} FROM {quoted(texts.table)} WHERE rowid = {first}")[0][0]
    more = f" {len(bad):,} different cells break this." if len(bad) > 1 else ""
    rule, _, todo = bad[text].partition(". ")
    named = f"{texts.where}: {texts.place(int(first or 0))}, column {one.wanted.name!r}"
    told = told_cell(text, personal=one.wanted.personal)
    return SourceError(f"{named}: cell must {rule}, got {told}.{f' {todo}.' if todo else ''}{more}")


def drop_unnamed(texts: Texts, names: Sequence[str]) -> list[str]:
    """The columns that have a name; one without must be empty.

    Raises:
        SourceError: A column without a name holds cells.
    """
    for name in names:
        if name.startswith(UNNAMED):
            found = texts.ask(f"SELECT min(rowid) FROM {quoted(texts.table)} WHERE {quoted(name)} IS NOT NULL")[0][0]
            if found is not None:
                number = name.removeprefix(UNNAMED)
                raise SourceError(
                    f"{texts.where}: {texts.place(int(found))}: column {number} must have a name, got none above "
                    "its cells. Say header_row, or [1, 2] where titles stand above each other."
                )
    return [name for name in names if not name.startswith(UNNAMED)]
