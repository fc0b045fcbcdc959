"""What makes many reports of one shop quick: what does not read what a shop lacks is not computed again.

The source is opened once, and each shop is it without some tables and columns. A result is taken again where all that
it was computed from is the same: the tables and columns that were asked for by name while it was computed, by their
contents, and its other arguments. A column is asked of the tables that are behind what it was asked of: amounts of
orders are not those of refunds. The code that computes is the report's own.
"""

from __future__ import annotations

import copy
import datetime as dt
import functools
import hashlib
import importlib
import inspect
import itertools
import pickle
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Self, TypeAlias

import ibis
import ibis.expr.operations as ops
import ibis.expr.types.joins as ibis_joins
import ibis.expr.types.relations as ibis_tables
import pandas as pd
import pyarrow.compute as pc
import pytest

from notebooks.lacking import Lacking
from retro.errors import RetroError
from retro.i18n import Text
from retro.metrics.baseline import Impact
from retro.metrics.history import blank_of
from retro.metrics.shop import Has
from retro.sections import SECTIONS, Context, Finding, Section
from retro.sources import Tables

Asked: TypeAlias = tuple[str, str]
"""A table behind what was asked, and the name of a column of it, or of nothing for the table itself."""

_OPENED: dict[Any, Tables] = {}
_KEPT: dict[Any, list[tuple[frozenset[Asked], Any, Any]]] = {}
"""By function and other arguments: the names that a computation asked for, what they held, and what came of it."""
_FILES: dict[Any, Any] = {}
"""What is known of the files of a source: no test writes other data under the same name."""
_DIGESTS: dict[Any, _Digests] = {}
_BASES: dict[Any, frozenset[str]] = {}
_WATCHING: list[set[Asked]] = []

_ANY = "any"
"""In place of a table, where nobody knows which are behind what was asked."""

_EVERY: Asked = (_ANY, "")
"""Which tables there are."""

_DRAWS = 150

_TOGETHER = ("orders", "order_items", "refunds")
"""Tables that are cut by each other."""


def remember(patched: pytest.MonkeyPatch, lacking: Lacking | None = None) -> None:
    """Let reports share all results of equal inputs; their shop lacks these tables and columns."""
    import retro.sources.tables as reading
    from retro.metrics.baseline import gibbs
    from retro.report import limits, opening, report

    opened = opening.open_tables

    def opens(source: Any, *given: Any) -> Tables:
        key = repr((source, given))
        if key not in _OPENED:
            _OPENED[key] = opened(source, *given)
        return _without(_OPENED[key], lacking or {})

    patched.setattr(opening, "open_tables", opens)
    for module in (opening, report):
        patched.setattr(module, "remembering", _recalling)
    patched.setattr(report, "Has", _Has)
    patched.setattr(opening, "last_verdict", _of_files(opening.last_verdict))
    for name in ("fingerprint", "seen"):
        patched.setattr(Tables, name, _of_files(getattr(Tables, name)))
    for module, name in ((report, "history"), (limits, "unlinked"), (reading, "grain_of")):
        patched.setattr(module, name, _remembering(getattr(module, name)))
    for name in ("hourly", "impact"):
        baseline = importlib.import_module(f"retro.metrics.baseline.{name}")  # the package names functions so too
        patched.setattr(baseline, "draw_paths", _fewer(gibbs.draw_paths))
    patched.setattr(report, "SECTIONS", {name: _section(name) for name in SECTIONS})
    patched.setattr(report, "section_blocks", _remembering(report.section_blocks))
    for module, name, made in _inner():
        patched.setattr(module, name, made)
    _watch(patched)


def _recalling(tables: Tables) -> Callable[..., Any]:
    tables.recall_by(_once)
    return _once


def forget() -> None:
    """Compute everything anew."""
    _KEPT.clear()
    _FILES.clear()


def _of_files(function: Callable[..., Any]) -> Callable[..., Any]:
    """What a function says of the files that tables are read from, asked once."""

    @functools.wraps(function)
    def known(tables: Tables, **options: Any) -> Any:
        key = repr((function.__qualname__, tables.source, options))
        if key not in _FILES:
            _FILES[key] = function(tables, **options)
        return _FILES[key]

    return known


def _without(whole: Tables, lacking: Lacking) -> Tables:
    """The tables of a shop that lacks some; what does not hang on these keeps what was read from it."""
    tables = copy.copy(whole)
    tables._mapped = dict(whole._mapped)
    for name, columns in lacking.items():
        if name in tables._mapped and columns:
            there = [column for column in columns if column in tables._mapped[name].columns]
            tables._mapped[name] = tables._mapped[name].drop(*there)
        else:
            tables._mapped.pop(name, None)
    touched = set(lacking) | (set(_TOGETHER) if set(lacking) & set(_TOGETHER) else set())
    for name in whole._mapped.keys() - touched if lacking else ():
        whole._known(name)  # asks the data what lies after its end; kept for every shop that has it
    for kept in ("_counts", "_cut", "_newest"):
        setattr(tables, kept, {name: one for name, one in getattr(whole, kept).items() if name not in touched})
    tables._tables = {}
    return tables


def _once(function: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """What a function returns or raises, computed once for all that it asks for."""
    given = list(_flat((args, kwargs)))
    tables = [one for one in given if isinstance(one, ibis.Table | _Has)]
    others = tuple(_text(one) for one in given if not isinstance(one, ibis.Table | _Has))
    blank = _blank(tables)  # histories know it beside what they read
    kept = _KEPT.setdefault((f"{function.__module__}.{function.__qualname__}", len(tables), others, blank), [])
    asked, found = next(
        ((names, result) for names, held, result in kept if held == _held(tables, names)), (frozenset[Asked](), None)
    )
    if found is None:
        _WATCHING.append(set())
        try:
            found = function(*args, **kwargs), None
        except RetroError as error:
            found = None, error
        finally:
            asked = frozenset(_WATCHING.pop())
        if not any(isinstance(one, ibis.Table) for one in _flat(found[0])):  # it is of this connection alone
            kept.append((asked, _held(tables, asked), found))
    _saw(*asked)  # what computed this from it hangs on the same
    value, error = found
    if error is not None:
        raise error
    return value


def _blank(tables: Sequence[Any]) -> frozenset[dt.date]:
    every = (one for own in tables for one in (dict.values(own) if isinstance(own, _Has) else [own]))
    first = next(every, None)
    return frozenset() if first is None else blank_of(first)


def _fewer(drawn: Callable[..., Any]) -> Callable[..., Any]:
    """The same model from few draws: these tests read what is said, not the last digit of an interval."""
    return lambda *args, draws, **kwargs: drawn(*args, draws=min(draws, _DRAWS), **kwargs)


def _remembering(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def remembered(*args: Any, **kwargs: Any) -> Any:
        return _once(function, args, kwargs)

    return remembered


@functools.cache
def _inner() -> tuple[tuple[Any, str, Callable[..., Any]], ...]:
    """What metrics are made of, where it gives frames of tables, or an impact: in each module that names it."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("retro.metrics")]
    named = [(module, name, one) for module in modules for name, one in vars(module).items() if inspect.isfunction(one)]
    kinds = {pd.DataFrame, Impact, "pd.DataFrame", "Impact"}
    made = {
        one: _aside(one)
        for *_, one in named
        if one.__module__.startswith("retro.metrics") and one.__annotations__.get("return") in kinds
    }
    return tuple((module, name, made[one]) for module, name, one in named if one in made)


def _aside(function: Callable[..., Any]) -> Callable[..., Any]:
    """As `_remembering`, but what is given is the caller's own to change, and what has no exact text is computed."""
    kind = function.__annotations__["return"]

    @functools.wraps(function)
    def remembered(*args: Any, **kwargs: Any) -> Any:
        given = list(_flat((args, kwargs)))
        costly = any(isinstance(one, ibis.Table | _Has) for one in given) or kind in {Impact, "Impact"}
        untold = any(callable(one) or (isinstance(one, ibis.Expr) and not isinstance(one, ibis.Table)) for one in given)
        return copy.deepcopy(_once(function, args, kwargs)) if costly and not untold else function(*args, **kwargs)

    return remembered


@functools.cache
def _section(name: str) -> Section:
    """A section that says the same frames once."""
    section = SECTIONS[name]

    def say(*given: Any) -> Finding:
        return section.say(*given)

    def masked(*frames: Any) -> list[Any]:
        return Section.masked(section, frames)

    say.__qualname__, masked.__qualname__ = f"{section.name}.say", f"{section.name}.masked"
    made = copy.copy(section)
    object.__setattr__(made, "say", _remembering(say))
    object.__setattr__(made, "masked", lambda frames: _once(masked, tuple(frames), {}))
    return made


class _Has(Has):
    """The tables that a shop has, by name, and which of them are asked for."""

    def __contains__(self, name: object) -> bool:
        _saw((str(name), ""))
        return super().__contains__(name)

    def __getitem__(self, name: str) -> Any:
        _saw((name, ""))
        return super().__getitem__(name)

    def __iter__(self) -> Iterator[str]:
        _saw(_EVERY)
        return super().__iter__()

    def keys(self) -> Any:
        _saw(_EVERY)
        return super().keys()

    def items(self) -> Any:
        _saw(_EVERY)
        return super().items()

    def get(self, name: str, default: Any = None) -> Any:
        _saw((name, ""))
        return super().get(name, default)


class _Columns(tuple[str, ...]):  # noqa: SLOT001 - a tuple has no room for a slot
    """The names of a table's columns, and which of them are asked for."""

    def __new__(cls, table: ibis.Table) -> Self:
        found = super().__new__(cls, table.schema().names)
        found.table = table
        return found

    def __contains__(self, name: object) -> bool:
        _saw_in(self.table, str(name))
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        if str(sys._getframe(1).f_globals.get("__name__", "")).startswith("retro"):
            _saw_in(self.table, *tuple.__iter__(self))
        return super().__iter__()


def _saw(*asked: Asked) -> None:
    if _WATCHING:
        _WATCHING[-1].update(asked)


def _saw_in(of: Any, *names: str) -> None:
    """Columns by name, of a table or of what is made from some."""
    if _WATCHING and names:
        _WATCHING[-1].update(itertools.product(_bases(of.op() if isinstance(of, ibis.Expr) else of), names))


def _bases(node: Any) -> frozenset[str]:
    """The shop's tables that are behind an operation of Ibis."""
    if node not in _BASES:
        if isinstance(node, ops.DatabaseTable) and any(node.name in tables.names for tables in _OPENED.values()):
            own = {node.name}
        elif isinstance(node, ops.InMemoryTable):
            own = set()
        elif isinstance(node, ops.PhysicalTable | ops.SQLQueryResult):
            own = {_ANY}
        else:
            own = set[str]().union(*map(_bases, node.__children__))
        _BASES[node] = frozenset(own)
    return _BASES[node]


def _watch(patched: pytest.MonkeyPatch) -> None:
    """See each table and column that is asked for by name."""
    named, there = Tables.__getattr__, Tables.__contains__

    def table_of(self: Tables, name: str) -> Any:
        _saw((name, ""))
        return named(self, name)

    def has(self: Tables, name: str) -> bool:
        _saw((name, ""))
        return there(self, name)

    patched.setattr(Tables, "__getattr__", table_of)
    patched.setattr(Tables, "__contains__", has)
    table = ibis_tables.Table
    attribute, item, bind, predicates = (
        table.__getattr__,
        table.__getitem__,
        ibis_tables.bind,
        ibis_joins.prepare_predicates,
    )

    def getattribute(self: ibis.Table, name: str) -> Any:
        _saw_in(self, name)
        return attribute(self, name)

    def getitem(self: ibis.Table, what: Any) -> Any:
        _saw_in(self, *filter(_is_name, what if isinstance(what, list | tuple) else [what]))
        return item(self, what)

    def binds(own: ibis.Table, value: Any) -> Any:
        _saw_in(own, *filter(_is_name, [value]))
        return bind(own, value)

    def joins(chain: Any, right: Any, given: Any, **options: Any) -> Any:
        for one in (chain, right):
            _saw_in(one, *filter(_is_name, given if isinstance(given, list | tuple) else [given]))
        return predicates(chain, right, given, **options)

    patched.setattr(table, "__getattr__", getattribute)
    patched.setattr(table, "__getitem__", getitem)
    patched.setattr(ibis_tables, "bind", binds)
    patched.setattr(ibis_joins, "prepare_predicates", joins)
    patched.setattr(table, "columns", property(_Columns))


def _is_name(value: object) -> bool:
    return isinstance(value, str)


def _held(tables: Sequence[Any], asked: frozenset[Asked]) -> Any:
    """What tables hold in the columns that were asked for."""
    return tuple(_held_of(one, asked) if isinstance(one, _Has) else _digests(one).of(asked) for one in tables)


def _held_of(shop: Has, asked: frozenset[Asked]) -> Any:
    names = [name for name in dict.keys(shop) if _EVERY in asked or (name, "") in asked]
    return tuple((name, _held([dict.__getitem__(shop, name)], asked)) for name in sorted(names))


class _Digests:
    """Hashes of the columns of a table, each once it is asked for."""

    def __init__(self, table: ibis.Table) -> None:
        self._bases = _bases(table.op())
        frame = table.to_pyarrow()
        first = frame.column_names[0]
        if len(frame) == pc.count_distinct(frame[first]).as_py():  # a key: rows that were joined come in any order
            frame = frame.sort_by(first)
        self._frame = frame
        self._known: dict[str, str] = {}

    def without(self, columns: Collection[str]) -> _Digests:
        """Those of the same table without some columns."""
        found = copy.copy(self)
        found._frame = self._frame.drop_columns(list(columns))
        return found

    def of(self, asked: frozenset[Asked]) -> Any:
        """What the table is read from, its number of rows, and a hash of each of its columns that was asked for."""
        every = _ANY in self._bases
        names = {name for base, name in asked if every or base == _ANY or base in self._bases}
        there = sorted(names.intersection(self._frame.column_names))
        return sorted(self._bases), self._frame.num_rows, [(name, self._hash(name)) for name in there]

    def _hash(self, name: str) -> str:
        if name not in self._known:
            self._known[name] = _hash(self._frame.column(name).combine_chunks())
        return self._known[name]


def _digests(table: ibis.Table) -> _Digests:
    node: Any = table.op()
    if node not in _DIGESTS and isinstance(node, ops.DropColumns):
        _DIGESTS[node] = _digests(node.parent.to_expr()).without(node.columns_to_drop)
    elif node not in _DIGESTS:
        watching, _WATCHING[:] = list(_WATCHING), []
        _DIGESTS[node] = _Digests(table)
        _WATCHING[:] = watching
    return _DIGESTS[node]


def _text(value: Any) -> str:
    """What tells an argument from another."""
    try:
        return _hash(value)
    except Exception:  # noqa: BLE001 - what cannot be pickled is told by what it says of itself
        return repr(value)


def _hash(value: Any) -> str:
    return hashlib.blake2b(pickle.dumps(value), digest_size=16).hexdigest()


def _flat(value: Any) -> Iterator[Any]:  # noqa: C901 - a case for each kind of argument
    """Arguments one by one, those in mappings, sequences and objects that hold tables too."""
    if isinstance(value, ibis.Table | _Has):
        yield value
    elif isinstance(value, Text):
        yield (value.lang, value.currency_name)
    elif isinstance(value, Context):
        yield value.params
        yield (value.text.lang, value.observed_until, value.noun)
    elif isinstance(value, Section):
        yield value.name
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield key
            yield from _flat(one)
    elif isinstance(value, list | tuple):
        yield len(value)
        for one in value:
            yield from _flat(one)
    elif isinstance(value, Tables):
        yield _Has({name: getattr(value, name) for name in value.names})
    elif hasattr(value, "__dict__") and any(isinstance(one, ibis.Table) for one in vars(value).values()):
        yield from _flat(vars(value))
    else:
        yield value
