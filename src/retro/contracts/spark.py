"""Translate the gate's SQL from DuckDB to Spark, and name the tables for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import sqlglot
from sqlglot import expressions as sql


def in_spark(query: str) -> str:
    """A query in Spark's SQL.

    Spark numbers rows in an order only; where DuckDB's query asks for none, that of the partition is as good as any.

    Examples:
        >>> in_spark('select row_number() over (partition by "at") from "orders"')
        'SELECT ROW_NUMBER() OVER (PARTITION BY `at` ORDER BY `at`) FROM `orders`'
    """
    tree = sqlglot.parse_one(query, read="duckdb")
    for window in tree.find_all(sql.Window):
        if not window.args.get("order"):
            window.set("order", sql.Order(expressions=[part.copy() for part in window.args["partition_by"]]))
    return tree.sql(dialect="spark")


def name_tables(connection: Any, tables: Mapping[str, ibis.Table]) -> None:  # noqa: ANN401 - an Ibis backend
    """Give a Spark session's tables the names that contracts call them."""
    for name, table in tables.items():
        connection._session.sql(connection.compile(table)).createOrReplaceTempView(name)  # noqa: SLF001 - Ibis has no other name for it
