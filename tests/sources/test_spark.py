"""Drivers of Spark that this package begins."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pytest

from retro.sources import Source, open_tables
from retro.sources.spark import begin, fitted
from servers import need

CONFIGURED = ("SPARK_CONF_DIR", "SPARK_HOME", "SPARK_SUBMIT_OPTS")


@pytest.fixture(autouse=True)
def nobody_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CONFIGURED:
        monkeypatch.delenv(name, raising=False)


def test_a_driver_is_fitted_to_short_queries_while_java_starts() -> None:
    with fitted() as settings:
        assert "TieredStopAtLevel" in os.environ["SPARK_SUBMIT_OPTS"]
        assert settings
    assert "SPARK_SUBMIT_OPTS" not in os.environ


@pytest.mark.parametrize("name", CONFIGURED)
def test_a_driver_that_somebody_configured_stays_as_it_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "theirs")
    with fitted() as settings:
        assert not settings
        assert os.environ.get("SPARK_SUBMIT_OPTS") == ("theirs" if name == "SPARK_SUBMIT_OPTS" else None)


@pytest.fixture(scope="module")
def session() -> Any:
    need("pyspark", "retro[spark]")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    begin()
    from pyspark.sql import SparkSession

    return SparkSession.getActiveSession()


@pytest.mark.engines
@pytest.mark.filterwarnings("ignore")
def test_spark_finds_the_partitions_that_a_report_needs_by_its_catalogue(tmp_path: Path, session: Any) -> None:
    for day in range(1, 10):
        part = tmp_path / f"log/dt=2025-01-0{day}"
        part.mkdir(parents=True)
        row = duckdb.sql(f"select 'view' as event, timestamp '2025-01-0{day} 09:00' as occurred_at")
        row.write_parquet(str(part / "a.parquet"))
    columns = "event string, occurred_at timestamp_ntz, dt date"
    session.sql(f"create table log ({columns}) using parquet partitioned by (dt) location '{tmp_path / 'log'}'")
    session.sql("msck repair table log")
    try:
        tables = {"events": {"table": "log", "days": "dt"}}
        source = {"url": "pyspark://", "timezone": "UTC", "currency": "CNY", "since": "2025-01-08T00:00"}
        events = open_tables(Source.model_validate({**source, "tables": tables}), "source.yaml").events
        counted = session.sql(ibis.to_sql(events.count()))
        assert counted.collect()[0][0] == 3
        plan = counted._jdf.queryExecution().executedPlan()
        assert re.search(r"PartitionFilters: [^]]*dt#\d+ >= 2025-01-07", plan.toString())
        scan = plan.collectLeaves().apply(0)
        assert scan.metrics().apply("numFiles").value() == 3
    finally:
        session.sql("drop table log")


def told(session: Any, rows: str, columns: str = "a, b, c") -> str:
    """The hash of what a table of Spark holds."""
    session.sql(f"select * from values {rows} as t({columns})").createOrReplaceTempView("told")
    source = {"url": "pyspark://", "timezone": "UTC", "currency": "CNY", "tables": {"events": {"table": "told"}}}
    return open_tables(Source.model_validate(source), "source.yaml").fingerprint()


@pytest.mark.engines
@pytest.mark.filterwarnings("ignore")
def test_spark_tells_what_a_table_holds(session: Any) -> None:
    rows = "('x', null, 1.50), ('y', 'z', 2.50), (null, null, null)"
    known = told(session, rows)
    assert told(session, "(null, null, null), ('y', 'z', 2.50), ('x', null, 1.50)") == known
    others = [
        "(null, 'x', 1.50), ('y', 'z', 2.50), (null, null, null)",  # what was in one column is in another
        "('y', null, 1.50), ('x', 'z', 2.50), (null, null, null)",  # two rows have changed places in part
        "('x', null, 2.50), ('y', 'z', 1.50), (null, null, null)",
        "('x', null, 1.50), ('y', 'z', 2.50), (null, null, 0.00)",
        "('x', null, 1.50), ('y', 'z', 2.50)",
        f"{rows}, ('x', null, 1.50)",
    ]
    assert len({known, *(told(session, one) for one in others)}) == len(others) + 1
    assert told(session, ", ".join(f"('{number}', true, current_date)" for number in range(2000)))  # no sum overflows
