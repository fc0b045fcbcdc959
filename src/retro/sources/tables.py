"""A source's tables: named, lazy and read-only."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias, TypeVar

import ibis
import ibis.expr.operations as ops
import sqlglot.expressions as sge

from retro.errors import SourceError, did_you_mean, engine_error, shorten
from retro.files import canonical_json, project_root, text_hash
from retro.memo import Store, code_hash, libraries
from retro.places import MEMO, own_folder, spill_folder
from retro.privacy import LEAST
from retro.sources import spark
from retro.sources.as_of import ASKED, MOMENTS, as_of, moments_of, overwritten, refunded_later, rows_until
from retro.sources.clock import to_local
from retro.sources.connection import SHOP, connect, lock
from retro.sources.contents import Contents, Reads, content_of
from retro.sources.currencies import Currencies
from retro.sources.environment import expand
from retro.sources.fingerprint import Server, asked_of_engine, files_of, fingerprint, folder_of
from retro.sources.grain import Grain, grain_of
from retro.sources.hiding import hide_secrets
from retro.sources.newest import NewestDay, newest_day
from retro.sources.order_kinds import KINDS, counting
from retro.sources.over import over
from retro.sources.queries import one_query
from retro.sources.quoting import literal, quoted
from retro.sources.reading import Reader
from retro.sources.seen import seen
from retro.sources.sessions import release, session_of
from retro.sources.sheets import SHEETS
from retro.sources.spec import Source, TableSpec, database_file
from retro.sources.text import TEXT
from retro.sources.typed import refuse_unknown, typed
from retro.sources.views import copy_view
from retro.sources.within import within
from retro.validation import FrozenModel

Answer = TypeVar("Answer")

Caller: TypeAlias = Callable[[Callable[..., Any], tuple[Any, ...], Mapping[str, Any]], Any]
"""Calls a function with its arguments and keywords."""


def called(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as the function
    """Just call it."""
    return function(*args, **kwargs)


@dataclass(frozen=True)
class NotCovered:
    """In place of a figure that this shop's data cannot answer; its section shows the reason in one line.

    Attributes:
        table: The canonical table that the shop does not have.
        column: The column of it that the shop does not have, where it has the table.
        empty: Whether it has the table, which holds nothing of the campaign.
        untold: Whether the campaign works by telling people, and nobody is known to have been told.
    """

    table: str
    column: str = ""
    empty: bool = False
    untold: bool = False

    def __getattr__(self, name: str) -> NotCovered:
        """Whatever a result would hold is not covered either."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __getitem__(self, name: str) -> NotCovered:
        """Neither is what a mapping of results would hold."""
        return self

    __iter__ = None  # otherwise it would go on giving itself


_OFTEN_EMPTY: Mapping[str, tuple[str, ...]] = MappingProxyType({"orders": ("user_id", "amount")})
"""Columns that shops map to nothing, since they do not have them: unknown for all rows is as good as not there."""


_FACTS = ("rows", "newest", "content")

_KEYLESS = ("events", "exposures", "outcomes", "stock")
"""Tables whose contracts know no key, so that nothing else sees a row that is there twice."""


class _Later(FrozenModel):
    """What happened after a moment.

    Attributes:
        tables: The canonical tables that know of something later; those that may, where nobody can tell.
        columns: Their columns that do, each with its table; None where nobody can tell.
        refunded: Which orders were refunded later, in a few letters; empty where nobody can tell.
    """

    tables: frozenset[str]
    columns: frozenset[tuple[str, str]] | None
    refunded: str


class Tables:
    """Named, lazy, read-only tables of one source, as attributes: `tables.orders`.

    A canonical table that the source does not have is answered with `NotCovered`, so that a report can say so.
    Columns with a time zone become naive columns in the source's zone, once, here: engines disagree on local days.

    Attributes:
        source: What was opened.
        connection: The Ibis connection; private to gate and tests, everyone else uses tables.
        reads: Watches which tables are read.
        contents: What is in them, as hashes.
    """

    def __init__(
        self,
        source: Source,
        where: str,
        segment: Mapping[str, tuple[str, ...]] | None = None,
        personal: Collection[str] = (),
        session: str = "",
    ) -> None:
        self.source = source
        self._where = where
        self._segment = dict(segment or {})
        if refused := next((column for column in self._segment if column in personal), ""):
            raise SourceError(
                f"segment: column must hold groups of people, got {refused!r}, which points at single ones. "
                "Choose a column such as channel or city."
            )
        self.connection: Any = connect(source, where, session)  # Ibis backends share no useful static type
        try:
            self.reads = Reads(self.connection)
            self.contents = self._contents()
            self._copies = spill_folder(f"{id(self):x}")
            self._reader = Reader(self.connection, source.zone, source.currency, self._copies, source.span)
            self._lock()
            self._until = source.observed_until
            self._raw = {name: self._open(f"raw.{name}", name, spec) for name, spec in source.raw.items()}
            self._mapped = {name: self._open(f"tables.{name}", name, spec) for name, spec in source.tables.items()}
            self._unasked: set[str] = set()
            self._ahead: set[str] = set()
            self._exported: dict[str, ibis.Table] = {}
            self._forget_later()
            self._newest: dict[str, NewestDay] = {}
            self._grains: dict[str, Grain] = {}
            self._recall: Caller = called
            self._restrict()
        except BaseException:  # what cannot be opened holds no snapshot either
            release(self.connection)
            raise

    def __getattr__(self, name: str) -> ibis.Table | NotCovered:
        if name.startswith("_"):
            raise AttributeError(name)
        return self._own(name) if name in self._mapped else NotCovered(name)

    def __contains__(self, name: str) -> bool:
        return name in self._mapped

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._mapped]

    @property
    def names(self) -> tuple[str, ...]:
        """The canonical tables that this source has."""
        return tuple(self._mapped)

    @property
    def raw_names(self) -> tuple[str, ...]:
        """The shop's own tables that the canonical ones are mapped from."""
        return tuple(self._raw)

    def raw(self, name: str) -> ibis.Table:
        """A raw table by name."""
        return self._raw[name]

    def whole(self, name: str) -> ibis.Table:
        """A canonical table without the segment, as the contracts see it: as of the source's `observed_until`."""
        return self._mapped[name]

    @property
    def by_name(self) -> dict[str, ibis.Table]:
        """Every table by the name that SQL calls it: the shop's own, and the canonical ones without the segment."""
        return {**self._raw, **self._mapped}

    def replace(self, name: str, table: ibis.Table) -> None:
        """Put another table in the place of a canonical one, before the segment is taken."""
        self._mapped[name] = table
        self._newest.pop(name, None)
        self._grains.pop(name, None)
        self._restrict()

    def cut(self, until: dt.datetime) -> None:
        """Let the tables say only what had happened before a local moment; the contracts go on seeing what they saw."""
        if until != self._until:
            self._until = until
            self._restrict()

    def query(self, query: str | sge.Expr) -> ibis.Table:
        """A lazy table of a query over the canonical tables as reports see them: of the segment, as of the cut.

        Args:
            query: One SELECT in DuckDB's SQL, whatever the engine, as text or parsed, which is then changed; tables
                that the shop does not have are no names.

        Raises:
            MissingColumn: The shop does not have a table.
            SourceError: The engine does not take the query.
        """
        named = over(query, {name: getattr(self, name) for name in self._mapped}, self.connection)
        try:
            return self.connection.sql(named, dialect="duckdb")
        except Exception as reason:  # noqa: BLE001 - engines raise their own kinds
            raise SourceError(
                f"{self._where}: query must be readable, got {self._hidden(engine_error(reason))[:300]}."
            ) from None

    @property
    def session(self) -> str:
        """What other processes' sessions join this one by, to see the same; empty where there is nothing to join."""
        return session_of(self.connection)

    def release(self) -> None:
        """Let a server have back what the session holds; nothing can be asked afterwards."""
        release(self.connection)

    def refuse_unrestricted(self, name: str, units: str) -> None:
        """Refuse a segment that says nothing of a table of units, such as cookies of which nothing else is known.

        Raises:
            SourceError: A column of the segment is neither in the table nor, where its units are users, in `users`.
        """
        if name not in self._mapped:
            return
        own = set(self._mapped[name].columns)
        known = own | (set(self._mapped["users"].columns) if "users" in self._mapped and units == "user" else set())
        if lacking := next((column for column in self._segment if column not in known), ""):
            raise SourceError(
                f"segment: column {lacking!r} must be in {name} to restrict an experiment on {units}s, got "
                f"{', '.join(sorted(own))}. Add it there, or leave the segment out."
            )

    def refuse_segment(self, rows: Collection[str], groups: Mapping[str, Collection[str]]) -> None:
        """Refuse a segment by a column that does not restrict a report's main rows, and a value that none of them has.

        Args:
            rows: The tables of the main rows, such as `orders`; what is in `users` restricts them all.
            groups: The columns of each table that hold groups of people.

        Raises:
            SourceError: A column is neither in `users` nor in each of the tables, or no row has a value.
        """
        has = {name: set(self._mapped[name].columns) for name in ("users", *rows) if name in self._mapped}
        main = [name for name in rows if name in has]
        for column, values in self._segment.items() if main else ():
            of_users = column in has.get("users", ())
            home = "users" if of_users else main[0]
            if not of_users and not all(column in has[name] for name in main):
                fit = {one for one in groups.get("users", ()) if one in has.get("users", ())}
                fit |= {one for one in groups.get(home, ()) if all(one in has[name] for name in main)}
                raise SourceError(
                    f"segment: column {column!r} must be in {' or '.join(dict.fromkeys(['users', *main]))} to restrict "
                    f"the report, got none there. Choose of {', '.join(sorted(fit)) or 'none'}, or cut figures by it."
                )
            table = self._known(home)
            by = table.select(value=table[column].cast("string"), user_id=_person_of(table)).group_by("value")
            people = by.aggregate(people=lambda one: one.user_id.nunique()).execute()
            found = {str(value) for value in people["value"].dropna()}
            if unknown := next((value for value in values if value not in found), ""):
                known = sorted(map(str, people.loc[people["people"] >= LEAST, "value"].dropna()))
                hint = did_you_mean(unknown, known)
                raise SourceError(f"segment: {column} must be a value of {home}, got {unknown!r}. {hint}")

    def refuse_currencies(self, names: Collection[str], until: dt.datetime | None) -> None:
        """Refuse amounts in another currency without a rate of their day, before anything is made of them.

        Raises:
            CurrencyError: A currency or a day lacks its rate.
        """
        for name in ("orders", "campaign_costs"):
            if name in names and name in self._mapped:
                Currencies(self.source.currency, until, self._where).converted(name, self._mapped)

    def overwritten(self, names: Collection[str]) -> tuple[str, ...]:
        """The columns of some tables, such as `orders.status`, that stand as of the export and not as of the cut."""
        return overwritten(self._mapped, names)

    @property
    def order_kinds(self) -> tuple[str, ...]:
        """The optional columns, such as `is_test`, by which this shop's orders and lines are treated apart."""
        return tuple(
            column
            for name, columns in KINDS.items()
            for column in columns
            if name in self._mapped and column in self._mapped[name].columns
        )

    def observed_until(self, name: str) -> dt.datetime:
        """Until when a table was observed: local, exclusive.

        `observed_until` of the source where it is given. Otherwise the end of the day of the newest row where that day
        looks whole beside those before it, else its start. Rows in the future are ignored.

        Raises:
            SourceError: The table has no time column or no row that is not in the future.
        """
        if self.source.observed_until is not None:
            return self.source.observed_until
        return self.newest_day(name).until

    def newest_day(self, name: str) -> NewestDay:
        """The newest day of a table, and whether it looks whole.

        Raises:
            SourceError: The table has no row that is not in the future.
        """
        if name not in self._newest:
            self._newest[name] = self._newest_of(name, self._mapped[name])
        return self._newest[name]

    def reaches(self, name: str) -> dt.datetime:
        """Until when a table could be observed, whatever moment the source says: local, exclusive.

        Raises:
            SourceError: The table has no row that is not in the future.
        """
        return self._newest_of(name, self._exported.get(name, self._mapped[name])).until

    def _newest_of(self, name: str, table: ibis.Table) -> NewestDay:
        found = newest_day(table, MOMENTS[name], dt.datetime.now(self.source.zone).replace(tzinfo=None))
        if found is None:
            raise SourceError(f"{self._where}: table {name!r} must have rows, got none.")
        return found

    def grain(self, name: str) -> Grain:
        """How finely the moments of a canonical table are known, as `grain_of` has it; asked once."""
        if name not in self._grains:
            self._grains[name] = self.once(grain_of, self._mapped[name], MOMENTS.get(name, ""))
        return self._grains[name]

    def once(self, function: Callable[..., Answer], *args: object, **kwargs: object) -> Answer:
        """What a function answers that asks nothing but tables of this source; recalled where that is arranged."""
        answer: Answer = self._recall(function, args, kwargs)
        return answer

    def recall_by(self, call: Caller) -> None:
        """Let `once` call functions through another one."""
        self._recall = call

    def of_everybody(self, name: str) -> ibis.Table:
        """A canonical table as of the cut, of all users, not of the segment alone."""
        return self._known(name)

    def has_key(self, name: str) -> bool:
        """Whether something else sees a row of the table that is there twice; else it can be counted, in DuckDB."""
        return name not in _KEYLESS or self.connection.name != "duckdb"

    def row_count(self, name: str) -> int:
        """The number of rows of a canonical table, of all users, as of the cut."""
        return int(self._known(name).count().execute())

    def fingerprint(self) -> str:
        """A hash of everything that the figures can depend on: the files' contents, or the server's own version.

        On a server without a `version` query it is what `_aggregates` finds.

        Raises:
            SourceError: A file or the server cannot be read.
        """
        return fingerprint(self.source, self._where, Server(self._aggregates, self._version)) or ""

    def seen(self) -> str:
        """A hash of all that a report can see.

        The fingerprint, or where the source says `observed_until`, one of the canonical rows that were there by then,
        so that what came later does not change it. A server's `version` query stands for its data, whatever came later.
        """
        if self.source.observed_until is None or self.source.version is not None:
            return self.fingerprint()
        return seen(self.source, self.fingerprint(), lambda: self.contents_seen)

    @property
    def contents_seen(self) -> list[Any]:
        """What each canonical table holds, in a few numbers; the order of its rows does not matter."""
        if self.connection.name != "duckdb":
            return self._aggregates(sorted(self._mapped))
        parts = []
        for name, table in self._mapped.items():
            kinds = table.schema().items()  # a file that grew may know its moments more finely
            cells = [f"{quoted(cell)}::timestamp" if kind.is_timestamp() else quoted(cell) for cell, kind in kinds]
            hashed = f"sum(hash(row({', '.join(cells)})))::varchar"
            parts.append(f"select {literal(name)}, count(*), {hashed} from {quoted(name)}")
        return sorted(self.connection.raw_sql(" union all ".join(parts)).fetchall())

    @property
    def has_version(self) -> bool:
        """Whether the fingerprint holds still while nothing changes: of files, or by the server's own version."""
        specs = {**self.source.raw, **self.source.tables}.values()
        of_server = any(spec.path is None or asked_of_engine(self.source, spec) for spec in specs)
        return self.connection.name == "duckdb" or self.source.version is not None or not of_server

    def _version(self, query: str) -> str:
        query = one_query(query, f"{self._where}: version", self.connection.name)
        try:
            return str(self.connection.raw_sql(query).fetchall())
        except Exception as reason:  # noqa: BLE001 - engines raise their own kinds
            message = self._hidden(engine_error(reason))[:300]
            raise SourceError(f"{self._where}: version must be SQL that the engine answers, got {message}") from None

    def _aggregates(self, names: Sequence[str]) -> list[str]:
        """What some tables hold, in one query: of each its rows, newest time and a sum over hashes of the rows."""
        parts = []
        for name in names:
            table, column = self.by_name[name], MOMENTS.get(name)
            newest, content = table[column].max() if column in table.columns else None, content_of(table)
            facts = {"newest": newest, "content": content}
            told = {key: ibis.null("string") if fact is None else fact.cast("string") for key, fact in facts.items()}
            parts.append(table.aggregate(rows=table.count(), **told).select(ibis.literal(name).name("name"), *_FACTS))
        if not parts:
            return []
        found = ibis.union(*parts)
        return sorted(map(canonical_json, found.to_pyarrow().to_pylist()))

    def _forget_later(self) -> None:
        """Put the canonical tables as of the source's `observed_until` in the place of those of the whole export.

        Rows that are dated after the present stay for the contracts, and reports leave them out.
        """
        if self._until is None:
            return
        now = dt.datetime.now(self.source.zone).replace(tzinfo=None)
        later, self._ahead = self._later(self._until, now)
        present = now if self._ahead else None  # this process's clock in a query keeps others from recalling its answer
        asked = {name for name in self._mapped if later.tables & {name, *ASKED.get(name, ())}}
        whole = {name: self._whole_export(name) for name in {*asked, *later.tables} & {*self._mapped}}
        self._exported = whole
        self.contents.refunded_later = later.refunded
        for name in sorted(asked):
            try:
                own = as_of(name, whole, self._until, present, None if self._ahead else later.columns)
            except SourceError:
                raise
            except Exception:  # noqa: BLE001 - engines raise their own kinds; the gate says what is wrong with the table
                self._unasked.add(name)
                continue
            if own is not whole[name]:
                self._mapped[name] = self._named(name, own)

    def _refunded_later(self, until: dt.datetime) -> str:
        """Which orders were refunded after a moment, in a few numbers; empty where nobody can tell.

        DuckDB alone hashes, and refunds that cannot be read are left to the gate.
        """
        try:
            refunds = self._mapped.get("refunds")
            back = None if refunds is None else refunded_later(refunds, until)
            if back is None or self.connection.name != "duckdb":
                return ""
            query = f"select count(*), sum(hash(late_id))::varchar from ({self.connection.compile(back)})"
            return str(self.connection.raw_sql(query).fetchall())
        except Exception:  # noqa: BLE001 - engines raise their own kinds
            return ""

    def _later(self, until: dt.datetime, now: dt.datetime) -> tuple[_Later, set[str]]:
        """What is later than a moment, and the tables that know of something later than now.

        Of files it is asked once, by DuckDB and by Spark.
        """
        known = {
            name: self.contents.of(name) if self.contents.lasts(name) else self.contents.alone(name)
            for name in self._mapped
        }
        code = code_hash(["retro.sources.tables"])
        if code is None or None in known.values():
            return self._asked_later(until, now)
        store, key = Store(own_folder(MEMO)), text_hash(canonical_json(["later", str(until), known, code, libraries()]))
        if (told := store.get(key)) is not None:
            return _Later.model_validate_json(told), set()
        later, ahead = self._asked_later(until, now)
        if not ahead and later.columns is not None:  # what is not later than now never will be
            store.put(key, (), key, later.model_dump_json())
        return later, ahead

    def _asked_later(self, until: dt.datetime, now: dt.datetime) -> tuple[_Later, set[str]]:
        columns, ahead = self._with_later(until, now)
        names = {name for name, _ in columns} if columns is not None else set(self._moments())
        refunded = self._refunded_later(until) if "refunds" in names else "none"
        told = _Later(tables=frozenset(names), columns=columns, refunded=refunded)
        return told, {name for name, _ in ahead} if ahead is not None else names

    def _moments(self) -> dict[str, list[str]]:
        return {name: found for name, table in self._mapped.items() if (found := moments_of(name, table))}

    def _with_later(self, *moments: dt.datetime) -> tuple[frozenset[tuple[str, str]] | None, ...]:
        """The tables' columns that hold something later than each moment, in one query; None where that fails."""
        known = self._moments()
        if not known:
            return tuple(frozenset[tuple[str, str]]() for _ in moments)
        places = range(max(map(len, known.values())))
        try:
            parts = [
                _newest(self._mapped[name], found, places).mutate(name=ibis.literal(name))
                for name, found in known.items()
            ]
            newest = ibis.union(*parts)
            marks = {
                f"c{place} m{number}": (newest[f"c{place}"] >= ibis.literal(one)).fill_null(ibis.literal(value=False))
                for number, one in enumerate(moments)
                for place in places
            }
            rows = newest.select("name", **marks).execute().to_dict("records")
            return tuple(
                frozenset(
                    (row["name"], column)
                    for row in rows
                    for place, column in enumerate(known[row["name"]])
                    if row[f"c{place} m{number}"]
                )
                for number in range(len(moments))
            )
        except SourceError:
            raise
        except Exception:  # noqa: BLE001 - one table that cannot be read; the gate says which, and why
            return tuple(None for _ in moments)

    def _whole_export(self, name: str) -> ibis.Table:
        """A canonical table that stays whole when its name stands for what was there in time."""
        if self.connection.name != "duckdb":
            return self._mapped[name]
        copy_view(self.connection, name, other := f"{name} of the export")
        whole: ibis.Table = self.connection.table(other)
        return whole

    def _own(self, name: str) -> ibis.Table:
        """A canonical table as reports see it: of the segment, as of the cut."""
        return self._tables[name] if name in self._tables else self._known(name)

    def _known(self, name: str) -> ibis.Table:
        """A canonical table of what counts, as of the cut, without columns that nobody filled; asked once."""
        if name not in self._cut:
            try:
                others = ("orders", "refunds") if name in {"orders", "order_items"} else ()
                needed = {one for one in (name, *others) if one in self._mapped}
                tables = {one: self._counted(one) for one in needed}
                known = self._until in {None, self.source.observed_until} and not needed & {
                    *self._unasked,
                    *self._ahead,
                }
                own = tables[name] if known or self._until is None else as_of(name, tables, self._until)
                self._cut[name] = _without_empty(own, _OFTEN_EMPTY.get(name, ()))
            except SourceError:
                raise
            except Exception as reason:  # noqa: BLE001 - engines raise their own kinds
                said = self._hidden(engine_error(reason))[:300]
                raise SourceError(f"{self._where}: tables.{name} must be readable, got {said}.") from None
        return self._cut[name]

    def _counted(self, name: str) -> ibis.Table:
        """A canonical table without test orders, in the source's currency, as the kinds of its orders ask."""
        if name not in self._counts:
            currencies = Currencies(self.source.currency, self._until, self._where)
            tables = {**self._mapped, name: currencies.converted(name, self._mapped)}
            self._counts[name] = counting(name, tables)
        return self._counts[name]

    def _restrict(self) -> None:
        """Choose a segment's users once, and keep all that is theirs; tables without users keep their own rows of it.

        A member's activity is theirs on every channel: cut by the rows' own channel, retention would lose the visits
        that a member of one channel makes on another.
        """
        self._counts: dict[str, ibis.Table] = {}
        self._cut: dict[str, ibis.Table] = {}
        self._tables: dict[str, ibis.Table] = {}
        if not self._segment:
            return
        self._tables = {name: self._known(name) for name in self._mapped}
        columns = {column for table in self._tables.values() for column in table.columns}
        for column in self._segment:
            if column not in columns:
                raise SourceError(f"segment: column {column!r} must be in a table. {did_you_mean(column, columns)}")
        users = self._tables.get("users")
        of_users = {} if users is None else {key: self._segment[key] for key in self._segment if key in users.columns}
        for name, table in self._tables.items():
            chosen = users is not None and name != "users" and bool(of_users) and "user_id" in table.columns
            for column, values in self._segment.items():
                if column in table.columns and not (chosen and column in of_users):
                    table = table.filter(table[column].cast("string").isin(list(values)))  # noqa: PLW2901 - narrowed
            self._tables[name] = table
        if of_users and users is not None:
            members = self._tables["users"].select("user_id")
            self._refuse_few(users, of_users)
            self._tables |= {
                name: _of_members(table, members, of_users) for name, table in self._tables.items() if name != "users"
            }

    def _refuse_few(self, users: ibis.Table, of_users: Mapping[str, tuple[str, ...]]) -> None:
        """Refuse a segment that matches nobody, or so few that the report would be about them."""
        found = self._tables["users"].limit(LEAST).count().execute()
        if found >= LEAST:
            return
        if found:
            raise SourceError(f"segment: at least {LEAST} users must match {dict(of_users)!r}, got fewer. Widen it.")
        known = {column: _groups(users[column]) for column in of_users}
        offered = "; ".join(f"{column}: {shorten(values)}" for column, values in known.items())
        raise SourceError(f"segment: some user must match {dict(of_users)!r}, got nobody. Known values: {offered}.")

    def _open(self, key: str, name: str, spec: TableSpec) -> ibis.Table:
        where = f"{self._where}: {key}"
        try:
            if (known := self._view_known(name)) is not None:
                return known
            if spec.path is not None:
                paths, canonical = files_of(self.source, self._where, key, spec), key.startswith("tables.")
                table = self._reader.read(name, paths, spec, where, canonical=canonical)
                if paths and paths[0].suffix.lower() in TEXT | SHEETS:  # typed and local by now
                    refuse_unknown(table, spec, where)
                    return self._named(name, self._in_time(_once(table, spec), spec, where))
            elif spec.table is not None:
                *database, bare = spec.table.split(".")
                table = self.connection.table(bare, database=self._database(database))
            else:
                table = self.connection.sql(one_query(spec.sql or "", f"{where}.sql", self.connection.name))
            if spec.days and (spec.path is None or asked_of_engine(self.source, spec)):
                table = within(table, spec.days, self.source.span, where)
            table = typed(to_local(table, spec, self.source.timezone), spec, where, self.source.timezone)
            table = self._named(name, self._in_time(_once(table, spec), spec, where))
            return self._viewed(name, table) if self.contents.lasts(name) else table
        except SourceError:
            raise
        except Exception as reason:  # noqa: BLE001 - engines raise their own kinds
            raise SourceError(f"{where} must be readable, got {self._hidden(engine_error(reason))[:300]}.") from None

    def _in_time(self, table: ibis.Table, spec: TableSpec, where: str) -> ibis.Table:
        """A raw table without the rows that came after `observed_until`, where the source says when they came."""
        if not spec.at:
            return table
        kind = table.schema().get(spec.at)
        if kind is None:
            hint = did_you_mean(spec.at, table.columns)
            raise SourceError(f"{where}.at: {spec.at!r} must be a column of the table, got none. {hint}")
        if not (kind.is_timestamp() or kind.is_date()):
            raise SourceError(
                f"{where}.at: {spec.at!r} must hold days or moments, got {kind}. Give it a type in types."
            )
        if self._until is None:
            return table
        return rows_until(table, spec.at, self._until, dt.datetime.now(self.source.zone).replace(tzinfo=None))

    def _lock(self) -> None:
        """Before any SQL of the shop runs, DuckDB may read the files and the folder that the source names."""
        if self.connection.name != "duckdb":
            return
        files = [path for paths in self._files().values() for path in paths]
        folder = folder_of(self.source, self._where)
        named = "folder" in self.source.model_fields_set and not project_root().is_relative_to(folder.resolve())
        folders = [folder] if named else []
        lock(self.connection, files, [*folders, self._copies])

    def _files(self) -> dict[str, list[Path]]:
        """The files of each table that is given by `path`."""
        places = {"raw": self.source.raw, "tables": self.source.tables}
        return {
            name: files_of(self.source, self._where, f"{key}.{name}", spec)
            for key, specs in places.items()
            for name, spec in specs.items()
            if spec.path
        }

    def _contents(self) -> Contents:
        version, database = self.source.version, database_file(expand(self.source.url, self._where))
        asked = None if version is None else lambda: self._version(version)
        return Contents(self.source, self._files(), database, self.connection, asked)

    def _database(self, given: list[str]) -> str | tuple[str, str] | None:
        """Where `table:` looks: the DuckDB file is attached as `shop`; other engines know their own default."""
        if database_file(expand(self.source.url, self._where)):
            return (SHOP, given[-1] if given else "main")
        return ".".join(given) or None

    def _named(self, name: str, table: ibis.Table) -> ibis.Table:
        """Give a mapped table its name, so that SQL over raw tables and the gate can say it; DuckDB alone needs it."""
        if self.connection.name != "duckdb":
            return table
        plain = table.op()
        if not isinstance(plain, ops.DatabaseTable) or plain.namespace != ops.Namespace():
            return self.connection.create_view(name, table, overwrite=True)
        # Ibis compiles the view and asks for its columns again, ten times the cost
        self.connection.raw_sql(f"create or replace view {quoted(name)} as select * from {quoted(plain.name)}")
        return plain.copy(name=name).to_expr()

    def _viewed(self, name: str, table: ibis.Table) -> ibis.Table:
        """A table of files by a name that it has in every session of Spark, so that others know what is asked of it."""
        view = self.contents.view_of(name)
        self.connection.raw_sql(self.connection.compile(table)).createOrReplaceTempView(view)
        spark.note_view(self.connection, view, self.contents.stamp(name))
        return self.connection.table(view)

    def _view_known(self, name: str) -> ibis.Table | None:
        """A table of files by the view that the process whose session of Spark is joined made of it; None without."""
        if not self.contents.lasts(name):
            return None
        view, content = self.contents.view_of(name), self.contents.stamp(name)
        same = content is not None and spark.noted_of(self.connection, view) == content
        return self.connection.table(view) if same else None

    def _hidden(self, message: str) -> str:
        return hide_secrets(" ".join(message.split()), self.source)


def _newest(table: ibis.Table, columns: Sequence[str], places: range) -> ibis.Table:
    """The newest moments of a table's columns in one row, by their places; empty where there are fewer columns."""
    newest = {f"c{place}": table[column].cast("timestamp").max() for place, column in enumerate(columns)}
    found, nothing = table.aggregate(**newest), ibis.null("timestamp")
    return found.select(**{f"c{place}": found[f"c{place}"] if place < len(columns) else nothing for place in places})


def _groups(column: ibis.Column) -> list[str]:
    """The values of a column that enough users have to be named."""
    counted = column.value_counts(name="users")
    return sorted(map(str, counted.filter(counted.users >= LEAST).execute()[column.get_name()]))


def _person_of(table: ibis.Table) -> ibis.Column:
    """Whose a row is; nobody's where the table names none."""
    return table.user_id.cast("string") if "user_id" in table.columns else ibis.null("string")


def _of_members(table: ibis.Table, members: ibis.Table, columns: Collection[str]) -> ibis.Table:
    """The rows of a segment's users; units that have the segment's columns themselves need no users."""
    if "user_id" in table.columns:
        return table.semi_join(members, "user_id")
    if "unit_id" in table.columns and not set(columns) <= set(table.columns):
        return table.semi_join(members, table.unit_id == members.user_id)
    return table


def open_tables(
    source: Source,
    where: str,
    segment: Mapping[str, tuple[str, ...]] | None = None,
    personal: Collection[str] = (),
    session: str = "",
) -> Tables:
    """Open a source read-only.

    Args:
        source: What to open.
        where: The source file's name, for messages.
        segment: Values to keep by column, such as `{"channel": ("app",)}`. A table without the column keeps
            the rows of the users that are kept.
        personal: Columns that no segment may be cut by, since their values point at people.
        session: The session of another process to join, as its `Tables.session` has it.

    Raises:
        SourceError: The source cannot be opened, a table cannot be read, no table has a segment's column, or a
            segment leaves too few users.
    """
    return Tables(source, where, segment, personal, session)


def open_table(source: Source, where: str, name: str) -> ibis.Table:
    """Open one table, canonical or raw, whatever is wrong with the others that it does not read.

    Args:
        source: What to open.
        where: The source file's name, for messages.
        name: The table.

    Raises:
        SourceError: There is no such table, or it or a raw table that it reads cannot be opened.
    """
    specs = {**source.tables, **source.raw}
    if name not in specs:
        raise SourceError(f"{where}: table must be in the source, got {name!r}. {did_you_mean(name, specs)}")
    raw = name in source.raw
    own = {"raw": {name: specs[name]} if raw else {}, "tables": {} if raw else {name: specs[name]}}
    try:
        tables = Tables(source.model_copy(update=own), where)
    except SourceError:
        if not specs[name].sql:
            raise
        tables = Tables(source.model_copy(update=own | {"raw": _before(source, name)}), where)
    return tables.raw(name) if raw else tables.whole(name)


def _before(source: Source, name: str) -> Mapping[str, TableSpec]:
    """The raw tables that a table's SQL may read: those above it that it names, and what these name."""
    found: dict[str, TableSpec] = {}
    texts = [source.tables[name].sql or ""] if name in source.tables else []
    for other, spec in reversed(list(source.raw.items())):
        if other == name or any(re.search(rf"\b{re.escape(other)}\b", text) for text in texts):
            found[other] = spec
            texts.append(spec.sql or "")
    return dict(reversed(found.items()))


def _once(table: ibis.Table, spec: TableSpec) -> ibis.Table:
    """A table without rows that are there again, where its key says so."""
    return table.distinct() if spec.duplicates == "leave_out" else table


def _without_empty(table: ibis.Table, columns: Collection[str]) -> ibis.Table:
    """A table without those of these columns that hold nothing in any row."""
    asked = {name: table[name].count() for name in columns if name in table.columns}
    if not asked:
        return table
    (found,) = table.aggregate(rows=table.count(), **asked).execute().to_dict("records")
    return table.drop(*[name for name in asked if found["rows"] and not found[name]])
