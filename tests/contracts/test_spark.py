"""The same contracts on Spark, where it is installed: the answers are DuckDB's."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pytest

from broken_rows import (
    CONTRACT,
    COUNTS,
    LOOKING,
    MEMBERS,
    NOT_LOOKED_FOR,
    ORDERS,
    THREE_BAD_OF_TEN,
    USERS,
    allowing,
    rows_of,
)
from retro.contracts import (
    GateVerdict,
    check_tables,
    leave_out,
    load_contract,
    probe,
    raise_on_breach,
    samples,
    write_quarantine,
)
from retro.contracts.check import asking, check_table
from retro.contracts.expectations import Facts
from retro.contracts.rules import ROW_RULES, Contract
from retro.errors import SourceError
from retro.periods import Window
from retro.sources import Source, Tables, open_tables, signed, spark

CONTRACTS = Path(__file__).parents[2] / "data_contracts"

pytestmark = [
    pytest.mark.engines,
    pytest.mark.filterwarnings("ignore"),  # Spark warns of pandas' future, and leaves sockets to the collector
]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        # Compiling and replanning pay off on large tables; of a few rows they are nearly all the time.
        for plan in ("codegen.wholeStage", "adaptive.enabled"):
            builder = builder.config(f"spark.sql.{plan}", "false")
        builder = builder.config("spark.sql.shuffle.partitions", "2")
        made = builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
        yield made
        made.stop()


def judged(connection: Any, contract: Contract, facts: Facts) -> dict[str, tuple[str, int | None, str]]:
    tables = {name: connection.table(name) for name in connection.list_tables()}
    checked = check_table(
        tables[contract.table],
        contract,
        ask=asking(connection, {}),
        label=contract.table,
        rules=contract.rules,
        facts=facts,
        others={name: table.columns for name, table in tables.items()},
    )
    return {one.rule: (one.outcome, one.failed_rows, one.detail) for one in checked.results}


@pytest.mark.parametrize("name", ["orders", "coupons", "stock", "leaderboard", "member_tiers", "page_views", "events"])
def test_spark_answers_as_duckdb_does(session: Any, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every rule that a row can break is broken once; all rules are one query."""
    contract = load_contract(CONTRACTS / f"{name}.yaml")
    bench = probe._set_up(contract, CONTRACTS, None)
    samples.create_table(bench.connection.con, contract, bench.rows)
    rules = [rule for rule in contract.rules if isinstance(rule, ROW_RULES)]
    rows = [dict(row) for row in bench.rows]
    for place, rule in enumerate(rules, start=1):
        rows[place] |= probe._change(bench, rule, place)
    samples.create_table(bench.connection.con, contract, rows)

    for table in bench.connection.list_tables():
        rows = bench.connection.con.table(table).to_arrow_table()  # the bench itself may write nothing
        duckdb.from_arrow(rows).write_parquet(str(tmp_path / f"{table}.parquet"))
        session.read.parquet(str(tmp_path / f"{table}.parquet")).createOrReplaceTempView(table)
    expected = judged(bench.connection, contract, bench.facts)
    assert {rule.name for rule in rules} <= {rule for rule, (outcome, *_) in expected.items() if outcome == "failed"}
    asked, frames = list[str](), type(session.range(1))
    collect = frames.collect
    monkeypatch.setattr(frames, "collect", lambda frame: asked.append(" ".join(frame.columns)) or collect(frame))
    assert judged(ibis.pyspark.connect(session), contract, bench.facts) == expected
    assert len([columns for columns in asked if "CASE WHEN" in columns or columns == "count(1)"]) == 1, asked


@pytest.fixture
def shop(session: Any, tmp_path: Path) -> Iterator[Any]:
    """Open the same shop on DuckDB and on Spark; its tables are given as SQL."""

    def open_shop(engine: str, **tables: str) -> Tables:
        specs: dict[str, dict[str, str]] = {}
        for name, query in tables.items():
            path = tmp_path / f"{name}.parquet"
            duckdb.execute(f"copy ({query}) to '{path}'")
            session.read.parquet(str(path)).createOrReplaceTempView(f"served_{name}")
            specs[name] = {"table": f"served_{name}"} if engine == "pyspark" else {"path": str(path)}
        url = "duckdb://" if engine == "duckdb" else "pyspark://local"
        return open_tables(Source(url=url, timezone="UTC", currency="CNY", tables=specs), "source.yaml")

    return open_shop


def verdict_on(tables: Tables, contracts: Path, cache: Path) -> GateVerdict:
    window = Window(datetime(2025, 1, 10), datetime(2025, 1, 12))
    return check_tables(
        tables, needed=["orders"], wanted=(), folder="shop", contracts_dir=contracts, window=window, cache_dir=cache
    )


def test_spark_sets_the_same_rows_aside(shop: Any, contract: Any, tmp_path: Path) -> None:
    contracts = contract(CONTRACT).parent
    rows = {}
    for engine in ("duckdb", "pyspark"):
        tables = shop(engine, orders=ORDERS, users=USERS)
        for when in ("asked", "remembered"):
            verdict = verdict_on(tables, contracts, tmp_path / engine)
            out = tmp_path / "quarantine" / engine / when
            (written,) = write_quarantine(tables, verdict, folder="shop", contracts_dir=contracts, out=out)
            assert written.rows == COUNTS
            rows[engine, when] = rows_of(written.path)

    assert len({str(found) for found in rows.values()}) == 1


def test_a_key_that_another_table_lacks_is_not_looked_for(shop: Any, contract: Any, tmp_path: Path) -> None:
    verdict = verdict_on(shop("pyspark", orders=ORDERS, users=MEMBERS), contract(LOOKING).parent, tmp_path / "cache")
    assert [*verdict.not_covered] == NOT_LOOKED_FOR
    assert {one.rule: one.failed_rows for one in verdict.results if one.outcome != "passed"}["known_member"] == 2


def test_spark_leaves_few_broken_rows_out(shop: Any, contract: Any, tmp_path: Path) -> None:
    contracts = contract(allowing(0.1)).parent
    tables = shop("pyspark", orders=THREE_BAD_OF_TEN)
    verdict = verdict_on(tables, contracts, tmp_path / "cache")
    raise_on_breach(verdict)
    (aside,) = verdict.set_aside
    assert (aside.rules, aside.rows) == (("order_id.unique", "amount.range"), 2)
    assert aside.worth in {Decimal(-4), Decimal(-3)}

    leave_out(tables, verdict)
    assert tables.row_count("orders") == 8
    assert tables.orders.amount.min().execute() > 0
    assert set(tables.orders.columns) == {"order_id", "amount"}


def test_columns_of_files_are_those_that_spark_finds(session: Any, tmp_path: Path) -> None:
    kinds = "tinyint smallint integer bigint float double boolean varchar date decimal(18,2) timestamp timestamptz"
    cells = ", ".join(f"null::{kind} as c{place}" for place, kind in enumerate(kinds.split()))
    for name, query in {"known": f"select {cells}", "other": "select null::timestamp_ns as at"}.items():
        duckdb.sql(query).write_parquet(str(tmp_path / f"{name}.parquet"))
    known, other = (str(tmp_path / f"{name}.parquet") for name in ("known", "other"))
    assert spark.schema_of([known]) == session.read.parquet(known).schema
    assert spark.schema_of([known, other]) is None  # files that differ
    assert spark.schema_of([other]) is None


@pytest.mark.usefixtures("session")
def test_a_second_session_asks_the_same_though_rows_came_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    rows = (
        "select 'o' || n as order_id, timestamp '2025-01-01' + n * interval 1 day as ordered_at from range(5) as r(n)"
    )
    duckdb.sql(rows).write_parquet("orders.parquet")
    spec = {"orders": {"path": "orders.parquet"}}
    until = datetime(2025, 1, 3)
    source = Source(url="pyspark://local", timezone="UTC", currency="CNY", observed_until=until, tables=spec)
    first, second = (open_tables(source, "source.yaml").orders for _ in range(2))
    assert signed(first) == signed(second)  # else each language computes every metric anew
    assert first.count().execute() == second.count().execute() == 2


@pytest.mark.usefixtures("session")
def test_files_are_looked_at_once_by_all_sessions_while_they_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    looked, look = list[Any](), spark.schema_of
    monkeypatch.setattr(spark, "schema_of", lambda paths: looked.append(paths) or look(paths))
    source = {"url": "pyspark://local", "timezone": "UTC", "currency": "CNY"}
    source["tables"] = {"orders": {"path": "orders.parquet"}}

    def rows() -> int:
        return open_tables(Source.model_validate(source), "source.yaml").row_count("orders")

    for count, times in ((3, 1), (4, 2)):
        duckdb.sql(f"select 'o' || n as order_id from range({count}) as r(n)").write_parquet("orders.parquet")
        assert [rows(), rows(), len(looked)] == [count, count, times]


MOMENTS = """
select 'o1' as order_id, timestamptz '2025-01-09 20:00:00+00' as ordered_at, timestamp '2025-01-11 09:30' as paid_at
"""


@pytest.mark.usefixtures("session")
def test_instants_are_told_from_clocks_as_duckdb_does(tmp_path: Path) -> None:
    (tmp_path / "orders/dt=2025-01-10").mkdir(parents=True)
    for place in ("orders.parquet", "orders/dt=2025-01-10/a.parquet"):
        duckdb.sql(MOMENTS).write_parquet(str(tmp_path / place))
    found, places = [], {"duckdb://": ["orders.parquet"], "pyspark://local": ["orders.parquet", "orders"]}
    for url, path in [(url, path) for url, paths in places.items() for path in paths]:
        given = {"url": url, "folder": str(tmp_path), "tables": {"orders": {"path": path}}}
        tables = open_tables(
            Source.model_validate({**given, "timezone": "Asia/Shanghai", "currency": "CNY"}), "source.yaml"
        )
        found.append([str(value) for value in tables.orders[["ordered_at", "paid_at"]].execute().iloc[0]])
    assert found == [["2025-01-10 04:00:00", "2025-01-11 09:30:00"]] * 3


LATE = """
  properties: [{name: order_id, logicalType: string, primaryKey: true}, {name: paid_at, logicalType: timestamp}]
slaProperties: [{property: latency, value: 1, unit: d, element: orders.paid_at}]
"""


def test_how_new_rows_are_does_not_depend_on_the_machines_clock(
    shop: Any, contract: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contracts, told = contract(LATE).parent, []
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    try:
        for engine in ("duckdb", "pyspark"):
            tables = shop(engine, orders="select 'o1' as order_id, timestamp '2025-01-10 20:00' as paid_at")
            verdict = verdict_on(tables, contracts, tmp_path / engine)
            told += [(one.outcome, one.detail) for one in verdict.results if one.rule == "paid_at.latency"]
    finally:
        monkeypatch.undo()
        time.tzset()
    assert told == [("failed", "2025-01-10 20:00")] * 2


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """Orders of three days: as files, and in partitions beside what jobs leave behind."""
    for place, day in enumerate(("2025-01-01", "2025-01-02", "2025-01-03")):
        part = tmp_path / f"orders/day={day}"
        part.mkdir(parents=True)
        rows = duckdb.sql(f"select 'o{place}' as order_id, timestamp '{day} 09:00' as ordered_at")
        rows.write_parquet(str(part / "part-0.parquet"))
        rows.write_parquet(str(tmp_path / f"orders-{place}.parquet"))
    (tmp_path / "orders/_SUCCESS").touch()
    return tmp_path


def on_spark(folder: Path, path: Any) -> Tables:
    given = {"url": "pyspark://local", "folder": str(folder), "tables": {"orders": {"path": path}}}
    return open_tables(Source.model_validate(given | {"timezone": "UTC", "currency": "CNY"}), "source.yaml")


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("path", "rows"),
    [
        ("orders-0.parquet", 1),
        (["orders-0.parquet", "orders-2.parquet"], 2),
        ("orders-[01].parquet", 2),
        ("orders", 3),
        ("orders/day=2025-01-0[23]/*.parquet", 2),
        ("file://{}/orders", 3),
    ],
)
def test_spark_reads_every_form_of_path(lake: Path, path: Any, rows: int) -> None:
    tables = on_spark(lake, path.format(lake) if isinstance(path, str) else path)
    assert tables.row_count("orders") == rows
    if "day" in tables.orders.columns:
        assert tables.orders.day.nunique().execute() == rows


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("s3a://lake/orders", "must be readable by Spark, got no hadoop-aws"),
        ("s3://lake/orders", "must be readable by Spark, got no file system for it"),
        ("orders", "must be readable by Spark, got no reader of its format"),
    ],
)
def test_spark_says_which_jar_it_lacks(lake: Path, path: str, said: str) -> None:
    (lake / "orders/_delta_log").mkdir()
    (lake / "orders/_delta_log/00000000000000000000.json").write_text("{}")
    with pytest.raises(SourceError, match=rf"source\.yaml: tables\.orders: path .* {said}") as refused:
        on_spark(lake, path)
    assert "\n" not in str(refused.value)
