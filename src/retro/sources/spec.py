"""The source file: where a shop's data is, and how its own columns map to the canonical tables."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, ValidationInfo, field_validator, model_validator

from retro.errors import SourceError, did_you_mean
from retro.files import find_above, project_root, read_yaml, shown
from retro.sources.environment import SECRET_NAME, VARIABLE, secrets_in
from retro.sources.lake import Span
from retro.validation import FrozenModel, validate
from retro.words import Names

_BY_DAY = ("events", "page_views")
"""The canonical tables of which reports need no more than their baseline: who is new is told by all orders."""

_DAY = dt.timedelta(days=1)


class TableSpec(FrozenModel):
    """Where one table is: exactly one of `path`, `table` and `sql`.

    Attributes:
        path: A Parquet, text (.csv, .tsv, .txt) or Excel (.xlsx) file, a glob of files of one kind, a folder of Parquet
            (with partitions, or a Delta table), or a list of these: one table. Also Parquet at `s3://` or `hdfs://`.
        table: A table of the database, `name` or `schema.name`.
        sql: A query over raw tables and tables of the database, in the engine's dialect.
        sheet: The sheet of an Excel file; may be left out where only one holds cells.
        sheets: Several sheets of one shape, read as one table: names, or a glob such as `2025-*`.
        encoding: Of a text file, as Python names it: `gb18030` for GBK too. A byte-order mark is heeded anyway.
        delimiter: Between the cells of a text file; found in the header where it is left out.
        header_row: The line or row that holds the columns' names, from 1; several where titles stand above each other.
        decimal: The sign before decimals.
        thousands: The sign between groups of three digits; by default `,`, or `.` where decimals stand behind `,`.
        date_format: How dates are written, as strptime (`%d/%m/%Y`) or in words (`DD/MM/YYYY`), or `epoch_s`,
            `epoch_ms`, `excel`; one for the table, or by column.
        nulls: What stands for nothing, beside an empty cell; `--` in text files where it is left out.
        skip_footer: Rows at the end that are no data, such as totals.
        until_blank: Whether the table ends at its first blank row.
        clock: `local` if times without a zone are in the source's time zone, `utc` if they are in UTC.
        types: The type of columns by name, such as `{amount: "decimal(18, 2)"}`, beside what the table's contract says:
            files of text hold no types, and money must not pass through floats.
        lacking_columns: What becomes of a column that one of several files or sheets has and another lacks: `refuse`
            it, as by default, or `leave_empty` where it lacks.
        at: Of a raw table, the column that says when a row came into being: what came after `observed_until` is not
            there then, for its contract either. Canonical tables have columns of their own for that.
        days: The keys of partitions that say the day of a row, such as `dt` or `[year, month, day]`, or a column of a
            database's table that holds it: of these days a report reads what it needs, and leaves the others unopened.
        obtain: How to get the data, shown where the file is missing.
        duplicates: What becomes of rows that are equal in every column: `count` them, as by default, or `leave_out` all
            but one.
        note: What a reader should know of this table, in both languages.
    """

    path: tuple[str, ...] | str | None = None
    table: str | None = None
    sql: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] | str = ()
    encoding: str = "utf-8"
    delimiter: str | None = Field(None, min_length=1, max_length=4)
    header_row: tuple[int, ...] | int = 1
    decimal: Literal[".", ","] = "."
    thousands: Literal[",", ".", " ", "'", ""] | None = None
    date_format: Mapping[str, str] | str = ""
    nulls: tuple[str, ...] | None = None
    skip_footer: int = Field(0, ge=0)
    until_blank: bool = False
    clock: str = Field("local", pattern="^(local|utc)$")
    types: Mapping[str, str] = Field(default_factory=dict)
    lacking_columns: Literal["refuse", "leave_empty"] = "refuse"
    at: str = ""
    days: Names = ()
    obtain: str = ""
    duplicates: Literal["count", "leave_out"] = "count"
    note: Mapping[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_place(self) -> TableSpec:
        given = [name for name in ("path", "table", "sql") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(f"exactly one of path, table and sql must be given, got {', '.join(given) or 'none'}")
        return self

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            if "\n".encode(value).decode(value) == "\n":
                return value
        except (LookupError, UnicodeError):
            pass
        raise ValueError(f"must be an encoding of text such as utf-8, gb18030 or utf-16, got {value!r}")

    @model_validator(mode="after")
    def _fitting_keys(self) -> TableSpec:
        if self.sheet and self.sheets:
            raise ValueError("sheet and sheets must not both be given")
        if self.decimal == self.thousands:
            raise ValueError(f"decimal and thousands must differ, got {self.decimal!r} for both")
        if not self.header_rows or min(self.header_rows) < 1 or list(self.header_rows) != sorted(set(self.header_rows)):
            raise ValueError("header_row must be a row from 1, or rows from top to bottom such as [1, 2]")
        return self

    @property
    def paths(self) -> tuple[str, ...]:
        """What `path` says, as a list."""
        return (self.path,) if isinstance(self.path, str) else self.path or ()

    @property
    def header_rows(self) -> tuple[int, ...]:
        """The rows that hold the columns' names, from 1."""
        return (self.header_row,) if isinstance(self.header_row, int) else self.header_row

    @field_validator("types")
    @classmethod
    def _known_types(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        if not value:
            return value
        import ibis  # noqa: PLC0415 - a source that nothing is asked of needs no engine

        for column, kind in value.items():
            try:
                ibis.dtype(kind)
            except Exception:  # noqa: BLE001 - its parser raises a kind of its own
                raise ValueError(f"of {column} must be a type such as decimal(18, 2), got {kind!r}") from None
        return value


class Sample(FrozenModel):
    """A sample that a source holds in place of the whole shop.

    Attributes:
        of: What was drawn: orders with their lines, refunds and coupons; users with all that is theirs; or events.
        share: The share that was drawn, such as 0.05.
        how: `random` where each had the same chance; of any other sample totals cannot be scaled.
    """

    of: Literal["orders", "users", "events"]
    share: float = Field(gt=0, lt=1)
    how: Literal["random", "other"]


class Source(FrozenModel):
    """A shop's data: where it is, its time zone and currency, and how its tables map to the canonical ones.

    Attributes:
        shop: Whose data it is, one name or one for each language; stands on the cover.
        url: An Ibis URL.
        folder: Where relative paths of tables start, itself relative to the project.
        timezone: IANA name of the zone in which days begin and end.
        currency: ISO code of all amounts.
        observed_until: Local moment until which the data is whole; by default the end of the day of the newest row that
            is not in the future, or its start where that day looks cut short.
        new_user: What `users.registered_at` means in this shop; picks the wording of reports.
        sample: What part of the shop the data is, where it is a sample: totals are scaled or not told, rates stay.
        slides: The company's own template of slides (.pptx), relative to the project.
        store_mb: The files of a table are stored with each edition, so that it can be replayed, where they have no more
            MiB together; larger ones are known by their hash alone. 0 stores none.
        query_seconds: The longest that a query may take on PostgreSQL; the server ends it then, and the run with it.
        query_rows: The most rows that PostgreSQL may expect to read or make at any step of a query; one that needs more
            is refused before it runs, and the run with it.
        since: Local moment from which tables with `days` are read; by default what each report's baseline needs.
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
    sample: Sample | None = None
    slides: Path | None = None
    store_mb: int = Field(32, ge=0)
    query_seconds: int | None = Field(None, ge=1)
    query_rows: int | None = Field(None, ge=1)
    since: dt.datetime | None = None
    version: str | None = None
    raw: Mapping[str, TableSpec] = Field(default_factory=dict)
    tables: Mapping[str, TableSpec] = Field(min_length=1)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in _zones():
            hint = did_you_mean(value, _zones())
            raise ValueError(f"must be an IANA name such as Asia/Shanghai, got {value!r}. {hint}")
        return value

    @field_validator("tables")
    @classmethod
    def _dated_by_itself(cls, value: Mapping[str, TableSpec]) -> Mapping[str, TableSpec]:
        if named := next((name for name, spec in value.items() if spec.at), None):
            raise ValueError(f"{named}.at must stand at a raw table: a canonical one has its own column of moments")
        return value

    @field_validator("tables")
    @classmethod
    def _read_by_days(cls, value: Mapping[str, TableSpec]) -> Mapping[str, TableSpec]:
        if named := next((name for name, spec in value.items() if spec.days and name not in _BY_DAY), None):
            raise ValueError(
                f"{named}.days must be left out: reports need the whole table. Give it for {' or '.join(_BY_DAY)}"
            )
        return value

    @field_validator("observed_until", "since")
    @classmethod
    def _local(cls, value: dt.datetime | None, info: ValidationInfo) -> dt.datetime | None:
        if value is not None and value.tzinfo is not None:
            raise ValueError(f"{info.field_name} must be a local time without a zone, such as 2025-04-01T00:00")
        return value

    @field_validator("url")
    @classmethod
    def _no_password(cls, value: str) -> str:
        try:
            bare = urlsplit(VARIABLE.sub(lambda match: match[2] or "", value))  # a default is written in the file too
            _ = bare.port  # raises when it is no port
        except ValueError:
            raise ValueError("must be a URL such as duckdb:// or postgres://host/shop") from None
        literal = [part for part, _ in secrets_in(bare.geturl()) if SECRET_NAME.search(part)]
        defaults = [name for name, default in VARIABLE.findall(value) if default and SECRET_NAME.search(name)]
        if literal or defaults:
            raise ValueError("must hold no password: it must come from the environment, such as ${RETRO_PASSWORD}")
        return value

    @model_validator(mode="after")
    def _names_apart(self) -> Source:
        if both := sorted(set(self.raw) & set(self.tables)):
            raise ValueError(f"raw and tables must not share a name, got {', '.join(both)} in both. Rename the raw one")
        return self

    @model_validator(mode="after")
    def _observed_by_now(self) -> Source:
        now = dt.datetime.now(self.zone).replace(tzinfo=None)
        if self.observed_until is not None and self.observed_until > now:
            raise ValueError(f"observed_until must not lie in the future, got {self.observed_until}")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The source's time zone."""
        return ZoneInfo(self.timezone)

    def until(self, moment: dt.datetime | None) -> Source:
        """The source as a run sees it that looks only up to a local moment; None for as far as the data goes."""
        return self if moment is None else self.model_copy(update={"observed_until": moment})

    @property
    def by_days(self) -> bool:
        """Whether a report reads some tables only from a day on."""
        return any(spec.days for spec in (*self.raw.values(), *self.tables.values()))

    @property
    def span(self) -> Span:
        """The days whose partitions are read, one more at each end, since partitions may be of another zone's days."""
        first, last = (moment and moment.date() for moment in (self.since, self.observed_until))
        return Span(first and first - _DAY, last and last + _DAY)


@functools.cache
def _zones() -> frozenset[str]:
    """The names of all time zones, for which a folder of hundreds of files is read."""
    return frozenset(available_timezones())


def find_source(params_file: Path) -> Path:
    """The `source.yaml` in the folder of a params file, or in the nearest folder above it.

    Raises:
        SourceError: There is none up to the project's root.
    """
    if (found := find_above(params_file, "source.yaml")) is not None:
        return found
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


def database_file(url: str) -> Path | None:
    """The file of a DuckDB URL; None for a database in memory or another engine."""
    path = url.removeprefix("duckdb://").split("?")[0] if url.startswith("duckdb://") else ""
    return project_root() / path.removeprefix("/./") if path not in {"", ":memory:", "/:memory:"} else None
