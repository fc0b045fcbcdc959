"""The same figures on every engine: Spark in processes of its own, PostgreSQL on loopback, ClickHouse in process."""

import datetime as dt
import gc
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
import pytest
from ibis import _

from matcher import ENTRIES_END, PATHS, SECONDS, differing, exact_plans, furthest, reached, store
from retro import metrics
from retro.metrics import Exclusion, FunnelPath, FunnelRules
from retro.metrics.lifetime import buying_histories, buying_summary, repeat_amounts
from retro.metrics.silence import silent_members
from retro.periods import Window
from servers import need, postgres_server

pytestmark = [
    pytest.mark.engines,
    pytest.mark.filterwarnings("ignore"),  # drivers of other engines warn of each other's future
]

at = dt.datetime.fromisoformat
PUBLISHED = Path(__file__).parents[2] / "../shared/vectors/funnel_retention_value.json"

Tables = Mapping[str, ibis.Table]


@contextmanager
def spark() -> Iterator[Any]:
    need("pyspark", "retro[spark]")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    with tempfile.TemporaryDirectory() as folder:
        builder = SparkSession.builder.master("local-cluster[2,1,1024]").config("spark.sql.warehouse.dir", folder)
        settings = {
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.execution.arrow.pyspark.enabled": "true",
            "spark.sql.shuffle.partitions": "2",
            # Compiling and replanning pay off on large tables; of a few rows they are nearly all the time.
            "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
            "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1",
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
            "spark.sql.adaptive.enabled": "false",
            "spark.ui.enabled": "false",
            "spark.log.level": "ERROR",
        }
        for key, value in settings.items():
            builder = builder.config(key, value)
        session = builder.getOrCreate()
        # Ibis drops a memtable when Python forgets it. If the collector does so amid another call, the two share one
        # connection and take each other's answers: Spark then waits for ever.
        gc.disable()
        try:
            yield ibis.pyspark.connect(session)
        finally:
            gc.collect()
            session.stop()
            gc.enable()


@contextmanager
def postgres() -> Iterator[Any]:
    with postgres_server() as port:
        yield ibis.postgres.connect(host="127.0.0.1", port=port, user="postgres", database="postgres")


@contextmanager
def clickhouse() -> Iterator[Any]:
    need("chdb", "the test environment of the engines")
    yield ibis.clickhouse.connect(interface="chdb", path=":memory:")


@contextmanager
def duckdb() -> Iterator[Any]:
    yield ibis.duckdb.connect()


OPENERS = {"pyspark": spark, "postgres": postgres, "clickhouse": clickhouse}


@pytest.fixture(scope="module", params=list(OPENERS))
def other(request: pytest.FixtureRequest) -> Iterator[Any]:
    with ExitStack() as stack:
        yield stack.enter_context(OPENERS[request.param]())


@pytest.fixture(scope="module")
def reference() -> Tables:
    return shop(ibis.duckdb.connect())


def shop(engine: Any) -> Tables:
    """A small random shop, the same on every engine."""
    chance = random.Random(1)  # noqa: S311 - the same shop every time
    begin = at("2025-01-10")
    events = [
        (f"u{user}", chance.choice("ABCDX"), begin + dt.timedelta(hours=chance.randint(0, 400)), channel)
        for user in range(60)
        for channel in chance.choices(["app", "web", None], k=chance.randint(0, 12))
    ]
    users = [(f"u{user}", at("2025-01-01") + dt.timedelta(minutes=chance.randint(0, 24_000))) for user in range(60)]
    orders = [
        (
            str(number),
            f"u{chance.randint(0, 40)}",
            at("2024-11-01") + dt.timedelta(minutes=chance.randint(0, 120_000)),
            chance.choice(["paid", "paid", "cancelled"]),
            Decimal(chance.randint(1, 99_999)) / 100,
        )
        for number in range(300)
    ]
    money = "decimal(18, 2)"
    return {
        name: store(engine, name, _arrow(rows, schema))
        for name, rows, schema in [
            (
                "events",
                events,
                {"user_id": "string", "event": "string", "occurred_at": "timestamp(6)", "channel": "string"},
            ),
            ("users", users, {"user_id": "string", "registered_at": "timestamp(6)"}),
            (
                "orders",
                orders,
                {
                    "order_id": "string",
                    "user_id": "string",
                    "ordered_at": "timestamp(6)",
                    "status": "string",
                    "amount": money,
                },
            ),
        ]
    }


def _arrow(rows: list[tuple[Any, ...]], schema: Mapping[str, str]) -> pa.Table:
    named = [dict(zip(schema, row, strict=True)) for row in rows]
    return pa.Table.from_pylist(named, schema=ibis.schema(schema).to_pyarrow())


WALK = Window(at("2025-01-10"), at("2025-01-20"), at("2025-01-25"))
WEEK = Window(at("2025-01-10"), at("2025-01-17"), at("2025-01-25"))
DECEMBER = Window(at("2024-12-01"), at("2024-12-20"), at("2025-01-25"))
NOW = {"observed_until": at("2025-01-20")}
EXCLUSION = (Exclusion("X", 1, 2),)


def walk(steps: Any = ("A", "B", "C"), **rules: Any) -> Callable[[Tables], pd.DataFrame]:
    return lambda t: metrics.funnel(t["events"], FunnelPath(steps, dt.timedelta(days=3), FunnelRules(**rules)), WALK)


FIGURES: Mapping[str, Callable[[Tables], pd.DataFrame]] = {
    "registrations": lambda t: metrics.registrations(
        t["users"], Window(at("2025-01-10T20:00"), at("2025-01-12T20:00"))
    ),
    "registration_lift": lambda t: metrics.registration_lift(t["users"], Window(at("2025-01-10"), at("2025-01-11"))),
    "funnel": walk(),
    "funnel, strict ties": walk(["A", "B", "A"], ties="strict"),
    "funnel, shared events": walk(["A", ["A", "B"], "B"]),
    "funnel, conditions": walk([_.event == "A", _.channel == "app"]),
    "funnel, stop": walk(exclusions=EXCLUSION),
    "funnel, drop": walk(exclusions=EXCLUSION, on_exclusion="drop"),
    "funnel, strict": walk(["A", "B"], mode="strict"),
    "funnel, unordered": walk(["A", ["A", "B"], "C"], mode="unordered", exclusions=(Exclusion("X", 1, 3),)),
    "funnel, entries": walk(count="entries"),
    "funnel, first entry": walk(entry="first"),
    "funnel, hold": walk(["A", "B"], hold=("channel",)),
    "funnel_by": lambda t: metrics.funnel_by(
        t["events"], FunnelPath(["A", "B"], dt.timedelta(days=3)), WALK, by="channel", attribution=2
    ),
    "conversion_times": lambda t: metrics.conversion_times(
        t["events"], FunnelPath(["A", "B", "C"], dt.timedelta(days=3)), WALK
    ),
    "retention": lambda t: metrics.retention(t["users"], t["events"], WEEK),
    "repurchase": lambda t: metrics.repurchase(t["orders"], DECEMBER),
    "repurchase_cohorts": lambda t: metrics.repurchase_cohorts(
        t["orders"], Window(at("2024-12-01"), at("2025-01-01"), at("2025-01-20"))
    ),
    "second_order": lambda t: metrics.second_order(t["orders"], DECEMBER),
    "first_day_value": lambda t: metrics.first_day_value(
        t["users"], t["orders"], Window(at("2025-01-01"), at("2025-01-17"))
    ),
    "tiers": lambda t: metrics.tiers(metrics.members(t["users"], t["orders"], **NOW), metrics.eight_tiers(500)),
    "rfm_tiers": lambda t: metrics.rfm_tiers(t["orders"], Window(at("2025-08-01"), at("2025-09-01"), at("2025-09-01"))),
    "silent_members": lambda t: (
        silent_members(t["users"], t["orders"], t["events"], at=at("2025-07-10")).order_by("user_id").execute()
    ),
    "concentration": lambda t: metrics.concentration(t["orders"]),
    "lorenz": lambda t: metrics.lorenz(t["orders"], points=7),
    "buying_summary": lambda t: buying_summary(buying_histories(t["orders"], **NOW)),
    "repeat_amounts": lambda t: repeat_amounts(buying_histories(t["orders"], **NOW)),
    "traffic": lambda t: metrics.traffic(
        t["events"], Window(at("2025-01-20"), at("2025-01-20T03:00"), at("2025-01-25")), at="occurred_at"
    ),
    "weekday_hours": lambda t: metrics.weekday_hours(t["events"], WEEK, at="occurred_at"),
}


@pytest.fixture(scope="module")
def tables(other: Any) -> Tables:
    return shop(other)


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_those_of_duckdb(tables: Tables, reference: Tables, name: str) -> None:
    found, expected = FIGURES[name](tables), FIGURES[name](reference)
    pd.testing.assert_frame_equal(found, expected, rtol=1e-9)
    assert found.attrs == expected.attrs


@pytest.mark.parametrize("other", ["pyspark"], indirect=True)
def test_spark_moves_the_events_of_a_funnel_once(other: Any, tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    plans: list[str] = []
    ask = type(other).raw_sql

    def spy(engine: Any, query: Any, **given: Any) -> Any:
        answer = ask(engine, query, **given)
        plans.append(answer._jdf.queryExecution().executedPlan().toString())
        return answer

    monkeypatch.setattr(type(other), "raw_sql", spy)
    FIGURES["funnel"](tables)
    (plan,) = [plan for plan in plans if "Window" in plan]
    assert plan.count("Exchange hashpartitioning") == 1


@pytest.mark.parametrize("family", PATHS)
@pytest.mark.parametrize("ties", ["allow", "strict"])
def test_thousands_of_random_users_are_matched_exactly(other: Any, family: str, ties: str) -> None:
    chance = random.Random(f"{family}{ties}")  # noqa: S311 - the same users every time
    users = [
        [(chance.choice("ABCDX"), chance.randrange(SECONDS)) for _event in range(chance.randint(0, 8))]
        for _user in range(500)
    ]
    assert ENTRIES_END < SECONDS
    for plan in exact_plans(family, ties):
        if plan == "asof" and other.name != "clickhouse":
            continue
        for rules in (FunnelRules(ties=ties, plan=plan),):
            expected = [furthest(PATHS[family], events, rules) for events in users]
            assert not differing(users, reached(other, users, PATHS[family], rules), expected)[:3]


@pytest.mark.parametrize("other", ["pyspark", "postgres"], indirect=True)  # ClickHouse in process takes no tables
def test_published_vectors_pass(other: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from vectors.__main__ import main

    if not PUBLISHED.is_file():
        pytest.skip("the published vectors are not here")
    ibis.set_backend(other)
    try:
        failed = main([str(PUBLISHED)])
    finally:
        ibis.set_backend("duckdb")
    assert not failed, capsys.readouterr().out
