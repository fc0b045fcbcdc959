"""Sources: an Ibis URL or a folder becomes named, read-only tables in the source's own time zone.

A `source.yaml` says where a shop's data is and how its own columns map to the canonical tables of `data_contracts/`:

    url: duckdb://                  # any Ibis URL; ${NAME} is read from the environment
    folder: data/demo               # paths below are relative to it
    timezone: Asia/Shanghai
    currency: CNY
    raw:                            # the shop's own tables, checked by data_contracts/<folder>/<table>.yaml
      lines: {path: "${RETRO_DATA:-../shared/data}/online_retail/lines.parquet"}
    tables:                         # canonical tables: by path, by table name, or by sql over raw ones
      orders: {sql: "select ... from lines"}
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import ibis
import ibis.expr.datatypes as ibis_types
import pandas as pd
from pydantic import Field, field_validator, model_validator

from retro.errors import SourceError, did_you_mean
from retro.files import canonical_json, files_hash, project_root, read_yaml, shown, text_hash
from retro.validation import FrozenModel, validate

TIME_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "users": "registered_at",
        "orders": "ordered_at",
        "events": "occurred_at",
        "page_views": "minute_at",
        "exposures": "exposed_at",
    }
)
"""The column of each canonical table that says when a row happened; the newest tells until when it was observed."""

_ENVIRONMENT = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")
_SECRET_NAME = re.compile("PASS|SECRET|TOKEN|KEY", re.IGNORECASE)

_SHOP = "shop"
"""The name under which a DuckDB file is attached: SQL says `shop.orders` for the file's own table `orders`."""

_MEMO = Path(".retro") / "fingerprints.json"


class TableSpec(FrozenModel):
    """Where one table is: exactly one of `path`, `table` and `sql`.

    Attributes:
        path: A Parquet, CSV or Excel file, or a glob of Parquet or CSV files.
        table: A table of the database, `name` or `schema.name`.
        sql: A query over raw tables and tables of the database, in the engine's dialect.
        sheet: The sheet of an Excel file; the first where it is left out.
        clock: `local` if times without a zone are in the source's time zone, `utc` if they are in UTC.
        obtain: How to get the data, shown where the file is missing.
        note: What a reader should know of this table, in both languages.
    """

    path: str | None = None
    table: str | None = None
    sql: str | None = None
    sheet: str | None = None
    clock: str = Field("local", pattern="^(local|utc)$")
    obtain: str = ""
    note: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_place(self) -> TableSpec:
        given = [name for name in ("path", "table", "sql") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(f"exactly one of path, table and sql must be given, got {', '.join(given) or 'none'}")
        return self


class Source(FrozenModel):
    """A shop's data: where it is, its time zone and currency, and how its tables map to the canonical ones.

    Attributes:
        shop: Whose data it is, one name or one for each language; stands on the cover.
        url: An Ibis URL.
        folder: Where relative paths of tables start, itself relative to the project.
        timezone: IANA name of the zone in which days begin and end.
        currency: ISO code of all amounts.
        observed_until: Local moment until which the data is whole; by default the start of the newest row's day.
        new_user: What `users.registered_at` means in this shop; picks the wording of reports.
        version: SQL that answers the data's version on a server, instead of an aggregate for each table.
        raw: The shop's own tables, for `sql` to read from.
        tables: The canonical tables.
    """

    shop: Mapping[str, str] | str = ""
    url: str = "duckdb://"
    folder: str = "."
    timezone: str
    currency: str = Field(pattern="^[A-Z]{3}$")
    observed_until: dt.datetime | None = None
    new_user: Literal["registration", "first_order"] = "registration"
    version: str | None = None
    raw: Mapping[str, TableSpec] = Field(default_factory=dict)
    tables: Mapping[str, TableSpec] = Field(min_length=1)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"time zone must be an IANA name. {did_you_mean(value, available_timezones())}")
        return value

    @field_validator("observed_until")
    @classmethod
    def _local(cls, value: dt.datetime | None) -> dt.datetime | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError("observed_until must be a local time without a zone, such as 2025-04-01T00:00")
        return value

    @field_validator("url")
    @classmethod
    def _no_password(cls, value: str) -> str:
        if urlsplit(_ENVIRONMENT.sub("", value)).password:
            raise ValueError("a password must come from the environment, such as ${RETRO_PASSWORD}")
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The source's time zone."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class NotCovered:
    """What stands in for a figure that this shop's data cannot answer; a section shows its reason in one line.

    Attributes:
        table: The canonical table that the shop does not have.
    """

    table: str


def find_source(params_file: Path) -> Path:
    """The `source.yaml` in the folder of a params file, or in the nearest folder above it.

    Raises:
        SourceError: There is none up to the project's root.
    """
    root = project_root(params_file.parent)
    for folder in params_file.resolve().parents:
        if (folder / "source.yaml").is_file():
            return folder / "source.yaml"
        if folder == root:
            break
    raise SourceError(
        f"{shown(params_file)}: a source.yaml must lie in its folder or above it. Add one, or name one with --source."
    )


def load_source(path: Path) -> Source:
    """Read and validate a source file.

    Raises:
        SourceError: The file is missing or does not fit; the message names file, line and key.
    """
    file = read_yaml(path, SourceError)
    return validate(Source, file.data, file, SourceError)


def expand(text: str, where: str) -> str:
    """Fill `${NAME}` and `${NAME:-default}` from the environment.

    Raises:
        SourceError: A variable without a default is not set; its name is said, never a value.
    """

    def value(match: re.Match[str]) -> str:
        name, default = match.groups()
        found = os.environ.get(name) or default
        if found is None:
            raise SourceError(f"{where}: environment variable {name} must be set.")
        return found

    return _ENVIRONMENT.sub(value, text)


def secrets(template: str) -> dict[str, str]:
    """The secret values of a URL template by variable: its password's, and those named like a secret.

    A user's or a host's name is no secret, and would turn up in innocent text.
    """
    bare = _ENVIRONMENT.sub(lambda match: match[1], template)
    hidden = f"{urlsplit(bare).password or ''} {urlsplit(bare).query}"
    names = {name for name, _ in _ENVIRONMENT.findall(template) if name in hidden or _SECRET_NAME.search(name)}
    return {name: os.environ[name] for name in sorted(names) if os.environ.get(name)}


def hide_secrets(text: str, template: str) -> str:
    """Take a URL template's secrets out of a text, such as an engine's error message."""
    for name, value in secrets(template).items():
        text = text.replace(value, f"${{{name}}}")
    return text


class Tables:
    """Named, lazy, read-only tables of one source, as attributes: `tables.orders`.

    A canonical table that the source does not have is answered with `NotCovered`, so that a report can say so.
    Columns with a time zone become naive columns in the source's zone, once, here: engines disagree on local days.

    Attributes:
        source: What was opened.
        connection: The Ibis connection; private to gate and tests, everyone else uses tables.
    """

    def __init__(self, source: Source, where: str, segment: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self.source = source
        self._where = where
        self._segment = dict(segment or {})
        self.connection: Any = _connect(source, where)  # Ibis backends share no useful static type
        self._raw = {name: self._open(f"raw.{name}", name, spec) for name, spec in source.raw.items()}
        self._tables = {name: self._open(f"tables.{name}", name, spec) for name, spec in source.tables.items()}
        self._mapped = dict(self._tables)
        self._restrict()

    def __getattr__(self, name: str) -> ibis.Table | NotCovered:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._tables.get(name, NotCovered(name))

    def __contains__(self, name: str) -> bool:
        return name in self._tables

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._tables]

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical tables that this source has."""
        return tuple(self._tables)

    @property
    def raw_names(self) -> tuple[str, ...]:
        """The shop's own tables that the canonical ones are mapped from."""
        return tuple(self._raw)

    def raw(self, name: str) -> ibis.Table:
        """A raw table by name."""
        return self._raw[name]

    def whole(self, name: str) -> ibis.Table:
        """A canonical table without the segment, as the contracts see it."""
        return self._mapped[name]

    def observed_until(self, name: str) -> dt.datetime:
        """Until when a table was observed: local, exclusive.

        `observed_until` of the source where it is given. Otherwise the start of the day of the newest row,
        since nobody can know that the last day is whole.

        Raises:
            SourceError: The table has no time column or no row.
        """
        if self.source.observed_until is not None:
            return self.source.observed_until
        newest = self._mapped[name][TIME_COLUMNS[name]].max().execute()
        if pd.isna(newest):
            raise SourceError(f"{self._where}: table {name!r} must have rows, got none.")
        return dt.datetime.combine(newest.date(), dt.time())

    def row_count(self, name: str) -> int:
        """The number of rows of a canonical table."""
        return int(self._mapped[name].count().execute())

    def fingerprint(self) -> str:
        """A hash of everything that the figures can depend on: the files' contents, or the server's own version.

        On a server without a `version` query it is one aggregate for each table: rows, and the newest time.

        Raises:
            SourceError: A file or the server cannot be read.
        """
        mapping = text_hash(canonical_json(self.source.model_dump(mode="json")))
        parts = [mapping]
        for name, spec in {**self.source.raw, **self.source.tables}.items():
            if spec.path is not None:
                parts.append(files_hash(self._paths(spec, f"{name}.path"), project_root() / _MEMO))
            elif spec.table is not None and self.source.version is None:
                parts.append(self._aggregate(name))
        if database := _database_file(expand(self.source.url, self._where)):
            parts.append(files_hash([database], project_root() / _MEMO))
        if self.source.version is not None:
            parts.append(str(self.connection.raw_sql(self.source.version).fetchall()))
        return text_hash("|".join(parts))

    def _aggregate(self, name: str) -> str:
        table = self._tables[name]
        column = TIME_COLUMNS.get(name)
        facts = {"rows": table.count()} | ({"newest": table[column].max()} if column else {})
        return canonical_json(table.aggregate(**facts).execute().to_dict("records"))

    def _restrict(self) -> None:
        """Keep a segment's rows in every table that has the segment's columns."""
        columns = {column for table in self._tables.values() for column in table.columns}
        for column, values in self._segment.items():
            if column not in columns:
                raise SourceError(f"segment: column {column!r} must be in a table. {did_you_mean(column, columns)}")
            for name, table in self._tables.items():
                if column in table.columns:
                    self._tables[name] = table.filter(table[column].cast("string").isin(list(values)))
        if self._segment and "users" in self._tables:
            members = self._tables["users"].select("user_id")
            for name, table in self._tables.items():
                if "user_id" in table.columns and not set(self._segment) & set(table.columns):
                    self._tables[name] = table.semi_join(members, "user_id")

    def _open(self, key: str, name: str, spec: TableSpec) -> ibis.Table:
        where = f"{self._where}: {key}"
        try:
            if spec.path is not None:
                table = self._read(spec, where)
            elif spec.table is not None:
                *database, bare = spec.table.split(".")
                table = self.connection.table(bare, database=self._database(database))
            else:
                table = self.connection.sql(spec.sql or "")
            table = _to_local(table, spec, self.source.timezone)
            return self._named(name, table)
        except SourceError:
            raise
        except Exception as reason:  # noqa: BLE001 - engines raise their own kinds
            message = hide_secrets(" ".join(str(reason).split()), self.source.url)
            raise SourceError(f"{where} must be readable, got {message[:300]}") from None

    def _database(self, given: list[str]) -> str | tuple[str, str] | None:
        """Where `table:` looks: the DuckDB file is attached as `shop`; other engines know their own default."""
        if _database_file(expand(self.source.url, self._where)):
            return (_SHOP, given[-1] if given else "main")
        return ".".join(given) or None

    def _named(self, name: str, table: ibis.Table) -> ibis.Table:
        """Give a mapped table its name, so that SQL over raw tables and the gate can say it; DuckDB alone needs it."""
        return self.connection.create_view(name, table, overwrite=True) if self.connection.name == "duckdb" else table

    def _read(self, spec: TableSpec, where: str) -> ibis.Table:
        paths = self._paths(spec, where)
        suffix = paths[0].suffix.lower()
        if suffix == ".parquet":
            return self.connection.read_parquet([str(path) for path in paths])
        if suffix in {".csv", ".tsv"}:
            return self.connection.read_csv([str(path) for path in paths])
        if suffix in {".xlsx", ".xls"}:
            return ibis.memtable(pd.read_excel(paths[0], sheet_name=spec.sheet or 0))
        raise SourceError(f"{where}: file must be .parquet, .csv, .tsv or .xlsx, got {shown(paths[0])!r}.")

    def _paths(self, spec: TableSpec, where: str) -> list[Path]:
        folder = project_root() / expand(self.source.folder, where)
        pattern = folder / expand(spec.path or "", where)
        if any(sign in str(pattern) for sign in "*?["):
            anchor = Path(pattern.anchor)
            paths = sorted(anchor.glob(str(pattern.relative_to(anchor))))
        else:
            paths = [pattern] if pattern.is_file() else []
        if not paths:
            hint = spec.obtain or "Check the path; `make demo` makes the demo data."
            raise SourceError(f"{where}: file must exist, got {shown(pattern)}. {hint}")
        return paths


def open_tables(source: Source, where: str, segment: Mapping[str, tuple[str, ...]] | None = None) -> Tables:
    """Open a source read-only.

    Args:
        source: What to open.
        where: The source file's name, for messages.
        segment: Values to keep by column, such as `{"channel": ("app",)}`. A table without the column keeps
            the rows of the users that are kept.

    Raises:
        SourceError: The source cannot be opened, a table cannot be read, or no table has a segment's column.
    """
    return Tables(source, where, segment)


def _connect(source: Source, where: str) -> Any:  # noqa: ANN401 - Ibis backends share no useful static type
    url = expand(source.url, f"{where}: url")
    try:
        if not url.startswith("duckdb://"):
            return ibis.connect(url)
        connection = ibis.duckdb.connect()
        if database := _database_file(url):
            if not database.is_file():
                raise SourceError(f"{where}: url must name a DuckDB file that exists, got {shown(database)}.")
            connection.attach(database, name=_SHOP, read_only=True)
            connection.raw_sql(f"SET search_path = 'memory.main,{_SHOP}.main'")
    except SourceError:
        raise
    except Exception as reason:  # noqa: BLE001 - engines raise their own kinds
        message = hide_secrets(" ".join(str(reason).split()), source.url)
        raise SourceError(f"{where}: url must name a source that can be opened, got {message[:300]}") from None
    # Extensions would be fetched from the network on first use; sessions elsewhere may run in any zone.
    connection.raw_sql("SET autoinstall_known_extensions = false")
    connection.raw_sql("SET TimeZone = 'UTC'")
    # A name that is not a table must be an error, never a variable of the Python code around it.
    connection.raw_sql("SET python_enable_replacements = false")
    return connection


def _database_file(url: str) -> Path | None:
    """The file of a DuckDB URL; None for a database in memory or another engine."""
    path = url.removeprefix("duckdb://").split("?")[0] if url.startswith("duckdb://") else ""
    return project_root() / path.removeprefix("/./") if path not in {"", ":memory:", "/:memory:"} else None


@ibis.udf.scalar.builtin(  # type: ignore[untyped-decorator]  # ibis is not typed here
    name="timezone", signature=(("string", "timestamp('UTC')"), "timestamp")
)
def _at_zone(zone: str, moment: dt.datetime) -> dt.datetime:
    """The engine's own conversion of an instant to a zone's wall clock (DuckDB, Postgres)."""
    raise NotImplementedError  # replaced by the engine


@ibis.udf.scalar.builtin(  # type: ignore[untyped-decorator]  # same
    name="from_utc_timestamp", signature=(("timestamp", "string"), "timestamp")
)
def _from_utc(moment: dt.datetime, zone: str) -> dt.datetime:
    """Spark's conversion of a UTC wall clock to a zone's."""
    raise NotImplementedError  # replaced by the engine


def _to_local(table: ibis.Table, spec: TableSpec, zone: str) -> ibis.Table:
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
