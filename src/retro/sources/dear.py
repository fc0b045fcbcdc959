"""Queries that are too dear for a live database: refused before they run, by what the server expects of them."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from retro.errors import SourceError

_READS = re.compile(r"[\s(]*(select|with)\b", re.IGNORECASE)

_LIMIT = "_retro_limit"

_ROWS_OF = (
    "select greatest(reltuples, 0)::bigint from pg_class where oid = to_regclass(format('%%I.%%I', %s::text, %s::text))"
)


class _Limit:
    """The most rows that a step of a query may read or make, and what was refused for it.

    Args:
        most: The number of rows.
        where: The source file's name, for messages.
    """

    def __init__(self, most: int, where: str) -> None:
        self.refused = ""
        self._most, self._where = most, where
        self._sizes: dict[tuple[str, str], int] = {}

    def hold(self, cursor: Any, query: Any, given: Any) -> None:  # noqa: ANN401 - psycopg's own
        """Ask the server what a query takes.

        Raises:
            SourceError: It is more than the limit.
        """
        ((plans,),) = cursor.execute(f"explain (format json, verbose) {query}", given).fetchall()
        steps = [*_steps(plans[0]["Plan"])]
        rows = max(max(int(step["Plan Rows"]), self._read(cursor, step)) for step in steps)
        if rows > self._most:
            names = ", ".join(sorted({str(step["Relation Name"]) for step in steps if "Relation Name" in step}))
            self.refused = (
                f"{self._where}: a query over {names or 'no table'} must read or make at most {self._most:,} rows at a "
                f"step (query_rows), got {rows:,} by the server's estimate. Raise query_rows, or give the table by sql "
                "that keeps less."
            )
            raise SourceError(self.refused)

    def _read(self, cursor: Any, step: Mapping[str, Any]) -> int:  # noqa: ANN401 - as above
        """The rows of a table that a step reads whole, however few of them it keeps."""
        if step["Node Type"] != "Seq Scan":
            return 0
        name = step["Schema"], step["Relation Name"]
        if name not in self._sizes:
            (found,) = cursor.execute(_ROWS_OF, name).fetchall()
            self._sizes[name] = int(found[0])
        return self._sizes[name]


def limit_rows(connection: Any, most: int, where: str) -> None:  # noqa: ANN401 - an Ibis backend
    """Let a PostgreSQL session refuse each query of which a step would read or make more rows than that.

    Every cursor of the session asks the server for its plan first, whoever makes it: Ibis, or Great Expectations.

    Args:
        connection: The Ibis connection.
        most: The number of rows.
        where: The source file's name, for messages.
    """
    psycopg: Any = importlib.import_module("psycopg")  # an extra
    limit, session = _Limit(most, where), connection.con

    class Refusing:
        def execute(self, query: Any, params: Any = None, **given: Any) -> Any:  # noqa: ANN401 - as above
            if isinstance(query, str) and _READS.match(query):
                limit.hold(psycopg.Cursor(self.connection), query, params)  # type: ignore[attr-defined]  # as below
            return super().execute(query, params, **given)  # type: ignore[misc]  # a cursor stands behind it

    session.cursor_factory = type("RefusingCursor", (Refusing, psycopg.Cursor), {})
    session.server_cursor_factory = type("RefusingServerCursor", (Refusing, psycopg.ServerCursor), {})
    setattr(connection, _LIMIT, limit)


def refused(connection: Any) -> str:  # noqa: ANN401 - an Ibis backend
    """What was refused last, for those whom an error does not reach; empty where nothing was."""
    return str(getattr(getattr(connection, _LIMIT, None), "refused", ""))


def _steps(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _steps(part)
