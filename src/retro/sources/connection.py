"""Open a source: an Ibis connection that reads, never writes, and fetches nothing from the network."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import ibis

from retro.clocks import keep_zone
from retro.errors import SourceError
from retro.files import shown
from retro.memory import share_of_memory, share_of_threads
from retro.places import spill_folder
from retro.sources import spark
from retro.sources.environment import expand
from retro.sources.hiding import hide_secrets
from retro.sources.quoting import literal
from retro.sources.sessions import hold_snapshot
from retro.sources.spec import Source, database_file

SHOP = "shop"
"""The name under which a DuckDB file is attached: SQL says `shop.orders` for the file's own table `orders`."""


_PAUSES = (1, 3, 9)
"""Seconds before a server that cannot be reached is tried again. Nothing else is: a wrong password stays wrong."""

_UNREACHED = re.compile(
    r"refused|reset by peer|timed? ?out|unreachable|starting up|temporarily|broken pipe|closed the connection",
    re.IGNORECASE,
)
"""What engines say of a server that is not there at the moment."""


def connect(source: Source, where: str, session: str = "") -> Any:  # noqa: ANN401 - Ibis backends share no useful static type
    """Open a source's engine, in the session of another process or in one of its own.

    Raises:
        SourceError: It cannot be opened; the message holds no password.
    """
    url = expand(source.url, f"{where}: url")
    try:
        if not url.startswith("duckdb://"):
            if url.startswith("pyspark://"):
                spark.begin(session)
            connection = _connected(url)
            hold_snapshot(connection, source, where, session)
            return connection
        connection = quiet_duckdb()
        hold_snapshot(connection, source, where)
        if database := database_file(url):
            if not database.is_file():
                named = hide_secrets(shown(database), source)
                raise SourceError(f"{where}: url must name a DuckDB file that exists, got {named}.")
            connection.attach(database, name=SHOP, read_only=True)
            connection.raw_sql(f"SET search_path = 'memory.main,{SHOP}.main'")
    except SourceError:
        raise
    except ImportError:
        engine = url.partition(":")[0]
        extra = {"pyspark": "retro[spark]", "sc": "retro[spark]", "postgres": "retro[postgres]"}.get(engine)
        install = f"pip install '{extra or f'ibis-framework[{engine}]'}'"
        raise SourceError(f"{where}: url must name an engine that is installed, got no {engine} ({install}).") from None
    except Exception as reason:  # noqa: BLE001 - engines raise their own kinds
        message = hide_secrets(" ".join(str(reason).split()), source)  # no row has been read yet
        raise SourceError(f"{where}: url must name a source that can be opened, got {message[:300]}") from None
    keep_zone(connection, source.timezone)
    connection.raw_sql("SET TimeZone = 'UTC'")  # sessions elsewhere may run in any zone
    memory, threads = connection.raw_sql(
        "SELECT current_setting('memory_limit'), current_setting('threads')"
    ).fetchone()
    connection.raw_sql(f"SET memory_limit = {literal(share_of_memory(memory))}")
    connection.raw_sql(f"SET threads = {share_of_threads(threads)}")
    connection.raw_sql(f"SET temp_directory = {literal(str(spill_folder()))}")
    return connection


def quiet_duckdb() -> Any:  # noqa: ANN401 - Ibis backends share no static type
    """A DuckDB of its own that draws no progress: in a kernel of Jupyter that would stand in the cell, and on the page.

    To set it fails where the kernel lacks ipywidgets, with which it would draw; the pragma does not.
    """
    connection = ibis.duckdb.connect()
    connection.raw_sql("PRAGMA disable_progress_bar")
    return connection


def _connected(url: str) -> Any:  # noqa: ANN401 - as above
    """Connect to a server; where it cannot be reached, as while it starts, a few times more."""

    def open_url() -> Any:  # noqa: ANN401 - as above
        return ibis.pyspark.connect(spark.remote(url)) if url.startswith("sc://") else ibis.connect(url)

    for pause in _PAUSES:
        try:
            return open_url()
        except Exception as reason:
            if not _UNREACHED.search(str(reason)):
                raise
        time.sleep(pause)
    return open_url()


def lock(connection: Any, files: Iterable[Path] = (), folders: Iterable[Path] = ()) -> None:  # noqa: ANN401 - as above
    """Let DuckDB read these files, and what lies in these folders, and nothing else; nobody can unlock it.

    It still spills to its temporary folder, which it removes itself.
    """
    connection.raw_sql("SET autoinstall_known_extensions = false")
    # A name that is not a table must be an error, never a variable of the Python code around it.
    connection.raw_sql("SET python_enable_replacements = false")
    for setting, places in (("allowed_paths", files), ("allowed_directories", folders)):
        connection.raw_sql(f"SET {setting} = [{', '.join(literal(str(place)) for place in places)}]")
    connection.raw_sql("SET allowed_configs = ['memory_limit']")  # the gate lowers it while it counts
    connection.raw_sql("SET enable_external_access = false")
    connection.raw_sql("SET lock_configuration = true")
