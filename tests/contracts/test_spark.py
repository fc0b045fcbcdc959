"""The same contracts on Spark, where it is installed: the answers are DuckDB's."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pytest

from retro.contracts import load_contract, probe, samples
from retro.contracts.check import asking, check_table
from retro.contracts.expectations import Facts
from retro.contracts.rules import ROW_RULES, Contract

CONTRACTS = Path(__file__).parents[2] / "data_contracts"

pytestmark = [
    pytest.mark.engines,
    # Spark's bridge to Java leaves its sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
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
        others=tuple(tables),
    )
    return {one.rule: (one.outcome, one.failed_rows, one.detail) for one in checked.results}


@pytest.mark.parametrize("name", ["orders", "coupons", "stock", "leaderboard", "member_tiers", "page_views", "events"])
def test_spark_answers_as_duckdb_does(session: Any, tmp_path: Path, name: str) -> None:
    """Every rule that a row can break is broken once."""
    contract = load_contract(CONTRACTS / f"{name}.yaml")
    bench = probe._set_up(contract, CONTRACTS, None)
    samples.create_table(bench.connection.con, contract, bench.rows)
    rules = [rule for rule in contract.rules if isinstance(rule, ROW_RULES)]
    rows = [dict(row) for row in bench.rows]
    for place, rule in enumerate(rules, start=1):
        rows[place] |= probe._change(bench, rule, place)
    samples.create_table(bench.connection.con, contract, rows)

    for table in bench.connection.list_tables():
        bench.connection.con.execute(f"copy {table} to '{tmp_path / table}.parquet'")
        session.read.parquet(str(tmp_path / f"{table}.parquet")).createOrReplaceTempView(table)
    expected = judged(bench.connection, contract, bench.facts)
    assert {rule.name for rule in rules} <= {rule for rule, (outcome, *_) in expected.items() if outcome == "failed"}
    assert judged(ibis.pyspark.connect(session), contract, bench.facts) == expected
