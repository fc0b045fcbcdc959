"""Time one report on the engines that a shop may have: the demo, from nothing to the pages of both languages.

python benchmarks/engines.py [--scale 0.01] [--report 2025Q1/new_user_week] [ENGINE...]

Engines are `duckdb`, `spark` (local[2]) and `postgres`, which are run by default, `cluster` (two executors in processes
of their own, local-cluster[2,1,2048]) and `connect` (a server of Spark Connect). Every engine has a copy of the project
of its own, without what earlier runs remembered. Spark tells of jobs and of bytes read in its event log, PostgreSQL in
pg_stat_statements; DuckDB's bytes are all that its processes read of files, libraries too.

Needs `make engines` once, for Java's and PostgreSQL's drivers.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import ibis

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from pipeline import project  # noqa: E402 - beside this file, and below `tests`

from retro.ledger import compare, read_ledger  # noqa: E402 - as above
from servers import postgres_server, serve, spark_connect_server  # noqa: E402 - as above

CLUSTER = "local-cluster[2,1,2048]"
MARK = "RETRO_BENCHMARK"
"""A variable by which the processes of a run are known, whoever began them."""


@dataclass
class Watch:
    """Watches the processes of a run: seconds of the processor, bytes read, the largest of Java and of Python."""

    mark: str
    memory: dict[str, int] = field(default_factory=lambda: {"java": 0, "python": 0})
    read: dict[str, int] = field(default_factory=dict)
    used: dict[str, float] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)

    def look(self) -> None:
        """Look at all processes until the run has ended."""
        wanted = f"{MARK}={self.mark}".encode()
        while not self.ended.wait(0.5):
            for place in Path("/proc").glob("[0-9]*"):
                with contextlib.suppress(OSError, StopIteration):
                    if wanted in (place / "environ").read_bytes().split(b"\0"):
                        self._note(place)

    def _note(self, place: Path) -> None:
        times = (place / "stat").read_text().rpartition(")")[2].split()[11:13]
        self.used[place.name] = sum(map(int, times)) / os.sysconf("SC_CLK_TCK")
        status = (place / "status").read_text().splitlines()
        name = next((name for name in self.memory if name in status[0]), "")
        if not name:
            return
        peak = next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM"))
        self.memory[name] = max(self.memory[name], peak)
        told = (place / "io").read_text().splitlines()[0]
        self.read[place.name] = int(told.split()[1])


@contextlib.contextmanager
def watched(mark: str) -> Iterator[Watch]:
    """Watch the processes that are begun in a block."""
    watch = Watch(mark)
    os.environ[MARK] = mark
    thread = threading.Thread(target=watch.look)
    thread.start()
    try:
        yield watch
    finally:
        watch.ended.set()
        thread.join()
        del os.environ[MARK]


@dataclass(frozen=True)
class Ran:
    """What a run took: seconds on the wall and of processors, jobs or statements, bytes read, MiB, and its ledger."""

    seconds: float
    used: float
    steps: str
    asked: int | None
    read: int
    memory: dict[str, int]
    ledger: Path

    def row(self, engine: str, base: Ran) -> str:
        """A row of the table."""
        differ = len(compare(read_ledger(base.ledger), read_ledger(self.ledger)))
        java, python = (f"{self.memory[name] or '–':,}" if self.memory[name] else "–" for name in ("java", "python"))
        asked = "–" if self.asked is None else f"{self.asked:,}"
        seconds = f"{self.seconds:.0f}", f"{self.used:.0f}", self.steps
        cells = engine, *seconds, asked, f"{self.read / 1e6:,.0f}", java, python, differ
        return f"| {' | '.join(map(str, cells))} |"


def told_by_spark(folder: Path) -> tuple[int, int]:
    """The jobs that event logs tell of, and the bytes that their tasks read."""
    jobs = read = 0
    for path in (one for one in folder.rglob("*") if one.is_file()):
        for line in path.read_text(encoding="utf-8").splitlines():
            jobs += line.startswith('{"Event":"SparkListenerJobStart"')
            if line.startswith('{"Event":"SparkListenerTaskEnd"'):
                read += (json.loads(line).get("Task Metrics") or {}).get("Input Metrics", {}).get("Bytes Read", 0)
    return jobs, read


def run(place: Path, report: str, watch: Watch) -> tuple[float, str, Path]:
    """Make the report: seconds, those of its steps, and the ledger."""
    environment = {**os.environ, "PYTHONPATH": str(place / "src")}
    time.sleep(1)  # of code that was copied this moment nothing is remembered
    began = time.perf_counter()
    command = [sys.executable, "-m", "retro", "run", report]
    done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    seconds = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"{watch.mark}: {done.stderr[-2000:]}")
    latest = place / "reports" / report / "latest"
    steps = json.loads((latest / "manifest.json").read_text(encoding="utf-8"))["seconds"]
    return seconds, ", ".join(f"{name} {value:.0f}" for name, value in steps.items()), latest / "ledger.json"


def measured(engine: str, place: Path, report: str) -> Ran:
    """Make the report on an engine."""
    source = place / "params" / "source.yaml"
    text = source.read_text(encoding="utf-8")
    logs = place / "spark-events"
    logs.mkdir()
    log = {"spark.eventLog.enabled": "true", "spark.eventLog.dir": logs.as_uri(), "spark.eventLog.compress": "false"}
    with contextlib.ExitStack() as kept:
        watch = kept.enter_context(watched(engine))
        if engine == "postgres":
            port = kept.enter_context(postgres_server("-c", "shared_preload_libraries=pg_stat_statements"))
            serve(place, place / "data" / "demo", port)
            session = ibis.postgres.connect(host="127.0.0.1", port=port, user="postgres", database="postgres").con
            session.autocommit = True
            session.execute("create extension pg_stat_statements")
            session.execute("analyze")
            session.execute("select pg_stat_statements_reset()")
        elif engine == "connect":
            source.write_text(f"url: sc://127.0.0.1:{kept.enter_context(spark_connect_server(log))}\n{text}")
        elif engine == "spark":  # as it is without settings, but for the log
            given = "".join(f"--conf {key}={value} " for key, value in log.items())
            kept.enter_context(environment(PYSPARK_SUBMIT_ARGS=f"--master local[2] {given}pyspark-shell"))
            source.write_text(f"url: pyspark://\n{text}", encoding="utf-8")
        elif engine == "cluster":
            (place / "conf").mkdir()
            settings = {"spark.master": CLUSTER, **log}
            lines = "".join(f"{key} {value}\n" for key, value in settings.items())
            (place / "conf" / "spark-defaults.conf").write_text(lines)
            kept.enter_context(environment(SPARK_CONF_DIR=str(place / "conf")))
            source.write_text(f"url: pyspark://\n{text}", encoding="utf-8")
        seconds, steps, ledger = run(place, report, watch)
        asked, read = None, sum(watch.read.values())
        if engine == "postgres":
            counted = "select sum(calls), 8192 * sum(shared_blks_hit + shared_blks_read) from pg_stat_statements"
            asked, read = session.execute(f"{counted} where query ~* '^\\s*(select|with|create)'").fetchone()
            session.close()
        elif engine != "duckdb":
            asked, read = told_by_spark(logs)
    return Ran(seconds, sum(watch.used.values()), steps, asked, int(read), watch.memory, ledger)


@contextlib.contextmanager
def environment(**given: str) -> Iterator[None]:
    """Variables for what is begun in a block."""
    os.environ.update(given)
    try:
        yield
    finally:
        for name in given:
            del os.environ[name]


def main() -> None:
    """Print a row for each engine."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("engines", nargs="*", default=["duckdb", "spark", "postgres"])
    asked.add_argument("--scale", type=float, default=0.01)
    asked.add_argument("--report", default="2025Q1/new_user_week")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "duckdb"
        first.mkdir()
        project(first)
        if given.scale != 0.01:
            shutil.rmtree(first / "data" / "demo")
            demo = [sys.executable, "-m", "retro", "demo", "--scale", str(given.scale)]
            subprocess.run(demo, cwd=first, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, check=True)  # noqa: S603 - as above
        rows = duckdb.read_parquet(str(first / "data/demo/events.parquet")).shape[0]
        print(
            f"{given.report} at scale {given.scale}: {rows:,} events, {os.cpu_count()} cores; "
            f"load {os.getloadavg()[0]:.1f} before"
        )
        print(
            "| engine | s | CPU s | steps, s | jobs, statements | MB read | Java, MiB | Python, MiB | figures differ |"
        )
        print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        base: Ran | None = None
        for engine in ["duckdb", *(one for one in given.engines if one != "duckdb")]:
            place = first if engine == "duckdb" else Path(folder) / engine
            if place != first:
                shutil.copytree(
                    first, place, ignore=shutil.ignore_patterns("reports", ".retro", "quarantine", "spark-events")
                )
            ran = measured(engine, place, given.report)
            base = base or ran
            print(ran.row(engine, base), f"load {os.getloadavg()[0]:.1f}", flush=True)


if __name__ == "__main__":
    main()
