"""What is in each table of a source, as hashes: results of equal tables are equal."""

from __future__ import annotations

import contextlib
import functools
import operator
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.datatypes as ibis_types
import sqlglot

from retro.clocks import engine_of
from retro.files import canonical_json, files_hash, text_hash
from retro.memo import code_hash, libraries
from retro.places import own_folder
from retro.sources.as_of import ASKED
from retro.sources.connection import SHOP
from retro.sources.fingerprint import FINGERPRINTS, addresses, partitions, reads_only
from retro.sources.lake import objects_of
from retro.sources.sessions import snapshot_of
from retro.sources.signatures import Unsigned, read_by
from retro.sources.spec import Source

_CHANGING = re.compile(
    r"\b(now|today|random|uuid\w*|gen_random_uuid|get_current_\w+|transaction_timestamp|statement_timestamp|age|"
    r"clock_timestamp|setseed|nextval|currval|getenv|getvariable|txid_current|version|current_\w+|in_search_path|"
    r"pg_\w+|query\w*)\"?\s*\(|\b(current_\w+|localtime|localtimestamp|tablesample|using\s+sample)\b",
    re.IGNORECASE,
)
"""SQL whose answer may differ though no table does; a column of such a name costs time, not figures."""


class Contents:
    """The hash of what is in each table, as long as nothing that it is made from has moved.

    Make it before a file is read: what moves later is noticed.

    Args:
        source: What is opened.
        files: The files of each table that is given by `path`.
        database: The DuckDB file, where there is one.
        connection: The Ibis connection.
        version: Asks a server for the data's version; None where the source has no such query.

    Attributes:
        refunded_later: Which orders were refunded after the source's `observed_until`, in a few letters, once that is
            known; empty where nobody can tell.
    """

    def __init__(
        self,
        source: Source,
        files: Mapping[str, Sequence[Path]],
        database: Path | None,
        connection: Any,  # noqa: ANN401 - Ibis backends share no useful static type
        version: Callable[[], str] | None,
    ) -> None:
        self._source, self._files, self._database, self._version = source, files, database, version
        self._connection, self._specs = connection, {**source.raw, **source.tables}
        self.refunded_later = ""
        log = (
            None if database is None else database.with_name(f"{database.name}.wal")
        )  # what a writer has not folded in
        self._database_files = [path for path in (database, log) if path is not None and path.is_file()]
        paths = {path for several in files.values() for path in several}
        self._stood = {path: _status(path) for path in paths | set(filter(None, (database, log)))}
        self._hashes: dict[str, str | None] = {}
        self._stated: dict[str, str] = {}
        self._named: dict[str, str] = {}

    def of(self, name: str) -> str | None:
        """The hash of a table by its name in the engine; None where nobody can tell whether it stays the same."""
        code = code_hash(["retro.sources.tables"])
        known = self.given(name) or snapshot_of(self._connection) or None  # the sessions of a run see one state
        return None if known is None or code is None else text_hash(canonical_json([name, known, code, libraries()]))

    def given(self, name: str) -> str | None:
        """The hash of what a table is read from, whichever program reads it; None as above."""
        name = self._named.get(name, name)
        known = self._of_files(name) if self._connection.name == "duckdb" or self.lasts(name) else self._of_server()
        return known if self._still_stands() else None

    def stamp(self, name: str) -> str | None:
        """As `given` of a table of files, and where these lie."""
        known = self.given(name)
        return None if known is None else text_hash(canonical_json([known, *map(str, self._files[name])]))

    def alone(self, name: str) -> str | None:
        """What a table of files is read from, but for what others say of it as of a moment; None as above."""
        if self._connection.name != "duckdb" or name not in self._specs:
            return None
        read = self._behind(name)
        return None if read is None or not self._still_stands() else "|".join(map(self._facts, sorted(read)))

    def lasts(self, name: str) -> bool:
        """Whether Spark reads a table from files here alone, which tell without a query whether it stays the same."""
        if self._connection.name != "pyspark" or not self._files.get(name):
            return False
        other = ASKED.get(name, ()) if self._source.observed_until is not None else ()
        return all(self._files.get(one) for one in other if one in self._specs)

    def view_of(self, name: str) -> str:
        """The name of a table of files in every session of Spark: another source's is another."""
        view = "retro_" + text_hash(canonical_json([self._source.model_dump(mode="json"), name]))[:16]
        self._named[view] = name
        return view

    def _of_server(self) -> str | None:
        if self._version is None:
            return None
        return canonical_json([self._source.model_dump(mode="json", exclude={"shop", "store_mb"}), self._version()])

    def _of_files(self, name: str) -> str | None:
        if name not in self._specs:
            return None
        if name not in self._hashes:
            read = self._behind(name)
            parts = [] if read is None else [*map(self._facts, sorted(read)), *map(self._asked, sorted(read))]
            self._hashes[name] = None if read is None or None in parts else text_hash("|".join(map(str, parts)))
        return self._hashes[name]

    def _asked(self, name: str) -> str | None:
        """What a table as of `observed_until` takes of others; None where nobody can tell.

        Orders take only which of them were refunded later, so that other refunds leave them as they are.
        """
        if self._source.observed_until is None:
            return ""
        parts: list[str | None] = []
        for other in ASKED.get(name, ()):
            if other not in self._specs:
                continue
            later = self.refunded_later if (name, other) == ("orders", "refunds") else ""
            read = self._behind(other)
            parts.append(later or (None if read is None else "|".join(map(self._facts, sorted(read)))))
        return None if None in parts else canonical_json(parts)

    def _facts(self, name: str) -> str:
        """What a table depends on by itself, beside the tables that its SQL reads."""
        if name not in self._stated:
            self._stated[name] = self._state(name)
        return self._stated[name]

    def _state(self, name: str) -> str:
        spec, paths = self._specs[name], self._files.get(name, ())
        files = self._database_files if spec.path is None else paths
        hashed = files_hash(files, own_folder() / FINGERPRINTS) if files else ""
        hashed += partitions(files) + self._listing(name)
        given = spec.model_dump(mode="json", exclude={"note", "obtain"})
        names = [path.name for path in paths]
        until, since = str(self._source.observed_until), str(self._source.since if spec.days else None)
        zone, currency = self._source.timezone, self._source.currency
        return canonical_json([name, given, names, hashed, zone, currency, until, since])

    def _listing(self, name: str) -> str:
        """What a store says of a table's files, once: a lake's files are written once, and read as they were listed."""
        remote = addresses(self._specs[name], name)
        return objects_of(remote, name, self._specs[name].days, self._source.span).stamp if remote else ""

    def _behind(self, name: str) -> set[str] | None:
        """A table and all that its SQL reads, and perhaps some that it only seems to; None where nobody can tell."""
        if self._database is not None and not all(map(self._is_plain, _definitions(self._connection))):
            return None
        found, todo = set(), [name]
        while todo:
            one = todo.pop()
            if one in found:
                continue
            found.add(one)
            if (sql := self._specs[one].sql) is not None:
                if not self._is_plain(sql):
                    return None
                words = {word.lower() for word in re.findall(r"\w+", sql)}
                todo += [other for other in self._specs if other.lower() in words or not other.isidentifier()]
        return found

    def _is_plain(self, sql: str) -> bool:
        """Whether SQL reads nothing but tables by name, and says the same of the same tables at any time."""
        try:
            trees = sqlglot.parse(sql, dialect="duckdb")
            texts = [sql, *(tree.sql("duckdb", comments=False) for tree in trees if tree is not None)]
        except sqlglot.errors.SqlglotError:
            return False
        known = {name.lower() for name in self._specs} if self._database is None else None
        if not all(reads_only(tree, known) for tree in trees if tree is not None):
            return False
        return not any(map(_CHANGING.search, texts))

    def _still_stands(self) -> bool:
        return all(_status(path) == status for path, status in self._stood.items())


def _definitions(connection: Any) -> list[str]:  # noqa: ANN401 - as above
    """The SQL of views and macros of the attached DuckDB file."""
    views = f"SELECT sql FROM duckdb_views() WHERE database_name = '{SHOP}' AND NOT internal"
    macros = (
        f"SELECT 'SELECT ' || macro_definition FROM duckdb_functions() "
        f"WHERE database_name = '{SHOP}' AND NOT internal AND macro_definition IS NOT NULL"
    )
    return [row[0] for query in (views, macros) for row in connection.raw_sql(query).fetchall()]


class Reads:
    """Watches what a connection is asked for.

    Every query of Ibis passes its compiler, also one whose result Ibis keeps.

    Args:
        connection: An Ibis connection.
    """

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - Ibis backends share no useful static type
        self._watchers: list[set[str | None]] = []
        self._kept: dict[str, frozenset[str | None]] = {}
        self._keep = connection._create_cached_table  # noqa: SLF001 - Ibis says nowhere else what it keeps
        connection._create_cached_table = self._keeping  # noqa: SLF001 - as above
        connection.compiler = _Watched(connection.compiler, self._note)

    @contextlib.contextmanager
    def watched(self) -> Iterator[set[str | None]]:
        """The tables that are read while a block runs; None among them where a query cannot be seen through."""
        found: set[str | None] = set()
        self._watchers.append(found)
        try:
            yield found
        finally:
            self._watchers = [one for one in self._watchers if one is not found]  # others may have found the same

    def also(self, names: Collection[str | None]) -> None:
        """Count tables among those that are read, whose answer is known without a query."""
        for found in self._watchers:
            found.update(names)

    def _note(self, expression: Any) -> None:  # noqa: ANN401 - Ibis expressions are not typed
        if self._watchers:
            self.also(self.of(expression))

    def _keeping(self, name: str, expression: Any) -> Any:  # noqa: ANN401 - as above
        self._kept[name] = self.of(expression)
        return self._keep(name, expression)

    def of(self, expression: Any) -> frozenset[str | None]:  # noqa: ANN401 - as above
        """The tables that it reads: a result that Ibis keeps stands for those that it was read from."""
        try:
            return frozenset(one for name in read_by(expression) for one in self._kept.get(name, (name,)))
        except Unsigned:
            return frozenset({None})


class _Watched:
    """An Ibis compiler that tells of each expression; else it is the compiler."""

    def __init__(self, compiler: Any, note: Callable[[Any], None]) -> None:  # noqa: ANN401 - as above
        self._compiler, self._note = compiler, note

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as above
        return getattr(self._compiler, name)

    def to_sqlglot(self, expression: Any, **options: Any) -> Any:  # noqa: ANN401 - as above
        self._note(expression)
        return self._compiler.to_sqlglot(expression, **options)


def _status(path: Path) -> tuple[int, ...] | None:
    with contextlib.suppress(OSError):
        status = path.stat()
        return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev
    return None


def content_of(table: ibis.Table) -> ibis.Value | None:
    """A sum over hashes of the rows: a status or an amount that is overwritten moves neither rows nor newest time.

    None for a table without a column of plain values.
    """
    kinds = table.schema().items()
    told = [table[name] for name, kind in kinds if kind.is_string() or kind.is_numeric() or kind.is_temporal()]
    told += [table[name] for name, kind in kinds if kind.is_boolean() or kind.is_uuid()]
    if not told:
        return None
    if getattr(engine_of(table), "name", "") == "pyspark":
        return _by_spark(told)
    row = ibis.literal("\x1f").join([own.cast("string").fill_null("\x01") for own in told])
    return row.hash().sum().cast("string")


def _by_spark(told: Sequence[ibis.Column]) -> ibis.Value:
    """The same by a hash that Spark makes of whole rows, for a quarter of what their text costs it.

    It passes over what is empty, so that where that is counts too. Sums are of halves: those of whole hashes overflow.
    """
    row = ibis.struct({f"c{place}": own for place, own in enumerate(told)})
    empty = [own.isnull().ifelse(ibis.literal(1 << place % 62), 0) for place, own in enumerate(told)]
    hashed = _xxhash64(row.type())(row) ^ functools.reduce(operator.or_, empty)
    halves = [(hashed & 0x7FFFFFFF).sum(), (hashed >> 33).sum()]
    return ibis.literal(" ").join([half.cast("string") for half in halves])


def _xxhash64(kind: ibis_types.DataType) -> Any:  # noqa: ANN401 - ibis is not typed here
    @ibis.udf.scalar.builtin(name="xxhash64", signature=((kind,), "int64"))  # type: ignore[untyped-decorator]  # same
    def hashed(row: Any) -> int:  # type: ignore[empty-body]  # noqa: ANN401 - Spark has the body
        """Spark's own hash of a row."""

    return hashed
