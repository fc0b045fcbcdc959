"""Ask a suite of a table, on the connection or session that Ibis already has."""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import duckdb
import great_expectations as gx
import sqlalchemy as sa
from duckdb_engine import ConnectionWrapper, Dialect, DuckDBIdentifierPreparer
from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults
from great_expectations.datasource.fluent.interfaces import GxDatasourceWarning
from sqlalchemy.dialects.postgresql.base import PGCompiler
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.pool import StaticPool

from retro.contracts.answer import Answer
from retro.contracts.great.metrics import COUNTED
from retro.errors import SourceError, engine_words
from retro.files import unplaced
from retro.sources.dear import refused

_MOST_MEMORY = 2 * 10**9
"""Bytes that DuckDB may use while it is asked."""

_UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}

_KIND = re.compile(r"\((?:\w+\.)*(\w+(?:Exception|Error|Column|Table|Function|Representation))\) ?")
"""The class of an engine's error in a message of SQLAlchemy's."""


class _Quoter(DuckDBIdentifierPreparer):  # type: ignore[misc]  # duckdb_engine is not typed here
    """Quotes every name: DuckDB has words, such as `at`, that are not reserved and yet no names."""

    def _requires_quotes(self, value: str) -> bool:  # noqa: ARG002 - the base class calls it with the name
        return True


class _Inliner(PGCompiler):
    """Writes values into the query: DuckDB plans and compares constants better than parameters."""

    def visit_bindparam(self, *args: Any, **given: Any) -> Any:  # noqa: ANN401 - SQLAlchemy does not type it
        return super().visit_bindparam(*args, **given | {"literal_binds": True})  # type: ignore[no-untyped-call]  # same


class _GateDialect(Dialect):  # type: ignore[misc]  # duckdb_engine is not typed here
    """DuckDB without transactions, so that a result outlives the connection that GX has closed."""

    supports_statement_cache = True
    preparer = _Quoter
    statement_compiler = _Inliner
    _backslash_escapes = False

    def do_begin(self, dbapi_connection: object) -> None: ...

    def do_commit(self, dbapi_connection: object) -> None: ...

    def do_rollback(self, dbapi_connection: object) -> None: ...


sa.dialects.registry.register("duckdb.retro", __name__, "_GateDialect")


class _SnapshotDialect(PGDialect_psycopg):
    """PostgreSQL inside a transaction that is not SQLAlchemy's to end; each query in a savepoint, should it fail."""

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: object) -> None: ...

    def do_commit(self, dbapi_connection: object) -> None: ...

    def do_rollback(self, dbapi_connection: object) -> None: ...

    def do_close(self, dbapi_connection: object) -> None: ...

    def do_terminate(self, dbapi_connection: object) -> None: ...

    def do_execute(self, cursor: Any, statement: Any, parameters: Any, context: Any = None) -> None:  # noqa: ANN401 - SQLAlchemy's own
        with cursor.connection.transaction():
            super().do_execute(cursor, statement, parameters, context)  # type: ignore[no-untyped-call]  # same


sa.dialects.registry.register("postgresql.retro", __name__, "_SnapshotDialect")


class _Borrowed(ConnectionWrapper):  # type: ignore[misc]  # same
    """A connection that belongs to Ibis: SQLAlchemy must not close it."""

    def close(self) -> None: ...


def ask_duckdb(connection: Any, suite: Mapping[str, Any]) -> dict[str, Answer]:  # noqa: ANN401 - an Ibis backend
    """Ask a suite of the DuckDB table or view of its name.

    Args:
        connection: The Ibis connection.
        suite: What `expectations.suite` made, in the engine's SQL, and the `query` that stands for the table.

    Returns:
        An answer for each rule. One question that the engine cannot answer does not spoil the others.
    """
    with _little_memory(connection.con):
        return _ask_sql("duckdb+retro://", lambda: _Borrowed(connection.con), suite)


def ask_postgres(connection: Any, suite: Mapping[str, Any]) -> dict[str, Answer]:  # noqa: ANN401 - an Ibis backend
    """Ask a suite of the PostgreSQL view of its name, in the session's snapshot; see `ask_duckdb`."""
    answers = _ask_sql("postgresql+retro://", lambda: connection.con, suite)
    if said := refused(connection):  # GX keeps errors to itself
        raise SourceError(said)
    return answers


def _ask_sql(url: str, creator: Callable[[], Any], suite: Mapping[str, Any]) -> dict[str, Answer]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GxDatasourceWarning)  # its own kind for PostgreSQL makes connections of its own
        source = _context().data_sources.add_sql(
            "shop",
            connection_string=url,
            create_temp_table=False,
            kwargs={"creator": creator, "poolclass": StaticPool},
        )
    table = str(suite["name"])
    asset = source.add_query_asset(table, query=suite["query"])
    return _ask(asset.add_batch_definition_whole_table(table).get_batch(), suite)


@contextlib.contextmanager
def _little_memory(connection: Any) -> Iterator[None]:  # noqa: ANN401 - DuckDB's own
    """Let counts of distinct keys spill to disk: it is no slower, and fifty million keys fit beside other work."""
    before = str(connection.execute("select current_setting('memory_limit')").fetchone()[0])
    number, unit = before.split()
    if float(number) * _UNITS[unit] <= _MOST_MEMORY:
        yield
        return
    with contextlib.suppress(duckdb.Error):  # refused where something holds more already
        connection.execute(f"set memory_limit = '{_MOST_MEMORY} bytes'")
    try:
        yield
    finally:
        # The limit was told to one decimal, cut off: the middle of what it can have been is told the same again.
        connection.execute(f"set memory_limit = '{float(number) + 0.05} {unit}'")


def ask_spark(connection: Any, suite: Mapping[str, Any]) -> dict[str, Answer]:  # noqa: ANN401 - an Ibis backend
    """Ask a suite of the Spark table or temporary view of its name; see `ask_duckdb`."""
    table = str(suite["name"])
    source = _context().data_sources.add_spark("shop", persist=False)
    batches = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe(table)
    frame = connection._session.sql(suite["query"])  # noqa: SLF001 - Ibis has no other name for it
    return _ask(batches.get_batch({"dataframe": frame}), suite)


def _context() -> Any:  # noqa: ANN401 - GX is not typed here
    """A context in memory; the default one makes a temporary folder for pages that nobody asked for."""
    in_memory = DataContextConfig(store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False))
    context = gx.get_context(mode="ephemeral", project_config=in_memory)
    context.variables.progress_bars = {"globally": False}
    return context


def _ask(batch: Any, suite: Mapping[str, Any]) -> dict[str, Answer]:  # noqa: ANN401 - same
    expectations = [_expectation(given) for given in suite["expectations"]]
    answers = _answers(batch, expectations)
    if len(expectations) > 1:
        for one in expectations:
            if answers[one.meta["rule"]].problem:  # its own fault, or that of another question in the same query
                answers |= _answers(batch, [one])
    return answers


def _expectation(given: Mapping[str, Any]) -> Any:  # noqa: ANN401 - same
    return COUNTED[given["type"]](**given["kwargs"], meta=given["meta"], severity=given["severity"])


def _answers(batch: Any, expectations: list[Any]) -> dict[str, Answer]:  # noqa: ANN401 - same
    suite = gx.ExpectationSuite("rules", expectations=expectations)
    result = batch.validate(suite, result_format={"result_format": "BASIC", "partial_unexpected_count": 0})
    return {one.expectation_config.meta["rule"]: _answer(one) for one in result.results}


def _answer(one: Any) -> Answer:  # noqa: ANN401 - same
    rule, found = one.expectation_config.meta["rule"], one.result
    problem = _problem(one.exception_info or {})
    if problem:
        return Answer(rule, success=False, problem=problem)
    rows, broken = found.get("element_count"), found.get("unexpected_count")
    return Answer(rule, bool(one.success), rows, broken, found.get("observed_value"), found.get("kept", ()))


def _problem(info: Mapping[str, Any]) -> str:
    """The first exception in one line, without cells; GX nests them by metric where a metric failed."""
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if entry.get("raised_exception"):
            message = str(entry.get("exception_message") or "unknown error")
            kind = _KIND.search(message)  # SQLAlchemy puts it in brackets before the engine's own words
            return unplaced(engine_words(kind[1], message[kind.end() :]) if kind else engine_words("Error", message))
    return ""
