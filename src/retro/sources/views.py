"""Views of DuckDB: tables by the names that SQL calls them."""

from typing import Any

from retro.sources.quoting import literal, quoted


def copy_view(connection: Any, name: str, other: str) -> None:  # noqa: ANN401 - Ibis backends share no useful static type
    """Let a view be there under another name too, so that its own name can stand for less of it."""
    query = f"select sql from duckdb_views() where database_name = 'memory' and view_name = {literal(name)}"
    ((definition,),) = connection.raw_sql(query).fetchall()
    body = definition.split(" AS ", 1)[1].rstrip("; ")
    connection.raw_sql(f"create view {quoted(other)} as {body}")
