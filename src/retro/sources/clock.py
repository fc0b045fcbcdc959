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


def to_local(table: ibis.Table, spec: TableSpec, zone: str) -> ibis.Table:
    """Give every time column the source's wall clock and no zone."""
    spark = table.get_backend().name == "pyspark"
    local = {}
    for name, kind in table.schema().items():
        if not isinstance(kind, ibis_types.Timestamp) or (kind.timezone is None and spec.clock == "local"):
            continue
        column = table[name]
        if spark:
            local[name] = _from_utc(column, zone)
        else:
            instant = column if kind.timezone is not None else column.cast("timestamp('UTC')")
            local[name] = _at_zone(zone, instant)
    return table.mutate(**local) if local else table
