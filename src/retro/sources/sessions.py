"""The session of a server that the processes of a run share: one snapshot of a live database, one driver of Spark."""

from __future__ import annotations

import uuid
from typing import Any

from retro.errors import SourceError
from retro.sources import spark
from retro.sources.dear import limit_rows
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
        source: The source file, for `query_seconds` and `query_rows`.
        where: Its name, for messages.
        snapshot: The snapshot of another session, as `session_of` has it; a new one if it is empty.

    Raises:
        SourceError: A limit of queries is given for an engine that holds none.
    """
    if connection.name != "postgres":
        for key, does in (("query_seconds", "ends"), ("query_rows", "refuses")):
            if getattr(source, key) is not None:
                engine = connection.name
                raise SourceError(
                    f"{where}: {key} must be left out for {engine}: only PostgreSQL {does} queries by it."
                )
        return
    session = connection.con
    session.execute(f"set idle_in_transaction_session_timeout = '{_IDLE}'")
    if source.query_seconds is not None:
        session.execute(f"set statement_timeout = {source.query_seconds * 1000}")
    session.execute("begin isolation level repeatable read")  # nobody commits it, and it ends with the connection
    name, _, mark = snapshot.partition(" ")
    if name:
        session.execute(f"set transaction snapshot '{name}'")
    else:
        name = session.execute("select pg_export_snapshot()").fetchone()[0]
    # A server that has begun again gives its first snapshot the same name.
    setattr(connection, _ID, f"{name} {mark or uuid.uuid4().hex}")
    if source.query_rows is not None:
        limit_rows(connection, source.query_rows, where)


def session_of(connection: Any) -> str:  # noqa: ANN401 - an Ibis backend
    """What another process joins a session by: the name of its snapshot, or the door of its driver; else empty."""
    return spark.door_of(connection) if connection.name == "pyspark" else snapshot_of(connection)


def snapshot_of(connection: Any) -> str:  # noqa: ANN401 - an Ibis backend
    """The snapshot that a session of PostgreSQL sees, by a name that no other one ever has; empty elsewhere."""
    return str(getattr(connection, _ID, ""))


def release(connection: Any) -> None:  # noqa: ANN401 - an Ibis backend
    """Let PostgreSQL have back the snapshot that a session holds as long as it lives; Spark's driver ends with us."""
    if connection.name == "postgres":
        connection.disconnect()
