"""The gate's SQL is DuckDB's. Other engines get it translated, over views of their own that stand for the tables."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import ibis
import ibis.expr.operations as ops
import sqlglot
from sqlglot import expressions as sql

from retro.contracts.joins import joined
from retro.sources.queries import DIALECTS
from retro.sources.quoting import quoted

ENGINES = frozenset({"pyspark", "postgres"})
"""The engines that a contract's SQL is translated for."""

_VIEWS = "_retro_views"


def in_dialect(query: str, engine: str, views: Mapping[str, str] = MappingProxyType({})) -> str:
    r"""A query of DuckDB's as another engine has it.

    Spark numbers rows in an order only; where DuckDB's query asks for none, that of the partition is as good as any.

    Args:
        query: The query.
        engine: The engine as Ibis calls it.
        views: The view that stands for a table, by the table's name.

    Examples:
        >>> in_dialect('select row_number() over (partition by "at") from "orders"', "pyspark")
        'SELECT ROW_NUMBER() OVER (PARTITION BY `at` ORDER BY `at`) FROM `orders`'
        >>> in_dialect('''select 1 from "orders" where not regexp_matches("id", 'a+')''', "postgres", {"orders": "o"})
        'SELECT 1 FROM "o" AS "orders" WHERE NOT "id" ~ \'a+\''
    """
    if engine == "duckdb":
        return query
    tree = sqlglot.parse_one(query, read="duckdb")
    joined(tree)
    for kind in tree.find_all(sql.DataType) if engine == "pyspark" else ():
        if kind.is_type("timestamp"):  # Python would be given Spark's other type by the clock of its own machine
            kind.set("this", sql.DataType.Type.TIMESTAMPNTZ)
    for window in tree.find_all(sql.Window):
        if not window.args.get("order"):
            window.set("order", sql.Order(expressions=[part.copy() for part in window.args["partition_by"]]))
    for table in tree.find_all(sql.Table):
        if not table.db and (view := views.get(table.name)):
            if not table.alias:
                table.set("alias", sql.TableAlias(this=sql.to_identifier(table.name, quoted=True)))
            table.set("this", sql.to_identifier(view, quoted=True))
    return tree.sql(dialect=DIALECTS[engine])


def views_of(connection: Any) -> Mapping[str, str]:  # noqa: ANN401 - an Ibis backend
    """The views that stand for a connection's tables, by the names that contracts call them; none on DuckDB."""
    return {name: view for name, (_, view) in getattr(connection, _VIEWS, {}).items()}


def name_tables(connection: Any, tables: Mapping[str, ibis.Table]) -> None:  # noqa: ANN401 - an Ibis backend
    """Let a contract's SQL name a server's tables; on DuckDB every table has its name from the start.

    A view has a name of its own: under the table's, the shop's SQL would read the view in place of the shop's table.
    """
    if connection.name not in ENGINES:
        return
    known = getattr(connection, _VIEWS, {})
    for name, table in tables.items():
        if name in known and known[name][0].equals(table):
            continue
        plain = table.op()
        if connection.name == "pyspark" and isinstance(plain, ops.DatabaseTable) and not plain.namespace.database:
            known[name] = table, plain.name  # that is a view already
            continue
        view = f"retro_{len(known)}_{name}" if name not in known else f"{known[name][1]}_"
        query = connection.compile(table)
        if connection.name == "pyspark":
            connection._session.sql(query).createOrReplaceTempView(view)  # noqa: SLF001 - Ibis has no other name for it
        else:
            with connection.begin() as cursor:
                cursor.execute(f"create temporary view {quoted(view)} as {query}")
        known[name] = table, view
    setattr(connection, _VIEWS, known)


def translated(connection: Any, query: str) -> str:  # noqa: ANN401 - an Ibis backend
    """A query of DuckDB's as a connection's engine has it, over the views that stand for its tables."""
    return in_dialect(query, connection.name, views_of(connection))


def rows_of(connection: Any, query: str) -> list[tuple[Any, ...]]:  # noqa: ANN401 - an Ibis backend
    """The rows that a query of DuckDB's finds on any engine."""
    query = translated(connection, query)
    if connection.name == "pyspark":
        return [tuple(row) for row in connection.raw_sql(query).collect()]
    if connection.name == "duckdb":
        return list(connection.raw_sql(query).fetchall())
    with connection.begin() as cursor:  # a query that fails leaves the session's snapshot as it was
        return list(cursor.execute(query).fetchall())
