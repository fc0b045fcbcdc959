"""The gate against its floor: twenty rules on `orders`, in one run.

    python benchmarks/gate.py 1000000 10000000 50000000

Routes, each in a process of its own:
- floor: one aggregate query, written by hand, for the same facts
- gate: the contract, translated and asked through Great Expectations on DuckDB
- quarantine: the gate, and then the first 20 broken rows of each rule with their keys
- pandas: Great Expectations on a pandas frame, the route that its tutorials show; without the foreign key, and up to
  10 million rows, since the frame of 50 million does not fit

Seconds leave out imports (Great Expectations: 5 s) and opening the files; peak memory is the whole process's. Routes
take turns, five times, and medians are shown; a ratio is the median of the ratios within each turn, so that it holds
where the speed of the machine drifts. CPU seconds hardly notice other work, so their ratio is the fairer one on a
shared machine.
"""

# ruff: noqa: PLC0415, S603 - imports are kept out of the timing, and routes run in processes of their own

from __future__ import annotations

import contextlib
import datetime as dt
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import duckdb

DATA = Path("data") / "benchmark_gate"

END = dt.datetime(2025, 4, 1)  # noqa: DTZ001 - local, as tables have it

Spent = dict[str, float]
"""Seconds by the wall clock and of the CPU."""

ROWS = (1_000_000, 10_000_000)

REPEATS = 5

FEW = 1000
"""So many rows are asked first, untimed: a library's first question imports the rest of it."""

MOST_FOR_PANDAS = 10_000_000

CONTRACT = """
apiVersion: v3.2.0
kind: DataContract
id: orders
version: 1.0.0
status: active
schema:
- name: orders
  properties:
  - {name: order_id, logicalType: string, primaryKey: true, logicalTypeOptions: {pattern: "^O[0-9]{10}$"}}
  - {name: user_id, logicalType: string, required: true, relationships: [{to: users.user_id}]}
  - {name: ordered_at, logicalType: timestamp, required: true}
  - {name: paid_at, logicalType: timestamp}
  - {name: status, logicalType: string, required: true, enum: [{value: paid}, {value: refunded}, {value: cancelled}]}
  - {name: channel, logicalType: string, required: true, enum: [{value: app}, {value: mini}, {value: web}]}
  - {name: device, logicalType: string, required: true, enum: [{value: ios}, {value: android}]}
  - {name: coupon_id, logicalType: string, logicalTypeOptions: {pattern: "^CP[0-9]{6}$"}}
  - {name: amount, logicalType: number, required: true, logicalTypeOptions: {minimum: 0.01, maximum: 9990}}
  - {name: quantity, logicalType: integer, logicalTypeOptions: {minimum: 1, maximum: 99}}
  - {name: score, logicalType: integer, logicalTypeOptions: {minimum: 0, maximum: 100}}
  quality:
  - {metric: rowCount, mustBeGreaterThan: 0}
  - name: paid_at.order
    type: sql
    query: SELECT COUNT(*) FROM ${object} WHERE paid_at < ordered_at
    description: paid_at must not lie before ordered_at
    mustBe: 0
    customProperties: [{property: descriptionZh, value: 支付时间不能早于下单时间}]
slaProperties:
- {property: latency, value: 1, unit: d, element: ordered_at}
"""

FLOOR = """
select
  count(*),
  max(ordered_at),
  count(order_id) - count(distinct order_id),
  count(*) filter (where order_id is null),
  count(*) filter (where user_id is null),
  count(*) filter (where ordered_at is null),
  count(*) filter (where status is null),
  count(*) filter (where channel is null),
  count(*) filter (where device is null),
  count(*) filter (where amount is null),
  count(*) filter (where status not in ('paid', 'refunded', 'cancelled')),
  count(*) filter (where channel not in ('app', 'mini', 'web')),
  count(*) filter (where device not in ('ios', 'android')),
  count(*) filter (where amount < 0.01 or amount > 9990),
  count(*) filter (where quantity < 1 or quantity > 99),
  count(*) filter (where score < 0 or score > 100),
  count(*) filter (where not regexp_matches(order_id, '^O[0-9]{10}$')),
  count(*) filter (where not regexp_matches(coupon_id, '^CP[0-9]{6}$')),
  count(*) filter (where paid_at < ordered_at),
  (select count(*) from orders anti join users using (user_id) where user_id is not null)
from orders
"""


def main() -> None:
    sizes = [int(text) for text in sys.argv[1:]] or list(ROWS)
    print(f"{'rows':>12} {'route':<12} {'seconds':>8} {'x floor':>8} {'CPU s':>8} {'x floor':>8} {'peak MB':>8}")
    for rows in sizes:
        make(rows)
        found: dict[str, list[dict[str, float]]] = {}
        for _ in range(REPEATS):
            for route in ROUTES:
                if route == "pandas" and (rows > MOST_FOR_PANDAS or route in found):
                    continue
                found.setdefault(route, []).append(measured(route, rows))
        for route, runs in found.items():
            wall, cpu = (_ratio(runs, found["floor"], key) for key in ("wall", "cpu"))
            one = {key: median(run[key] for run in runs) for key in runs[0]}
            numbers = f"{one['wall']:>8.2f} {wall:>8.2f} {one['cpu']:>8.2f} {cpu:>8.2f} {one['peak']:>8,.0f}"
            print(f"{rows:>12,} {route:<12} {numbers}", flush=True)


def _ratio(runs: list[dict[str, float]], floors: list[dict[str, float]], key: str) -> float:
    """The median of the ratios of runs that took the same turn."""
    return median(run[key] / floor[key] for run, floor in zip(runs, floors, strict=False))


def measured(route: str, rows: int) -> dict[str, float]:
    """Run a route in a process of its own."""
    command = [sys.executable, __file__, "--route", route, str(rows)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def make(rows: int) -> None:
    """Write the two tables, with a few broken rows for most rules."""
    folder = DATA / str(rows)
    if (folder / "orders.parquet").is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    users = rows // 10
    duckdb.execute(f"""
        copy (select 'u' || lpad(i::varchar, 9, '0') as user_id from range({users}) as made (i))
        to '{folder}/users.parquet'
    """)
    duckdb.execute(f"""
        copy (
            select
                'O' || lpad((case when i % 100003 = 7 then i - 1 else i end)::varchar, 10, '0') as order_id,
                'u' || lpad((hash(i) % {users} + (i % 50021 = 3)::int * {users})::varchar, 9, '0') as user_id,
                timestamp '2025-01-01' + interval (i * 7776000 // {rows}) second as ordered_at,
                timestamp '2025-01-01' + interval (i * 7776000 // {rows} - (i % 9973 = 0)::int * 120 + 60) second
                    as paid_at,
                if(i % 20011 = 1, 'odd', ['paid', 'refunded', 'cancelled'][1 + (hash(i + 1) % 3)::int]) as status,
                ['app', 'mini', 'web'][1 + (hash(i + 2) % 3)::int] as channel,
                if(i % 30011 = 2, null, ['ios', 'android'][1 + (hash(i + 3) % 2)::int]) as device,
                if(hash(i + 4) % 3 = 0, 'CP' || lpad((hash(i + 5) % 1000000)::varchar, 6, '0'), null) as coupon_id,
                ((hash(i + 6) % 1000000) / 100)::decimal(18, 2) as amount,
                (1 + hash(i + 7) % 9)::int as quantity,
                (hash(i + 8) % 100)::int as score
            from range({rows}) as made (i)
        ) to '{folder}/orders.parquet.part' (format parquet)
    """)
    (folder / "orders.parquet.part").rename(folder / "orders.parquet")


def opened(rows: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name in ("orders", "users"):
        connection.execute(f"create view {name} as select * from '{DATA}/{rows}/{name}.parquet'")
    return connection


@contextlib.contextmanager
def stopwatch() -> Iterator[Spent]:
    spent: Spent = {}
    wall, cpu = time.perf_counter(), time.process_time()
    yield spent
    spent["wall"], spent["cpu"] = time.perf_counter() - wall, time.process_time() - cpu


def run_floor(rows: int) -> Spent:
    connection = opened(rows)
    with stopwatch() as spent:
        connection.execute(FLOOR).fetchall()
    return spent


def run_gate(rows: int) -> Spent:
    return _gate(rows)


def run_quarantine(rows: int) -> Spent:
    return _gate(rows, most=20)


def _gate(rows: int, most: int = 0) -> Spent:
    from retro.contracts import check_tables, great, write_quarantine  # noqa: F401 - imports are not timed
    from retro.periods import Window
    from retro.sources import Source, open_tables

    specs = {name: {"path": str(Path(f"{DATA}/{rows}/{name}.parquet").resolve())} for name in ("orders", "users")}
    tables = open_tables(Source.model_validate({"timezone": "UTC", "currency": "CNY", "tables": specs}), "source.yaml")
    with tempfile.TemporaryDirectory() as folder:
        contracts = Path(folder) / "contracts"
        contracts.mkdir()
        (contracts / "orders.yaml").write_text(CONTRACT, encoding="utf-8")
        tables.fingerprint()  # the files are hashed once and remembered
        with stopwatch() as spent:
            verdict = check_tables(
                tables,
                needed=["orders"],
                wanted=[],
                folder="benchmark",
                contracts_dir=contracts,
                window=Window(END - dt.timedelta(days=90), END),
                cache_dir=Path(folder) / "cache",
            )
            if most:
                write_quarantine(
                    tables, verdict, folder="benchmark", contracts_dir=contracts, out=Path(folder) / "out", most=most
                )
    asked = [one for one in verdict.results if one.kind != "type"]
    assert len(asked) == 20, [one.rule for one in asked]
    assert not [one for one in asked if one.outcome == "not_checked"]
    return spent


def run_pandas(rows: int) -> Spent:
    import great_expectations as gx
    import pandas as pd

    from retro.contracts.expectations import Facts, suite
    from retro.contracts.odcs import load_contract
    from retro.contracts.rules import HasType, NoRows, Pattern, Refers, Unique

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.yaml"
        path.write_text(CONTRACT, encoding="utf-8")
        contract = load_contract(path)
    ours = (HasType, NoRows, Pattern, Refers, Unique)
    stock = [rule for rule in contract.rules if not isinstance(rule, ours)]
    made = suite(contract, stock, Facts(END - dt.timedelta(days=90), END, ZoneInfo("UTC")))["expectations"]
    made += [
        {"type": "expect_column_values_to_match_regex", "kwargs": {"column": rule.columns[0], "regex": rule.regex}}
        for rule in contract.rules
        if isinstance(rule, Pattern)
    ]
    made.append({"type": "expect_column_values_to_be_unique", "kwargs": {"column": "order_id"}})
    later = {
        "column_A": "paid_at",
        "column_B": "ordered_at",
        "or_equal": True,
        "ignore_row_if": "either_value_is_missing",
    }
    made.append({"type": "expect_column_pair_values_a_to_be_greater_than_b", "kwargs": later})
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    frame = pd.read_parquet(f"{DATA}/{rows}/orders.parquet")
    asset = context.data_sources.add_pandas("shop").add_dataframe_asset("orders")
    batch = asset.add_batch_definition_whole_dataframe("orders").get_batch({"dataframe": frame})
    with stopwatch() as spent:
        result = batch.validate(gx.ExpectationSuite(name="orders", expectations=made))
    assert len(result.results) == 19
    assert not [one for one in result.results if (one.exception_info or {}).get("raised_exception")]
    return spent


ROUTES: dict[str, Callable[[int], Spent]] = {
    "floor": run_floor,
    "gate": run_gate,
    "quarantine": run_quarantine,
    "pandas": run_pandas,
}


if __name__ == "__main__":
    if sys.argv[1:2] == ["--route"]:
        route, rows = ROUTES[sys.argv[2]], int(sys.argv[3])
        make(FEW)
        route(FEW)
        print(json.dumps({**route(rows), "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
    else:
        main()
