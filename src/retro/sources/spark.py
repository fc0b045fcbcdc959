"""Spark sessions: one driver for a run, which the processes of its notebooks join, fitted to many small queries."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from retro.places import spill_folder

_SETTINGS = {
    "spark.sql.execution.arrow.pyspark.enabled": "true",  # without it a missing number comes back as NaN
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
"""What a session is given that nobody has begun or configured; settings in the URL come after these."""

_CONFIGURED = ("SPARK_CONF_DIR", "SPARK_HOME", "SPARK_SUBMIT_OPTS")
"""Variables that say that somebody has configured drivers."""

_SHORT = {
    "spark.sql.lightweightPlanChangeValidation": "false",  # Spark's check of its optimizer, after each of its rules
    "spark.sql.ui.explainMode": "simple",  # plans are written out for a page that nobody opens, and kept
    "spark.sql.maxPlanStringLength": "1000",
    **{f"spark.{what}": "10" for what in ("sql.ui.retainedExecutions", "ui.retainedJobs", "ui.retainedStages")},
}
"""What a driver that nobody has configured is given besides: a report asks hundreds of short queries."""

_JAVA = (
    "-XX:+UseSerialGC -Xmn160m -XX:SurvivorRatio=3 -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40 "
    "-XX:MetaspaceSize=160m -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=96m"
)
"""How its Java runs: it compiles more than it computes, so quickly compiled code is best, and gives memory back.

What a query leaves behind dies young; its own classes make no reason to look at all memory, and code is not swept.
"""

_DOOR = "_retro_door"

_VIEW = "spark.retro."
"""What settings begin with that say what a view's files held."""


def begin(door: str = "") -> None:
    """Begin a session of classic Spark, unless this process has one.

    Args:
        door: That of another process whose driver is joined, as `door_of` has it; empty for a driver of its own.
    """
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    if SparkSession.getActiveSession() is not None:
        return
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # workers must run this Python
    if door:
        session = _join(door)
    else:
        builder = SparkSession.builder.config("spark.sql.warehouse.dir", str(spill_folder()))
        with fitted() as short:
            for key, value in {**_SETTINGS, **short}.items():
                builder = builder.config(key, value)
            session = builder.getOrCreate()
    if str(session.conf.get("spark.master", "")).startswith("local"):
        # The default of 200 partitions suits a cluster, as does planning again after each stage: a job for each.
        session.conf.set("spark.sql.shuffle.partitions", str(session.sparkContext.defaultParallelism))
        session.conf.set("spark.sql.adaptive.enabled", "false")


@contextlib.contextmanager
def fitted() -> Iterator[Mapping[str, str]]:
    """Let Java start fitted to many short queries, unless somebody has configured Spark; yields settings for that."""
    if any(os.environ.get(name) for name in _CONFIGURED):
        yield {}
        return
    os.environ["SPARK_SUBMIT_OPTS"] = _JAVA
    try:
        yield _SHORT
    finally:
        del os.environ["SPARK_SUBMIT_OPTS"]


def remote(url: str) -> Any:  # noqa: ANN401 - pyspark is not typed here
    """A session of a server of Spark Connect."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    session = SparkSession.builder.remote(url).create()
    session.conf.set("spark.sql.execution.arrow.pyspark.enabled", "true")
    return session


def door_of(connection: Any) -> str:  # noqa: ANN401 - an Ibis backend
    """Where other processes of this machine join the driver, opened when it is first asked for: a port and a secret.

    Empty for a server of Spark Connect, which all of them reach anyway.
    """
    session = connection._session  # noqa: SLF001 - Ibis has no other name for it
    if not hasattr(session, "_jsparkSession"):
        return ""
    if not hasattr(connection, _DOOR):
        server = getattr(session._jvm, "org.apache.spark.api.python.Py4JServer")(session._jsc.sc().conf())  # noqa: SLF001 - pyspark's own way in
        server.start()
        setattr(connection, _DOOR, f"{server.getListeningPort()}:{server.secret()}")
    return str(getattr(connection, _DOOR))


def _join(door: str) -> Any:  # noqa: ANN401 - as above
    """A session of its own on another process's driver, with the views that this one has so far."""
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415 - an extra
    from pyspark.java_gateway import launch_gateway  # noqa: PLC0415 - same
    from pyspark.sql import SparkSession  # noqa: PLC0415 - same

    port, _, secret = door.partition(":")
    os.environ |= {"PYSPARK_GATEWAY_PORT": port, "PYSPARK_GATEWAY_SECRET": secret}
    try:
        gateway = launch_gateway()
    finally:
        del os.environ["PYSPARK_GATEWAY_PORT"], os.environ["PYSPARK_GATEWAY_SECRET"]
    begun = getattr(gateway.jvm, "org.apache.spark.sql.classic.SparkSession").getDefaultSession().get()
    java = gateway.jvm.JavaSparkContext.fromSparkContext(begun.sparkContext())
    context = SparkContext(gateway=gateway, jsc=java, conf=SparkConf(_jvm=gateway.jvm, _jconf=java.getConf()))
    return SparkSession(context, begun.cloneSession(), {**_SETTINGS})


def note_view(connection: Any, view: str, content: str | None) -> None:  # noqa: ANN401 - an Ibis backend
    """Note in a session what the files held of which it has a view, for the sessions that join it with its views."""
    session = connection._session  # noqa: SLF001 - Ibis has no other name for it
    if content is not None and hasattr(session, "_jsparkSession"):  # nobody joins a session of Spark Connect
        session.conf.set(f"{_VIEW}{view}", content)


def noted_of(connection: Any, view: str) -> str:  # noqa: ANN401 - as above
    """What was noted of a view; empty where nothing was."""
    session = connection._session  # noqa: SLF001 - as above
    return str(session.conf.get(f"{_VIEW}{view}", "")) if hasattr(session, "_jsparkSession") else ""


def schema_of(paths: Sequence[str]) -> Any:  # noqa: ANN401 - as above
    """The columns of Parquet files here as Spark finds them, without the job that it would start for that.

    None where files differ, or a column is of a type that Arrow and Spark read differently: Spark then looks itself.
    """
    from pyspark.sql.pandas.types import from_arrow_schema  # noqa: PLC0415 - an extra

    first, *others = [pyarrow.parquet.read_schema(path).remove_metadata() for path in paths]
    alike = all(other.equals(first) for other in others)
    return from_arrow_schema(first, prefer_timestamp_ntz=True) if alike and all(map(_alike, first.types)) else None


def instants_of(paths: Sequence[str]) -> list[str]:
    """The columns of Parquet files here that hold instants, and not what a clock showed somewhere."""
    fields = pyarrow.parquet.read_schema(paths[0])
    return [field.name for field in fields if pa.types.is_timestamp(field.type) and field.type.tz is not None]


def as_instants(schema: Any) -> Any:  # noqa: ANN401 - pyspark's own
    """Columns by which Parquet's moments without a zone are read as they stand, as UTC's, which is the sessions' zone.

    Spark's functions take moments of this type, and would make it of each row of the other.
    """
    from pyspark.sql import types  # noqa: PLC0415 - an extra

    plain = types.StructType()
    for field in schema:
        local = isinstance(field.dataType, types.TimestampNTZType)
        plain.add(field.name, types.TimestampType() if local else field.dataType, field.nullable)
    return plain


def _alike(kind: pa.DataType) -> bool:
    """Whether Arrow names a type of Parquet as Spark does."""
    plain = (
        pa.types.is_signed_integer,
        pa.types.is_boolean,
        pa.types.is_string,
        pa.types.is_date32,
        pa.types.is_decimal128,
    )
    known = any(test(kind) for test in plain) or kind in (pa.float32(), pa.float64())
    return known or (pa.types.is_timestamp(kind) and kind.unit == "us")
