"""SQL of a source or a contract: exactly one query that reads, before an engine sees it."""

from __future__ import annotations

import duckdb
import sqlglot
from sqlglot import expressions

from retro.errors import RetroError, SourceError

_DIALECTS = {"pyspark": "spark", "postgres": "postgres", "clickhouse": "clickhouse"}
_WRITES = (expressions.DML, expressions.DDL, expressions.Command, expressions.Into, expressions.Lock)


def one_query(sql: str, where: str, engine: str = "duckdb", error: type[RetroError] = SourceError) -> str:
    """Return SQL that is one SELECT; refuse any other.

    Args:
        sql: The SQL, in the engine's dialect.
        where: File and key, for the message.
        engine: The engine as Ibis names it.
        error: What to raise.

    Raises:
        error: It is no SQL, several statements, or a statement that does more than read.

    Examples:
        >>> one_query("select 1", "source.yaml: version")
        'select 1'
        >>> one_query("select 1; drop table orders", "source.yaml: version")
        Traceback (most recent call last):
        ...
        retro.errors.SourceError: source.yaml: version must be one SELECT, got 2 statements. Keep the query alone.
    """
    try:
        kinds = _of_duckdb(sql) if engine == "duckdb" else _of_others(sql, _DIALECTS.get(engine))
    except (duckdb.Error, sqlglot.errors.SqlglotError) as reason:  # a parser has read no row, so its words are safe
        problem = str(reason).strip().splitlines()[0]
        raise error(f"{where} must be SQL that {engine} can parse, got {problem}") from None
    except RecursionError:
        raise error(f"{where} must be SQL that nests less deeply.") from None
    if len(kinds) != 1:
        raise error(f"{where} must be one SELECT, got {len(kinds)} statements. Keep the query alone.")
    if kinds != ["SELECT"]:
        raise error(f"{where} must be one SELECT, got {kinds[0]}. A source and its contracts only read.")
    return sql


def _of_duckdb(sql: str) -> list[str]:
    """The kind of each statement as DuckDB's own parser tells it."""
    return [statement.type.name for statement in duckdb.extract_statements(sql)]


def _of_others(sql: str, dialect: str | None) -> list[str]:
    """The kind of each statement; one that selects and writes is named for what it writes."""
    return [_kind(tree) for tree in sqlglot.parse(sql, dialect=dialect) if tree is not None]


def _kind(tree: expressions.Expr) -> str:
    if writing := next(tree.find_all(*_WRITES), None):
        return str(writing.key).upper()
    return "SELECT" if isinstance(tree, expressions.Query) else str(tree.key).upper()
