"""Whole reports on the engine that a shop has already: their ledgers are DuckDB's."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pandas as pd
import pytest

import broken_rows
from retro.contracts import check_tables
from retro.errors import SourceError
from retro.jobs import Worker
from retro.ledger import changes, compare, read_ledger, read_version
from retro.periods import Window
from retro.run import Done, Request, prepare, run_report
from retro.sources import Source, Tables, open_tables
from servers import need, object_store, postgres_server, serve, spark_connect_server
from shops import DEMO_REPORTS, FIGURES, START, make_project, make_quarter

KINDS = ("2025-03", "flash_sale_night", "points_contest")
"""A month, goods, and people held out: all kinds take ten minutes, and were equal when this was written."""

pytestmark = [
    pytest.mark.engines,
    pytest.mark.filterwarnings("ignore"),  # drivers of other engines warn of each other's future
]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with postgres_server() as found:
        yield found


def reported(
    project: Path, params: Path, monkeypatch: pytest.MonkeyPatch, say: Callable[[str], None] = lambda _: None
) -> Any:
    monkeypatch.chdir(project)
    outcome = run_report(Request(project / params, ("en",), project / "reports"), say)
    return read_ledger(outcome.latest / "ledger.json")


def test_reports_are_the_same_on_postgres(
    tiny_demo: Path, tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, served = (make_quarter(tmp_path / name, tiny_demo) for name in ("duckdb", "postgres"))
    serve(served, tiny_demo, port)
    for params in (DEMO_REPORTS[name] for name in KINDS):
        moves = compare(reported(own, params, monkeypatch), reported(served, params, monkeypatch))
        assert not moves, (params, [move.name for move in moves])


def test_a_report_on_postgres_is_restated_with_what_came_late(
    tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(tmp_path / "late")
    refund = {"refund_id": ["r0"], "order_id": ["user-00-0-a"], "refunded_at": [START], "amount": [Decimal("4.00")]}
    pd.DataFrame(refund).to_parquet(project / "data" / "refunds.parquet", index=False)
    source = project / "params" / "source.yaml"
    source.write_text(f"{source.read_text()}  refunds: {{path: refunds.parquet}}\n", encoding="utf-8")
    serve(project, project / "data", port)
    text = source.read_text(encoding="utf-8")
    text = text.replace("orders: {table: orders}", 'orders: {sql: "select * from public.orders"}')
    source.write_text(text, encoding="utf-8")
    monkeypatch.chdir(project)

    def due(day: int) -> list[Done]:
        return list(Worker(project / "reports", dt.datetime(2025, 2, day), langs=("en",), jobs=1).work())

    (first,) = due(4)
    assert (first.state, due(4)) == ("published", [])
    session = ibis.postgres.connect(host="127.0.0.1", port=port, user="postgres", database="postgres")
    session.raw_sql(
        "insert into orders select 'late', user_id, ordered_at + interval '1 hour', status, 90 from orders "
        "where order_id = 'user-00-0-a'; "
        "insert into refunds values ('r1', 'user-01-0-a', timestamp '2025-01-30', 5)"
    ).close()
    session.disconnect()
    # the file of a source says nothing of a server: only the server can tell that it moved
    assert prepare(Request(project / "params/2025Q1/new_user_week.yaml")).files_fingerprint is None

    (second,) = due(10)

    assert (second.state, due(10)) == ("restated", [])
    runs = project / "reports" / first.report / "runs"
    told = changes(read_version(runs / first.run_id), read_version(runs / second.run_id))
    assert told.tables is not None
    late = {change.table: (change.late_rows, change.late_worth) for change in told.tables}
    assert (late["orders"], late["refunds"]) == ((1, Decimal(90)), (1, Decimal(5)))
    value = {move.name: (move.before, move.after) for move in told.moves}["first_day_value"]
    assert value == (Decimal("210.00"), Decimal("300.00"))


def figures(ledger: Any) -> dict[str, Any]:
    return {one.name: one.value for one in ledger.entries if one.name in FIGURES}


RECORDED = {name: round(value, 10) for name, value in FIGURES.items()}


def on_spark(folder: Path, url: str, paths: str = "events.parquet") -> Path:
    project = make_project(folder)
    source = project / "params" / "source.yaml"
    text = source.read_text(encoding="utf-8").replace("events.parquet", paths)
    source.write_text(f"url: {url}\n{text}", encoding="utf-8")
    return project


def test_a_report_on_spark_reads_partitions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need("pyspark", "retro[spark]")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    project = on_spark(tmp_path / "shop", "pyspark://", "events")
    rows = duckdb.read_parquet(str(project / "data" / "events.parquet"))
    for number in (0, 1):
        (project / f"data/events/part={number}").mkdir(parents=True)
        part = rows.filter(f"hash(user_id) % 2 = {number}")
        part.write_parquet(str(project / f"data/events/part={number}/0.parquet"))

    def say(step: str) -> None:
        if step == "execute":  # without Java no notebook begins a driver of its own: it joins the run's
            monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    ledger = reported(project, Path("params/2025Q1/new_user_week.yaml"), monkeypatch, say)
    assert figures(ledger) == RECORDED


def test_a_report_on_spark_connect(tmp_path: Path) -> None:
    """In a process of its own: where a session of classic Spark was, none of Connect can be."""
    with spark_connect_server() as port:
        project = on_spark(tmp_path / "shop", f"sc://127.0.0.1:{port}")
        command = [sys.executable, "-m", "retro", "run", "2025Q1/new_user_week", "--lang", "en"]
        ended = subprocess.run(command, cwd=project, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert figures(read_ledger(project / "reports/2025Q1/new_user_week/latest/ledger.json")) == RECORDED


def opened(port: int, session: str = "", **keys: Any) -> Tables:
    url = f"postgres://postgres@127.0.0.1:{port}/postgres"
    tables = {"orders": {"sql": "select * from sold"}}
    source = {"url": url, "timezone": "UTC", "currency": "CNY", "tables": tables, **keys}
    return open_tables(Source.model_validate(source), "source.yaml", session=session)


@pytest.fixture
def sold(port: int) -> Iterator[Any]:
    """A table of one order, and a session that goes on selling."""
    session = ibis.postgres.connect(host="127.0.0.1", port=port, user="postgres", database="postgres")
    session.raw_sql("create table sold as select 'o1' as order_id, timestamp '2025-01-01' as ordered_at").close()
    yield session
    session.raw_sql("drop table sold").close()
    session.disconnect()


def test_all_sessions_of_a_report_see_one_state_while_the_shop_sells(port: int, sold: Any) -> None:
    first = opened(port)
    sold.raw_sql("insert into sold values ('o2', '2025-01-02')").close()
    second, later = opened(port, first.session), opened(port)
    assert [tables.row_count("orders") for tables in (first, second, later)] == [1, 1, 2]

    with pytest.raises(Exception, match="division by zero"):
        first.connection.sql("select 1 / (count(*) - 1) as x from sold").execute()
    assert first.row_count("orders") == 1  # a query that failed took nothing of the session with it
    for tables in (first, second, later):
        tables.connection.disconnect()


@pytest.mark.usefixtures("sold")
def test_what_a_metric_answered_is_known_to_the_sessions_of_one_state_alone(port: int) -> None:
    spec = {"orders": {"table": "sold"}}
    first = opened(port, tables=spec)
    second, later = opened(port, first.session, tables=spec), opened(port, tables=spec)
    known = [tables.contents.of("orders") for tables in (first, second, later)]
    assert known[0] == known[1] is not None
    assert known[2] not in {None, known[0]}
    assert first.contents.given("orders") is None  # the next run cannot tell, and asks again
    for tables in (first, second, later):
        tables.release()


def test_nothing_that_a_query_calls_leaves_a_trace(port: int, sold: Any) -> None:
    sold.raw_sql(
        "create function sell() returns int language sql as 'insert into sold values (''x'', null); select 1'"
    ).close()
    tables = opened(port, tables={"orders": {"sql": "select order_id, ordered_at, sell() as sale from sold"}})
    tables.orders.execute()
    tables.connection.disconnect()
    sold.raw_sql("drop function sell()").close()
    assert sold.table("sold").count().execute() == 1


@pytest.mark.usefixtures("sold")
def test_a_query_that_takes_too_long_is_ended(port: int) -> None:
    tables = opened(port, query_seconds=1)
    slow = tables.connection.sql("select count(*) as n from generate_series(1, 2000000000)")
    with pytest.raises(Exception, match="statement timeout"):
        slow.execute()
    tables.connection.disconnect()


DEAR = r"source\.yaml: a query over (\w+, )*{} must read or make at most {} rows at a step \(query_rows\), got {} by "


@pytest.mark.parametrize(
    ("query", "got"),
    [
        ("select * from sold where order_id = 'o1'", "1,000"),  # read whole, whatever is kept of it
        ("select a.order_id, a.ordered_at from sold a, sold b", "1,000,000"),
    ],
)
def test_a_query_that_is_too_dear_is_refused_before_it_runs(port: int, sold: Any, query: str, got: str) -> None:
    sold.raw_sql("insert into sold select 'n' || n, '2025-01-01' from generate_series(1, 999) as n").close()
    sold.raw_sql("analyze sold").close()
    spec = {"orders": {"sql": query}}
    with contextlib.ExitStack() as kept:
        dear, cheap = (opened(port, tables=spec, query_rows=most) for most in (999, 1_000_000))
        for tables in (dear, cheap):
            kept.callback(tables.release)
        with pytest.raises(SourceError, match=DEAR.format("sold", 999, got) + "the server's estimate. Raise query_"):
            dear.orders.execute()
        assert dear.connection.sql("select 1 as x").execute().x.item() == 1  # the snapshot outlives a refusal
        assert cheap.orders.limit(1).execute().shape == (1, 2)


def test_a_report_with_a_query_that_is_too_dear_ends_in_one_line(
    tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(tmp_path / "dear")
    serve(project, project / "data", port)
    session = ibis.postgres.connect(host="127.0.0.1", port=port, user="postgres", database="postgres")
    session.raw_sql("analyze").close()
    session.disconnect()
    source = project / "params" / "source.yaml"
    for version in ("", "version: select 1\n"):  # the first to ask is the fingerprint, and without it the gate
        source.write_text(f"query_rows: 3\n{version}{source.read_text(encoding='utf-8')}", encoding="utf-8")
        with pytest.raises(SourceError, match=DEAR.format(r"\w+", 3, r"\d+")):
            reported(project, Path("params/2025Q1/new_user_week.yaml"), monkeypatch)
        source.write_text(source.read_text(encoding="utf-8").replace("query_rows: 3\n", ""), encoding="utf-8")


def test_figures_tie_out_while_the_shop_sells(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(tmp_path / "selling")
    serve(project, project / "data", port)
    params = Path("params/2025Q1/new_user_week.yaml")
    quiet = reported(project, params, monkeypatch)
    ended, sold = threading.Event(), list[int]()

    def sell() -> None:
        session = ibis.postgres.connect(host="127.0.0.1", port=port, user="postgres", database="postgres")
        while not ended.wait(0.02):
            copied = "select 'live' || %s, user_id, ordered_at + interval '1 minute', status, 90 from orders limit 1"
            session.con.execute(f"insert into orders {copied}", [len(sold)])
            session.con.commit()
            sold.append(1)
        session.disconnect()

    seller = threading.Thread(target=sell)
    try:
        request = Request(project / params, ("en", "zh"), project / "reports", force=True)
        outcome = run_report(request, lambda step: seller.start() if step == "execute" else None)
    finally:
        ended.set()
        seller.join()
    assert len(sold) > 10
    assert not compare(quiet, read_ledger(outcome.latest / "ledger.json"))
    assert compare(quiet, reported(project, params, monkeypatch))  # what was sold meanwhile is in the next report


@pytest.mark.parametrize(
    ("path", "rows"),
    [("o0.parquet", 1), (["o0.parquet", "o1.parquet"], 2), ("o*.parquet", 2), ("lake", 2), ("s3://lake/lake", 2)],
)
def test_postgres_is_sent_every_form_of_path(
    port: int, tmp_path: Path, path: Any, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (0, 1):
        (tmp_path / f"lake/day=2025-01-0{place + 1}").mkdir(parents=True)
        row = duckdb.sql(f"select 'o{place}' as order_id, timestamp '2025-01-01' as ordered_at")
        row.write_parquet(str(tmp_path / f"o{place}.parquet"))
        row.write_parquet(str(tmp_path / f"lake/day=2025-01-0{place + 1}/part.parquet"))
    with object_store(tmp_path) as (address, _):
        for name, value in {"ENDPOINT_URL": address, "ACCESS_KEY_ID": "reader", "SECRET_ACCESS_KEY": "here"}.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        tables = opened(port, folder=str(tmp_path), tables={"orders": {"path": path}})
        assert tables.row_count("orders") == rows
        tables.connection.disconnect()


def test_a_key_that_another_table_lacks_is_not_looked_for(port: int, tmp_path: Path, write: Any) -> None:
    head = "apiVersion: v3.2.0\nkind: DataContract\nid: orders\nversion: 1.0.0\nstatus: active\nschema:\n- name: orders"
    contracts = write("contracts/orders.yaml", f"{head}{broken_rows.LOOKING}").parent
    tables = opened(port, tables={"orders": {"sql": broken_rows.ORDERS}, "users": {"sql": broken_rows.MEMBERS}})
    window = Window(dt.datetime(2025, 1, 10), dt.datetime(2025, 1, 12))
    verdict = check_tables(
        tables,
        needed=["orders"],
        wanted=(),
        folder="shop",
        contracts_dir=contracts,
        window=window,
        cache_dir=tmp_path / "cache",
    )
    assert [*verdict.not_covered] == broken_rows.NOT_LOOKED_FOR
    assert {one.rule: one.failed_rows for one in verdict.results}["known_member"] == 2
    tables.release()


@pytest.mark.parametrize("key", ["query_seconds", "query_rows"])
def test_only_postgres_limits_queries(key: str) -> None:
    spec = {"orders": {"sql": "select 1 as order_id"}}
    source = Source(timezone="UTC", currency="CNY", tables=spec, **{key: 5})
    with pytest.raises(SourceError, match=rf"source\.yaml: {key} must be left out for duckdb: only PostgreSQL"):
        open_tables(source, "source.yaml")
