"""How other engines find rows whose key another table lacks: by a join, in the scan that counts the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlglot
from sqlglot import expressions as sql

from retro.sources.quoting import quoted


def joined(tree: sql.Expr) -> None:
    """Say `id not in (select key from other where key is not null)` as `not exists`, in place, where it is the same.

    DuckDB finds such rows by a join whichever way it is said. Spark sends all keys to every executor for `not in`, or
    compares each row with each key; PostgreSQL does the latter once the keys no longer fit in `work_mem`.

    Args:
        tree: A query of DuckDB's, parsed.

    Examples:
        >>> known = "select k from u where k is not null"
        >>> tree = sqlglot.parse_one(f"select 1 from o where id is not null and id not in ({known})")
        >>> joined(tree)
        >>> tree.sql()
        'SELECT 1 FROM o WHERE NOT id IS NULL AND NOT EXISTS(SELECT 1 FROM u AS known WHERE known.k = "o".id)'
    """
    for found in [*tree.find_all(sql.In)]:
        absent, own, outside = found.parent, found.this, _only_table(found.parent_select)
        inside: Any = found.args["query"].this if "query" in found.args else None
        other, key = _only_table(inside), inside.expressions[0] if inside else None
        if not (isinstance(absent, sql.Not) and isinstance(own, sql.Column) and isinstance(key, sql.Column)):
            continue
        where = inside.args.get("where")
        if outside is None or other is None or where is None or where.this != _filled(key):
            continue
        if own.table not in {"", outside.alias_or_name}:  # of a query around
            continue
        known, row = sql.to_identifier("known"), sql.to_identifier(outside.alias_or_name, quoted=True)
        matches = sql.EQ(this=sql.column(key.this.copy(), known), expression=sql.column(own.this.copy(), row))
        there = sql.select("1").from_(sql.alias_(other.copy(), known, table=True)).where(matches)
        told: sql.Expr = sql.Not(this=sql.Exists(this=there))
        beside = absent.parent.flatten() if isinstance(absent.parent, sql.And) else ()
        if _filled(own) not in beside:  # an empty id is in no table without keys, and of others nobody knows
            nobody = sql.Not(this=sql.Exists(this=inside.copy()))
            told = sql.paren(sql.and_(told, sql.or_(_filled(own), nobody, sql.Null())))
        absent.replace(told)


def in_one_scan(table: str, aggregates: Sequence[str]) -> tuple[str, list[str]]:
    r"""A query that stands for a table, and the aggregates to ask of it in the place of others, for Spark.

    A count of rows by a condition that looks into other tables would be a scan of its own; here the condition is a
    column of the query. Distinct keys, for which all other sums would travel to the others of their key, are counted
    in a scan of their column alone.

    Args:
        table: The table.
        aggregates: What is asked of it, in DuckDB's SQL.

    Examples:
        >>> query, asked = in_one_scan("o", ["max(a)", "(select count(*) from o where a not in (select a from u))"])
        >>> print(query, *asked, sep="\n")
        select *, NOT a IN (SELECT a FROM u) as "broken 1" from "o"
        max(a)
        count(case when "broken 1" then 1 end)
        >>> in_one_scan("o", ["count(a) - count(distinct a)"])
        ('select * from "o"', ['(select count(a) - count(distinct a) from "o")'])
    """
    columns, asked = ["*"], []
    for aggregate in aggregates:
        tree = sqlglot.parse_one(f"select {aggregate}", read="duckdb").expressions[0]
        condition = _counted(tree, table)
        if condition is not None:
            name = quoted(f"broken {len(columns)}")
            columns.append(f"{condition.sql('duckdb')} as {name}")
            asked.append(f"count(case when {name} then 1 end)")
        elif tree.find(sql.Distinct) and not isinstance(tree, sql.Subquery):
            asked.append(f"(select {aggregate} from {quoted(table)})")
        else:
            asked.append(aggregate)
    return f"select {', '.join(columns)} from {quoted(table)}", asked


def _counted(tree: sql.Expr, table: str) -> sql.Expr | None:
    """The condition of a query that counts a table's rows by it, and does nothing else; None for any other."""
    query: Any = tree.this if isinstance(tree, sql.Subquery) else None
    source = _only_table(query)
    where = query.args.get("where") if source is not None else None
    if source is None or where is None or source.alias_or_name != table or source.name != table:
        return None
    found: sql.Expr | None = where.this if query.expressions == [sql.Count(this=sql.Star(), big_int=True)] else None
    return found


def _only_table(query: sql.Expr | None) -> sql.Table | None:
    """The table of a query that reads one by name, and does nothing but choose of its rows; None for any other."""
    if not isinstance(query, sql.Select):
        return None
    given = {name for name, value in query.args.items() if value}
    source = query.args["from_"].this if "from_" in given else None
    plain = given <= {"expressions", "from_", "where"}
    return source if plain and isinstance(source, sql.Table) and not source.db else None


def _filled(column: sql.Column) -> sql.Expr:
    return sql.Not(this=sql.Is(this=column.copy(), expression=sql.Null()))
