"""SQL of a source or a contract: exactly one query that reads, before an engine sees it."""

from __future__ import annotations

import itertools
import re

import duckdb
import sqlglot
from sqlglot import expressions
from sqlglot.tokenizer_core import TokenType

from retro.errors import RetroError, SourceError

DIALECTS = {"pyspark": "spark", "sc": "spark", "postgres": "postgres", "clickhouse": "clickhouse"}
"""Engines as Ibis or the URL names them, by the dialect that sqlglot knows."""

_WRITES = (expressions.DML, expressions.DDL, expressions.Command, expressions.Into, expressions.Lock)

_ACTS = (
    "enable_logging disable_logging truncate_duckdb_logs write_log enable_profiling disable_profiling "
    "enable_profile disable_profile checkpoint force_checkpoint copy_database json_execute_serialized_sql "
    "query query_table add_parquet_key sleep_ms nextval setval set_config setseed pg_notify pg_sleep "
    "pg_read_file pg_read_binary_file pg_ls_dir pg_terminate_backend pg_cancel_backend pg_reload_conf "
    "pg_rotate_logfile lo_import lo_export lo_unlink lo_from_bytea dblink dblink_exec query_to_xml reflect "
    "java_method try_reflect file url s3 hdfs remote remotesecure executable mysql postgresql mongodb odbc "
    "jdbc sleep sleepeachrow"
)
"""Functions that a SELECT calls to do more than read the shop's tables: they write logs and files, change the session,
run SQL that stands in a text, run programs, or reach other servers."""

_INSIDE = ("duckdb_", "pragma_", "current_setting", "getvariable", "which_secret", "sqlite_master", "sqlite_schema")
"""How the names of what DuckDB tells of itself begin: folders of this machine and settings, no data of the shop."""

_BEFORE_PARSING = ("pragma", "import")
"""Statements whose files DuckDB reads while it parses them."""

_WORD = re.compile(r'"((?:[^"]|"")*)"|(\w+)|(.?)', re.DOTALL)
_NAMES = (duckdb.token_type.identifier, duckdb.token_type.keyword)


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
    refuse_acting(sql, where, engine, error)
    try:
        kinds = _of_duckdb(sql) if engine == "duckdb" else _of_others(sql, DIALECTS.get(engine))
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


def refuse_acting(sql: str, where: str, engine: str = "duckdb", error: type[RetroError] = SourceError) -> None:
    """Refuse SQL that calls what does more than read tables, such as a function that writes a log; see `one_query`.

    Raises:
        error: It does.

    Examples:
        >>> refuse_acting("select * from enable_logging(storage='file')", "source.yaml: version")
        Traceback (most recent call last):
        ...
        retro.errors.SourceError: source.yaml: version must only read tables, got enable_logging. Leave it out.
    """
    words = [(";", False), *_words(sql, engine), ("", False)]
    for (before, _), (word, is_name), (after, _) in zip(words, words[1:], words[2:], strict=False):
        acts = is_name and (
            (word in _ACTS.split() and after == "(") or (engine == "duckdb" and word.startswith(_INSIDE))
        )
        if acts or (before == ";" and word in _BEFORE_PARSING):
            raise error(f"{where} must only read tables, got {word}. Leave it out.")


def _words(sql: str, engine: str) -> list[tuple[str, bool]]:
    """The words and signs of SQL in lower case, and whether each may be a name; none where it cannot be cut up."""
    if engine != "duckdb":
        try:
            tokens = sqlglot.tokenize(sql, read=DIALECTS.get(engine))
        except sqlglot.errors.SqlglotError:
            return []
        return [(one.text.lower(), one.token_type is not TokenType.STRING) for one in tokens]
    try:
        cut = [*duckdb.tokenize(sql)]
    except duckdb.Error:
        return []
    data, found = sql.encode(errors="replace"), []  # DuckDB counts bytes
    for (start, kind), (end, _) in itertools.pairwise([*cut, (len(data), None)]):
        (words,) = _WORD.findall(data[start:end].decode(errors="replace").lower())[:1]
        found.append(("".join(words), kind in _NAMES))
    return found


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
