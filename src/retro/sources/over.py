"""A query over tables that have no name in the engine: those that a segment or a cut has narrowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import ibis
import sqlglot
import sqlglot.expressions as sge

from retro.sources.queries import DIALECTS

_MATERIALIZING = frozenset({"duckdb", "postgres"})
"""Engines whose SQL says whether a view is materialized; others are left to decide."""

_OWN = "retro_own_"
"""What the names of tables begin with in the query, so that none is taken for itself."""


def over(query: str | sge.Expr, tables: Mapping[str, ibis.Table], connection: Any) -> str:  # noqa: ANN401 - Ibis backends share no type
    """A query with the tables that it reads as views of its own, in DuckDB's SQL.

    A table that is read several times, such as for each window of a cut's base, is scanned once: that takes longest.

    Args:
        query: One SELECT in DuckDB's SQL, as text or parsed, which is then changed.
        tables: The tables by name.
        connection: Their Ibis connection.

    Examples:
        >>> import ibis
        >>> rows = ibis.memtable({"amount": [1, 2]})
        >>> over("select sum(amount) from orders", {"orders": rows.limit(1)}, ibis.duckdb.connect()).split(" AS ")[0]
        'WITH retro_own_orders'
    """
    parsed = sqlglot.parse_one(query, read="duckdb") if isinstance(query, str) else query
    own = {cte.alias for cte in parsed.find_all(sge.CTE)}
    used: Counter[str] = Counter()
    for table in list(parsed.find_all(sge.Table)):
        if table.name in tables and table.name not in own and not table.db:
            used[table.name] += 1
            table.replace(sge.alias_(sge.to_table(f"{_OWN}{table.name}"), table.alias_or_name, table=True))
    before = parsed.args.get("with_")
    views = []
    for name, times in used.items():
        compiled = str(connection.compile(tables[name]))
        body = sqlglot.parse_one(compiled, read=DIALECTS.get(connection.name, connection.name))
        alias = sge.TableAlias(this=sge.to_identifier(f"{_OWN}{name}"))
        views.append(sge.CTE(this=body, alias=alias, materialized=times > 1))
    if views:
        parsed.set("with_", sge.With(expressions=[*views, *(before.expressions if before else ())]))
    if connection.name not in _MATERIALIZING:
        for cte in parsed.find_all(sge.CTE):
            cte.set("materialized", None)
    return parsed.sql(dialect="duckdb")
