"""Measured: what the gate asks of any data beside its contracts: coarse moments, and samples."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from retro.contracts import RuleResult
from retro.i18n import LANGS, load_text
from retro.sources import Tables
from retro.sources.as_of import MOMENTS

_TIMED = ("orders", "users", "events", "page_views", "points_ledger", "support_tickets")
"""Tables of whose moments sections ask more than the day."""

_LINKED = (
    ("orders", "order_id", "order_items", "order_id"),
    ("orders", "user_id", "users", "user_id"),
    ("orders", "user_id", "events", "user_id"),
    ("order_items", "order_id", "orders", "order_id"),
)
"""What most rows of a whole shop find: the lines of an order, its user, what they did before."""

_MOST = 0.5
_LEAST_ROWS = 100


def measured(tables: Tables, names: Collection[str]) -> Iterator[RuleResult]:
    """What speaks against the data without being a breach, as warnings; nothing where nothing does.

    - A column of moments knows only hours, days or months.
    - Most orders find no lines, user or event, or an outcome is true for exactly half of the rows: is it a sample? It
      is not asked of a source that declares its `sample`.

    Args:
        tables: The source.
        names: The tables that the report can use.
    """
    own = [name for name in names if name in tables]
    yield from _coarse(tables, own)
    if tables.source.sample is None:
        yield from _unlinked(tables, own)
        yield from _halves(tables, own)


def _coarse(tables: Tables, names: Collection[str]) -> Iterator[RuleResult]:
    for name in _TIMED:
        if name in names and (grain := tables.grain(name)) != "minute":
            yield _warned(name, "grain", f"grain_{grain}", grain, column=MOMENTS[name])


def _unlinked(tables: Tables, names: Collection[str]) -> Iterator[RuleResult]:
    from retro.metrics.links import linked_rows  # noqa: PLC0415 - a second, which a run that is skipped need not pay

    for name, column, other, key in _LINKED:
        if name not in names or other not in names:
            continue
        table, known = tables.whole(name), tables.whole(other)
        if column not in table.columns or key not in known.columns:
            continue
        rows, linked = tables.once(linked_rows, table, column, known, key)
        if rows >= _LEAST_ROWS and linked < _MOST * rows:
            detail = f"{linked:,} / {rows:,}"
            yield _warned(name, "sample", "sample_linked", detail, column=column, other=f"{other}.{key}")


def _halves(tables: Tables, names: Collection[str]) -> Iterator[RuleResult]:
    if "outcomes" not in names:
        return
    table = tables.whole("outcomes")
    columns = [name for name, kind in table.schema().items() if kind.is_boolean() or kind.is_integer()]
    asked: dict[str, Any] = {"rows": table.count()}
    for name in columns:
        value = table[name].cast("int64")
        asked |= {f"{name}.sum": value.sum(), f"{name}.low": value.min(), f"{name}.high": value.max()}
    (found,) = table.aggregate(**asked).execute().to_dict("records")
    rows = int(found["rows"])
    for name in columns:
        ends = (found[f"{name}.low"], found[f"{name}.high"])
        if rows >= _LEAST_ROWS and ends == (0, 1) and 2 * found[f"{name}.sum"] == rows:
            yield _warned("outcomes", "sample", "sample_halves", f"{rows // 2:,} / {rows:,}", column=name)


def _warned(table: str, kind: str, key: str, detail: str, **values: str) -> RuleResult:
    return RuleResult(
        table=table,
        rule=".".join((values.get("column", ""), kind)).strip("."),
        kind=kind,
        severity="warning",
        outcome="failed",
        said={lang: load_text(lang)(f"contract.rule.{key}", **values) for lang in LANGS},
        detail=detail,
    )
