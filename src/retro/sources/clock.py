"""Convert every time column to local wall clock, once, since engines disagree on local days."""

from __future__ import annotations

import datetime as dt

import ibis
import ibis.expr.datatypes as ibis_types

from retro.sources.spec import TableSpec


@ibis.udf.scalar.builtin(  # type: ignore[untyped-decorator]  # ibis is not typed here
    name="timezone", signature=(("string", "timestamp('UTC')"), "timestamp")
)
def _at_zone(zone: str, moment: dt.datetime) -> dt.datetime:  # type: ignore[empty-body]  # the engine has the body
    """The engine's own conversion of an instant to a zone's wall clock (DuckDB, Postgres); Ibis calls it by name."""


@ibis.udf.scalar.builtin(  # type: ignore[untyped-decorator]  # same
    name="from_utc_timestamp", signature=(("timestamp", "string"), "timestamp")
)
def _from_utc(moment: dt.datetime, zone: str) -> dt.datetime:  # type: ignore[empty-body]  # same
    """Spark's conversion of a UTC wall clock to a zone's; Ibis calls it by name."""


_OFFSET = r":\d{2}(\.\d+)?\s*(Z|UTC|[+-]\d{2}(:?\d{2})?)$"
"""How a moment as text ends that says its offset."""


def to_local(table: ibis.Table, spec: TableSpec, zone: str) -> ibis.Table:
    """Give every time column the source's wall clock and no zone."""
    moments = [table[name] for name, kind in table.schema().items() if isinstance(kind, ibis_types.Timestamp)]
    local = {moment.get_name(): own for moment in moments if (own := local_clock(moment, spec, zone)) is not moment}
    return table.mutate(**local) if local else table


def local_clock(column: ibis.Column, spec: TableSpec, zone: str) -> ibis.Column:
    """A column of moments by the source's wall clock."""
    kind = column.type()
    if kind.timezone is None and spec.clock == "local":
        return column
    if column.get_backend().name == "pyspark":
        return _from_utc(column, zone)
    return _at_zone(zone, column if kind.timezone is not None else column.cast("timestamp('UTC')"))


def moment_of_text(column: ibis.Column, spec: TableSpec, zone: str) -> ibis.Column:
    """Moments of ISO text by the source's wall clock: an offset is heeded, and without one `clock` holds."""
    instant = local_clock(column.cast("timestamp('UTC')"), spec, zone)
    return ibis.ifelse(column.re_search(_OFFSET), instant, local_clock(column.cast("timestamp"), spec, zone))
