"""Open a source: an Ibis connection that reads, never writes, and fetches nothing from the network."""

from __future__ import annotations

import os
import re
import sys
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
from retro.sources.environment import expand
from retro.sources.hiding import hide_secrets
from retro.sources.quoting import literal
from retro.sources.snapshots import hold_snapshot
from retro.sources.spec import Source, database_file

SHOP = "shop"
"""The name under which a DuckDB file is attached: SQL says `shop.orders` for the file's own table `orders`."""


_SPARK = {
    "spark.sql.execution.arrow.pyspark.enabled": "true",  # without it a missing number comes back as NaN
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
"""What a Spark session is given that nobody has begun or configured; settings in the URL come after these."""

_PAUSES = (1, 3, 9)
"""Seconds before a server that cannot be reached is tried again. Nothing else is: a wrong password stays wrong."""

_UNREACHED = re.compile(
    r"refused|reset by peer|timed? ?out|unreachable|starting up|temporarily|broken pipe|closed the connection",
    re.IGNORECASE,
)
"""What engines say of a server that is not there at the moment."""


def connect(source: Source, where: str, snapshot: str = "") -> Any:  # noqa: ANN401 - Ibis backends share no useful static type
    """Open a source's engine, on a snapshot that another session holds or on one of its own.

    Raises:
        SourceError: It cannot be opened; the message holds no password.
    """
    url = expand(source.url, f"{where}: url")
    try:
        if not url.startswith("duckdb://"):
            if url.startswith("pyspark://"):
                _begin_spark()
            connection = _connected(url)
            hold_snapshot(connection, source, where, snapshot)
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


def _begin_spark() -> None:
    """Begin a Spark session that suits many small queries, unless there is one."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    if SparkSession.getActiveSession() is not None:
        return
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers must run this Python
    builder = SparkSession.builder.config("spark.sql.warehouse.dir", str(spill_folder()))
    for key, value in _SPARK.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    if str(session.conf.get("spark.master", "")).startswith("local"):
        # The default of 200 partitions suits a cluster, as does planning again after each stage: a job for each.
        session.conf.set("spark.sql.shuffle.partitions", str(session.sparkContext.defaultParallelism))
        session.conf.set("spark.sql.adaptive.enabled", "false")


def _connected(url: str) -> Any:  # noqa: ANN401 - as above
    """Connect to a server; where it cannot be reached, as while it starts, a few times more."""
    open_url = _remote_spark if url.startswith("sc://") else ibis.connect
    for pause in _PAUSES:
        try:
            return open_url(url)
        except Exception as reason:
            if not _UNREACHED.search(str(reason)):
                raise
        time.sleep(pause)
    return open_url(url)


def _remote_spark(url: str) -> Any:  # noqa: ANN401 - as above
    """A session of a server of Spark Connect."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    session = SparkSession.builder.remote(url).create()
    session.conf.set("spark.sql.execution.arrow.pyspark.enabled", "true")
    return ibis.pyspark.connect(session)


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
