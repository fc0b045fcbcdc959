"""The types that a source file asks for, of tables that have types of their own: Parquet, databases and SQL."""

from __future__ import annotations

import ibis
import ibis.expr.datatypes as ibis_types
import ibis.expr.types as ir

from retro.errors import SourceError, did_you_mean
from retro.sources.clock import local_clock, moment_of_text
from retro.sources.spec import TableSpec

_NOISE = 1e-9
"""How far a float may lie from a decimal that stands for it, as a share: what sums of floats leave behind."""


def refuse_unknown(table: ibis.Table, spec: TableSpec, where: str) -> None:
    """Refuse `types` of columns that the table lacks.

    Raises:
        SourceError: A column is not there.
    """
    for column in spec.types:
        if column not in table.columns:
            hint = did_you_mean(column, table.columns)
            raise SourceError(f"{where}: types must name columns, got {column!r}. {hint}")


def typed(table: ibis.Table, spec: TableSpec, where: str, zone: str) -> ibis.Table:
    """Cast to `types`, without loss.

    What is a moment by now is local and stays so, and text that becomes one heeds its offset.

    Args:
        table: The table as the engine has it.
        spec: Its entry in the source file.
        where: File and key, for messages.
        zone: The shop's time zone.

    Raises:
        SourceError: A column is not there, or a value would be rounded or cut by its type.
    """
    refuse_unknown(table, spec, where)
    casts, lossy = {}, dict[str, ir.BooleanValue]()
    for name, kind in spec.types.items():
        column, wished = table[name], ibis.dtype(kind)
        if not wished.is_timestamp():
            casts[name] = column.cast(kind)
            if (changed := _changed(column, wished)) is not None:
                lossy[name] = changed
        elif column.type().is_string():
            casts[name] = moment_of_text(column, spec, zone)
        elif not column.type().is_timestamp():
            casts[name] = local_clock(column.cast(kind), spec, zone)
    if lossy:
        _refuse_lossy(table, lossy, spec, where)
    return table.mutate(**casts) if casts else table


def _changed(column: ibis.Column, wished: ibis_types.DataType) -> ir.BooleanValue | None:
    """Whether a cast rounds or cuts a value; None where it cannot."""
    kind = column.type()
    if wished.is_date() and kind.is_timestamp():
        return column != column.truncate("D")
    if not (wished.is_integer() or wished.is_decimal()):
        return None
    if kind.is_string():
        exact = column.try_cast("decimal(38, 10)")
        return exact.notnull() & (column.try_cast(wished).cast("decimal(38, 10)") != exact)
    if kind.is_floating():
        off = (column.cast(wished).cast("float64") - column).abs()
        return off > _NOISE * ibis.greatest(column.abs(), 1)
    if kind.is_decimal() and kind != wished:
        return column.cast(wished).cast(kind) != column
    return None


def _refuse_lossy(table: ibis.Table, lossy: dict[str, ir.BooleanValue], spec: TableSpec, where: str) -> None:
    counted = table.aggregate(**{name: changed.sum() for name, changed in lossy.items()}).execute().iloc[0]
    for name, changed in lossy.items():
        if counted[name] and counted[name] == counted[name]:
            value = table.filter(changed).limit(1)[name].to_pyarrow()[0].as_py()
            raise SourceError(
                f"{where}: types.{name}: {spec.types[name]} must hold every value unchanged, got {value} "
                f"({int(counted[name]):,} such values). Give it a wider type, or round it by sql."
            )
