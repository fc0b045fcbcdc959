"""Read Parquet, text and Excel files, one or many, as one table."""

from __future__ import annotations

import functools
import itertools
import shutil
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import pyarrow.parquet
from ibis.backends.sql.datatypes import DuckDBType

from retro.errors import SourceError
from retro.files import shown
from retro.sources import spark
from retro.sources.casting import FAILED, Column, Texts, at_once, cast, drop_unnamed, settle
from retro.sources.cells import Style
from retro.sources.connection import quiet_duckdb
from retro.sources.fingerprint import addresses
from retro.sources.lake import LOG, METADATA, Span, dataset_of, format_of, formatted, keys_of, objects_of
from retro.sources.quoting import literal, quoted
from retro.sources.sheets import LINE, SHEETS, read_sheets, together
from retro.sources.spec import TableSpec
from retro.sources.text import (
    FILE,
    TEXT,
    UNNAMED,
    TextFile,
    broken,
    describe_text,
    records,
    refuse_twins,
    scan,
    signs_of,
)
from retro.sources.wanted import wanted

_SMALL = 4 << 20
"""Bytes of text that are read whole before types are chosen; of more, the first rows choose and all are verified."""

_SAMPLE = 2_000


@dataclass(frozen=True)
class Reader:
    """Reads the files of a source's tables.

    Attributes:
        connection: An Ibis backend.
        zone: The source's time zone.
        currency: Its currency.
        copies: A folder for copies of text that DuckDB cannot read as it is; each is removed after reading.
        span: The days of which partitions are read.
    """

    connection: Any
    zone: ZoneInfo
    currency: str
    copies: Path
    span: Span = Span()  # noqa: RUF009 - it is frozen

    def read(self, name: str, paths: Sequence[Path], spec: TableSpec, where: str, *, canonical: bool) -> ibis.Table:
        """One table of one or several files of a kind.

        Columns are put together by name; one that a file lacks is refused, or null there where the entry says so.
        Of text and sheets every cell is read
        as text, and becomes what the contract or `types` say, or what all cells of its column can be without loss.
        Parquet is read as it is.

        Args:
            name: The table's name.
            paths: Its files here; none where they lie elsewhere.
            spec: Its entry in the source file.
            where: File and key, for messages.
            canonical: Whether a contract of `data_contracts` is its own.

        Raises:
            SourceError: The files are of a kind that is not read, or of several kinds, one lacks a column of another,
                or a cell is not what its column must be.
        """
        if not paths:
            return self._elsewhere(addresses(spec, where), spec, where)
        kinds = {path.suffix.lower() for path in paths}
        if len(kinds) > 1 and not kinds <= TEXT:
            raise SourceError(f"{where}: files must be of one kind, got {', '.join(sorted(kinds))}.")
        kind, folder = format_of([path.as_posix() for path in paths])
        if kind:
            return self._formatted(kind, folder, where)
        if kinds == {".parquet"}:
            columns = [(shown(path), pyarrow.parquet.read_schema(path).names) for path in paths]
            for place, names in columns:
                refuse_twins(names, f"{where}: {place}")
            _refuse_lacking(columns, spec, where)
            _refuse_other_keys(paths, where)
            return self._parquet([str(path) for path in paths], spec)
        if not kinds <= TEXT | SHEETS:
            todo = " Save it as .xlsx." if ".xls" in kinds else ""
            raise SourceError(
                f"{where}: file must be .parquet, .csv, .tsv, .txt or .xlsx, got {shown(paths[0])!r}.{todo}"
            )
        own = self.connection.name == "duckdb"
        engine = self.connection if own else quiet_duckdb()
        read = self._text if kinds <= TEXT else self._sheets
        target = f"retro read {name}"
        try:
            read(engine.con, target, name, paths, spec, where, canonical=canonical)
        finally:
            shutil.rmtree(self.copies, ignore_errors=True)
        return self._sent(engine.table(target))

    def _parquet(self, paths: Sequence[str], spec: TableSpec) -> ibis.Table:
        """One table of Parquet files, by the engine's own reader where it has one."""
        if self.connection.name == "pyspark":
            return self._by_spark("parquet", paths, spec, spark.schema_of(paths), spark.instants_of(paths))
        files = ", ".join(map(literal, paths))
        options = f"union_by_name = {len(paths) > 1}, hive_partitioning = {any(map(keys_of, paths))}"
        engine = self.connection if self.connection.name == "duckdb" else quiet_duckdb()
        return self._sent(_view(engine, f"select * from read_parquet([{files}], {options})"))

    def _by_spark(
        self,
        kind: str,
        paths: Sequence[str],
        spec: TableSpec,
        schema: Any = None,  # noqa: ANN401 - pyspark's own
        instants: Sequence[str] | None = None,
    ) -> ibis.Table:
        """One table of files by Spark, which finds the partitions of each folder that they lie in.

        Without a schema it starts a job to find the columns; Ibis knows its two types of moments as one, so that those
        which are instants are named, or are those that Spark finds to be.
        """
        frames = []
        for base, several in _by_base(paths).items():
            reader = self.connection._session.read.format(kind)  # noqa: SLF001 - Ibis reads a single file
            if base:
                reader = reader.option("basePath", base)
            if kind == "parquet" and spec.lacking_columns == "leave_empty":
                reader = reader.option("mergeSchema", True)  # noqa: FBT003 - Spark's own
            place = several if kind == "parquet" else several[0]
            found = reader.load(place).schema if schema is None else schema
            known = [field.name for field in found if field.dataType.typeName() == "timestamp"]
            instants = known if instants is None else instants
            frames.append((reader.schema(spark.as_instants(found)) if kind == "parquet" else reader).load(place))
        frame = frames[0]
        for other in frames[1:]:
            frame = frame.unionByName(other, allowMissingColumns=spec.lacking_columns == "leave_empty")
        view = f"retro_read_{uuid.uuid4().hex}"
        frame.createOrReplaceTempView(view)
        table = self.connection.table(view)
        return table.mutate(**{name: table[name].cast("timestamp('UTC')") for name in instants or ()})

    def _formatted(self, kind: str, folder: str, where: str) -> ibis.Table:
        """One table of a Delta or Iceberg folder."""
        if self.connection.name == "pyspark":
            return self._elsewhere([folder], TableSpec(path=folder), where)
        return self._from_arrow(formatted(kind, folder, where))

    def _elsewhere(self, addresses: Sequence[str], spec: TableSpec, where: str) -> ibis.Table:
        """One table of files that lie on no disk of this machine; Spark finds them itself, or says why not."""
        if self.connection.name != "pyspark":
            return self._from_arrow(dataset_of(objects_of(addresses, where, spec.days, self.span), where))
        try:
            return self._by_spark(self._kind_at(addresses[0]), addresses, spec)
        except Exception as reason:
            said = str(reason)
            for sign, what in _SPARK_LACKS.items():
                if sign in said:
                    raise SourceError(
                        f"{where}: path {addresses[0]!r} must be readable by Spark, got {what}."
                    ) from None
            raise

    def _kind_at(self, address: str) -> str:
        """The format of a place that only Spark sees: Delta's and Iceberg's files alone would bring old rows back."""
        for folder, kind in ((LOG, "delta"), (METADATA, "iceberg")):
            try:
                probe = self.connection._session.read.format("binaryFile").load(f"{address}/{folder}")  # noqa: SLF001 - as above
                _ = probe.schema
            except Exception as reason:
                if "PATH_NOT_FOUND" not in str(reason):
                    raise
            else:
                return kind
        return "parquet"

    def _from_arrow(self, rows: Any) -> ibis.Table:  # noqa: ANN401 - pyarrow is not typed here
        engine = self.connection if self.connection.name == "duckdb" else quiet_duckdb()
        name = f"retro_read_{uuid.uuid4().hex}"
        engine.con.register(name, rows)
        return self._sent(engine.table(name))

    def _sent(self, table: ibis.Table) -> ibis.Table:
        """A table that DuckDB read, where the source's engine finds it."""
        return table if table.get_backend() is self.connection else ibis.memtable(table.to_pyarrow())

    def _style(self, spec: TableSpec, nulls: frozenset[str], delimiter: str = ",") -> Style:
        thousands = spec.thousands
        if thousands is None:  # between semicolons a comma is as likely to stand before decimals
            thousands = "." if spec.decimal == "," else "" if delimiter == ";" else ","
        one = spec.date_format if isinstance(spec.date_format, str) else ""
        return Style(self.zone, self.currency, spec.decimal, thousands, spec.clock, nulls | {""}, one)

    def _text(
        self,
        engine: duckdb.DuckDBPyConnection,
        target: str,
        name: str,
        paths: Sequence[Path],
        spec: TableSpec,
        where: str,
        *,
        canonical: bool,
    ) -> None:
        files = [describe_text(path, spec, where, self.copies) for path in paths]
        numbers = {file.path: number for number, file in enumerate(files)}
        nulls = frozenset(("--",) if spec.nulls is None else spec.nulls) | {""}
        query = scan(files, sorted(nulls), numbers)
        names = list(dict.fromkeys(column for file in files for column in file.columns))
        titled = [[one for one in file.columns if not one.startswith(UNNAMED)] for file in files]
        _refuse_lacking([(shown(file.path), own) for file, own in zip(files, titled, strict=True)], spec, where)
        style = replace(self._style(spec, nulls, files[0].delimiter), signs=signs_of(files))
        refuse_twins(names, where)
        wishes = wanted(name, [one for one in names if not one.startswith(UNNAMED)], spec, canonical=canonical)
        texts = Texts(engine, f"retro text {name}", where, _line_in(engine, f"retro text {name}", files), {})
        formats = spec.date_format if not isinstance(spec.date_format, str) else {}

        def load(limit: str = "") -> list[Column]:
            try:
                engine.execute(f"CREATE OR REPLACE TABLE {quoted(texts.table)} AS {query}{limit}")
            except duckdb.Error as reason:
                raise broken(reason, files, where) from None
            drop_unnamed(texts, names)
            return settle(texts, wishes, style, formats)

        try:
            if sum(file.read.stat().st_size for file in files) > _SMALL:
                columns = load(f" LIMIT {_SAMPLE}")
                if not any(one.startswith(UNNAMED) for one in names) and self._at_once(texts, columns, query, target):
                    return
            cast(texts, load(), target)
        finally:
            engine.execute(f"DROP TABLE IF EXISTS {quoted(texts.table)}")

    @staticmethod
    def _at_once(texts: Texts, columns: Sequence[Column], query: str, target: str) -> bool:
        """Read, cast and verify in one pass, by what the first rows say; False where a later row says otherwise."""
        odd = " OR ".join(f"NOT ({one.fits})" for one in columns)
        if texts.ask(f"SELECT 1 FROM {quoted(texts.table)} WHERE {odd} LIMIT 1"):
            return False
        filled = ", ".join(f"count({quoted(one.wanted.name)})" for one in columns)
        counts = texts.ask(f"SELECT {filled} FROM {quoted(texts.table)}")[0]
        empty = [quoted(one.wanted.name) for one, count in zip(columns, counts, strict=True) if not count]
        try:
            texts.engine.execute(f"CREATE TABLE {quoted(target)} AS {at_once(columns, query)}")
        except duckdb.Error as reason:
            if FAILED in str(reason):
                return False
            raise
        later = (
            texts.ask(f"SELECT {', '.join(map('count({})'.format, empty))} FROM {quoted(target)}")[0] if empty else ()
        )
        if not any(later):
            return True
        texts.engine.execute(f"DROP TABLE {quoted(target)}")  # a column that was empty at first has cells further down
        return False

    def _sheets(
        self,
        engine: duckdb.DuckDBPyConnection,
        target: str,
        name: str,
        paths: Sequence[Path],
        spec: TableSpec,
        where: str,
        *,
        canonical: bool,
    ) -> None:
        sheets = [sheet for path in paths for sheet in read_sheets(path, spec, where)]
        places = [f"{shown(sheet.path)}, sheet {sheet.name!r}" for sheet in sheets]
        columns = [(at, sheet.cells.column_names) for at, sheet in zip(places, sheets, strict=True)]
        _refuse_lacking(columns, spec, where)
        parts = []
        for number, sheet in enumerate(sheets):
            engine.register(f"retro sheet {number}", sheet.cells)
            parts.append(f"SELECT *, {number} AS {quoted(FILE)} FROM {quoted(f'retro sheet {number}')}")
        table = f"retro text {name}"
        engine.execute(f"CREATE OR REPLACE TABLE {quoted(table)} AS {' UNION ALL BY NAME '.join(parts)}")
        for number in range(len(sheets)):
            engine.unregister(f"retro sheet {number}")

        def place(row: int) -> str:
            asked = f"SELECT {quoted(FILE)}, {quoted(LINE)} FROM {quoted(table)} WHERE rowid = {row}"
            number, line = texts.ask(asked)[0]
            return f"{shown(sheets[number].path)}, sheet {sheets[number].name!r}, row {line}"

        texts = Texts(engine, table, where, place, together(sheets))
        nulls = frozenset(spec.nulls or ()) | {""}
        if spec.nulls:
            _empty(texts, nulls)
        names = list(dict.fromkeys(column for sheet in sheets for column in sheet.cells.column_names if column != LINE))
        refuse_twins(names, where)
        wishes = wanted(name, names, spec, canonical=canonical)
        formats = spec.date_format if not isinstance(spec.date_format, str) else {}
        cast(texts, settle(texts, wishes, self._style(spec, nulls), formats), target)
        engine.execute(f"DROP TABLE {quoted(table)}")


_SPARK_LACKS = {
    "UnsupportedFileSystemException": "no file system for it. Put hadoop-aws on Spark's class path and write s3a://",
    "No FileSystem for scheme": "no file system for it. Put hadoop-aws on Spark's class path and write s3a://",
    "S3AFileSystem not found": "no hadoop-aws. Put it on Spark's class path (spark.jars)",
    "DATA_SOURCE_NOT_FOUND": "no reader of its format. Put Delta's or Iceberg's jar on Spark's class path (spark.jars)",
}
"""What Spark says where a jar is not there, and what to do."""


def _view(engine: Any, query: str) -> ibis.Table:  # noqa: ANN401 - Ibis backends share no static type
    """A view of a query; as Ibis's `read_parquet`, which takes four times as long to write and to describe it."""
    name = f"retro read {uuid.uuid4().hex}"
    engine.raw_sql(f"create temp view {quoted(name)} as {query}")
    columns = engine.raw_sql(f"describe {quoted(name)}").fetchall()
    schema = ibis.schema({column: _kind(kind, null == "YES") for column, kind, null, *_ in columns})
    return ops.DatabaseTable(name, schema=schema, source=engine, namespace=ops.Namespace()).to_expr()


@functools.cache
def _kind(words: str, nullable: bool) -> dt.DataType:  # noqa: FBT001 - as Ibis calls it
    return DuckDBType.from_string(words, nullable=nullable)


def _by_base(paths: Sequence[str]) -> dict[str, list[str]]:
    """Paths by the folder in which their partitions begin; those without by an empty text."""
    found: dict[str, list[str]] = {}
    for path in paths:
        base = path.partition("=")[0].rpartition("/")[0] if keys_of(path) else ""
        found.setdefault(base, []).append(path)
    return found


def _refuse_other_keys(paths: Sequence[Path], where: str) -> None:
    """Refuse files of which some lie in partitions and others not, or in other ones: a key would be half empty.

    Raises:
        SourceError: Some do.
    """
    keys = {tuple(keys_of(path.as_posix())): path for path in paths}
    if len(keys) > 1:
        first, second = (f"{', '.join(names) or 'none'} in {shown(path)}" for names, path in [*keys.items()][:2])
        raise SourceError(f"{where}: files must lie in the same partitions, got {first} and {second}. Name one folder.")


def _refuse_lacking(columns: Sequence[tuple[str, Sequence[str]]], spec: TableSpec, where: str) -> None:
    """Refuse files or sheets of which one lacks a column of another, unless they may: a renamed one is half empty.

    Args:
        columns: What each is called, and its columns.
        spec: The table's entry.
        where: File and key, for messages.

    Raises:
        SourceError: A column is lacking.
    """
    if spec.lacking_columns == "leave_empty":
        return
    holders = {name: place for place, names in reversed(columns) for name in names}
    for place, names in columns:
        if lacking := [name for name in holders if name not in names]:
            raise SourceError(
                f"{where}: files must have the same columns, got no {', '.join(map(repr, lacking))} in {place}, unlike "
                f"{holders[lacking[0]]}. Rename what is called otherwise, or say lacking_columns: leave_empty."
            )


def _empty(texts: Texts, nulls: frozenset[str]) -> None:
    """Make nulls of the cells of a sheet that stand for nothing."""
    for name in texts.kinds:
        if "text" in texts.kinds[name]:
            listed = ", ".join(map(literal, nulls))
            texts.engine.execute(
                f"UPDATE {quoted(texts.table)} SET {quoted(name)} = NULL WHERE {quoted(name)} IN ({listed})"
            )


def _line_in(engine: duckdb.DuckDBPyConnection, table: str, files: Sequence[TextFile]) -> Callable[[int], str]:
    """Tell the file and the line of a row of a table of text."""

    def place(row: int) -> str:
        asked = f"SELECT {quoted(FILE)} FROM {quoted(table)} WHERE rowid = {row}"
        ((number,),) = engine.execute(asked).fetchall()
        asked = f"SELECT min(rowid) FROM {quoted(table)} WHERE {quoted(FILE)} = {number}"
        ((begin,),) = engine.execute(asked).fetchall()
        file = files[number]
        line, _ = next(itertools.islice(records(file), row - begin, None), (0, []))
        return f"{shown(file.path)}, line {line}"

    return place
