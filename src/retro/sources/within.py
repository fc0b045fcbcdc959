"""Let an engine read only some days of a table: by a column of days that it can look up, such as a partition's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import ibis
import ibis.expr.datatypes as dtypes

from retro.errors import SourceError, did_you_mean
from retro.sources.lake import Span


def within(table: ibis.Table, columns: Sequence[str], span: Span, where: str) -> ibis.Table:
    """The rows of a table that lie on some days.

    Args:
        table: A table of a database, or of a lake that the engine reads itself.
        columns: The column of the day or the moment, as `TableSpec.days` has it.
        span: The days.
        where: File and key, for messages.

    Raises:
        SourceError: It is not one column of days or moments.

    Examples:
        >>> days = ibis.memtable({"on": [dt.date(2025, 1, day) for day in (1, 2, 3)]})
        >>> second = dt.date(2025, 1, 2)
        >>> within(days, ["on"], Span(second, second), "source.yaml").on.execute().astype(str).tolist()
        ['2025-01-02']
    """
    name, *others = columns
    kind = table.schema().get(name)
    if kind is None:
        raise SourceError(f"{where}.days: {name!r} must be a column of the table. {did_you_mean(name, table.columns)}")
    if others or not (kind.is_date() or kind.is_timestamp()):
        got = ", ".join(columns) if others else str(kind)
        raise SourceError(f"{where}.days: it must be one column of days or moments for this engine, got {got}.")
    day, after = table[name], None if span.last is None else span.last + dt.timedelta(days=1)
    begin, end = (None if one is None else _at(one, kind) for one in (span.first, after))
    return table.filter(*([] if begin is None else [day >= begin]), *([] if end is None else [day < end]))


def _at(day: dt.date, kind: dtypes.DataType) -> ibis.Value:
    """The beginning of a day, as the column has it: one that is cast could not be looked up."""
    return ibis.literal(day if kind.is_date() else dt.datetime.combine(day, dt.time()), type=kind)
