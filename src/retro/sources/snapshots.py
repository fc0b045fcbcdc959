"""One snapshot of a live database for everything that a report asks, so that its figures tie out."""

from __future__ import annotations

from typing import Any

from retro.errors import SourceError
from retro.sources.spec import Source

_ID = "_retro_snapshot"
_IDLE = "1h"
"""How long a session may wait for the notebooks that share its snapshot; many servers end it after a minute."""


def hold_snapshot(connection: Any, source: Source, where: str, snapshot: str = "") -> None:  # noqa: ANN401 - an Ibis backend
    """Let a PostgreSQL session see one state of the database until it ends, whatever the shop goes on selling.

    Everything runs in one transaction that is rolled back at the end, each query in a savepoint: nothing that a query
    may call leaves a trace. Other engines have no snapshot to share.

    Args:
        connection: A connection on which nothing was asked yet.
        source: The source file, for `query_seconds`.
        where: Its name, for messages.
        snapshot: The snapshot of another session, as `snapshot_of` has it; a new one if it is empty.

    Raises:
        SourceError: `query_seconds` is given for an engine that ends no query.
    """
    if connection.name != "postgres":
        if source.query_seconds is not None:
            engine = connection.name
            raise SourceError(
                f"{where}: query_seconds must be left out for {engine}: only PostgreSQL ends queries by it."
            )
        return
    session = connection.con
    session.execute(f"set idle_in_transaction_session_timeout = '{_IDLE}'")
    if source.query_seconds is not None:
        session.execute(f"set statement_timeout = {source.query_seconds * 1000}")
    session.execute("begin isolation level repeatable read")  # nobody commits it, and it ends with the connection
    if snapshot:
        session.execute(f"set transaction snapshot '{snapshot}'")
    else:
        snapshot = session.execute("select pg_export_snapshot()").fetchone()[0]
    setattr(connection, _ID, snapshot)


def snapshot_of(connection: Any) -> str:  # noqa: ANN401 - an Ibis backend
    """The name of a session's snapshot, by which other sessions see the same; empty where the engine has none."""
    return str(getattr(connection, _ID, ""))
