"""Experiments against their floor and their peers: `python benchmarks/metrics.py experiments [UNITS]` (10 million).

Six metrics (two shares, a mean with pre-period, a mean, a count, a ratio) by arm and two segments.
Routes, each in a process of its own, taking turns three times, of which the best counts:
- floor: one scan and group of the same columns, written by hand, means only
- floor, joined: the same by hand where the arms lie in `exposures`: one row for each unit, then the join
- retro: `experiment`, to the decision, on one table of units
- retro, joined: the same on `exposures` and `outcomes`: finds each unit's arm and joins ten million keys first
- tea-tasting: called directly on the same table through Ibis, without segments
- pandas: by hand, the file read and grouped

Seconds leave out imports and connecting; peak memory is the whole process's.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

COLUMNS = ("y0", "y1", "y2", "z2", "y3", "y4", "y5", "z5")
"""Outcomes; `z2` is the pre-period of `y2`, `z5` what `y5` is divided by."""

SHARES = ("y0", "y1")

DESIGN = {
    "id": "e",
    "arms": ["a", "b"],
    "primary": [{"name": "m0", "kind": "conversion", "column": "y0"}],
    "secondary": [
        {"name": "m1", "kind": "conversion", "column": "y1"},
        {"name": "m2", "kind": "mean", "column": "y2", "before_column": "z2"},
        {"name": "m3", "kind": "mean", "column": "y3"},
        {"name": "m4", "kind": "count", "column": "y4"},
        {"name": "m5", "kind": "ratio", "column": "y5", "per": {"column": "z5"}},
    ],
    "segments": ["s0", "s1"],
}


def make(path: Path, units: int) -> None:
    """Units with heavy-tailed revenue, a pre-period, two segments."""
    import duckdb  # noqa: PLC0415 - the parent needs none of it

    duckdb.sql(f"""
        copy (
            select unit_id, if(hash(unit_id) % 2 = 0, 'a', 'b') as arm,
                'app' || hash(unit_id + 1) % 5 as s0, 'city' || hash(unit_id + 2) % 3 as s1,
                random() < 0.2 as y0, random() < 0.5 as y1,
                taste * pow(random(), -0.3) as y2, taste * pow(random(), -0.3) as z2, pow(random(), -0.2) as y3,
                floor(random() * 5)::int as y4, orders * (15 + 10 * random()) as y5, orders as z5
            from (
                select i as unit_id, exp(random()) as taste, floor(random() * 4)::int as orders from range({units}) r(i)
            )
        ) to '{path}' (format parquet)
    """)


def floor(path: Path) -> None:
    import duckdb  # noqa: PLC0415 - each route imports its own

    means = ", ".join(f"avg({column}{'::int' if column in SHARES else ''})" for column in COLUMNS)
    connection = duckdb.connect()
    timed(lambda: connection.sql(f"select arm, s0, s1, count(*), {means} from '{path}' group by all").fetchall())


def floor_joined(path: Path) -> None:
    import duckdb  # noqa: PLC0415 - see above

    means = ", ".join(f"avg({column}{'::int' if column in SHARES else ''})" for column in COLUMNS)
    one_arm = "if(min(arm) = max(arm), min(arm), 'several') as arm"
    units = f"(select unit_id, {one_arm}, min(s0) as s0, min(s1) as s1 from '{path}' group by unit_id)"
    outcomes = f"(select unit_id, {', '.join(COLUMNS)} from '{path}')"
    query = f"select arm, s0, s1, count(*), {means} from {units} left join {outcomes} using (unit_id) group by all"
    connection = duckdb.connect()
    timed(lambda: connection.sql(query).fetchall())


def retro(path: Path) -> None:
    import ibis  # noqa: PLC0415 - see above

    units = ibis.duckdb.connect().read_parquet(path)
    read_experiment({"outcomes": units.select("unit_id", "arm", "s0", "s1", *COLUMNS)})


def joined(path: Path) -> None:
    import ibis  # noqa: PLC0415 - see above

    units = ibis.duckdb.connect().read_parquet(path)
    shown = {"experiment_id": ibis.literal("e"), "exposed_at": ibis.null("timestamp")}
    exposures = units.select("unit_id", "arm", "s0", "s1", **shown)
    read_experiment({"exposures": exposures, "outcomes": units.select("unit_id", *COLUMNS)})


def read_experiment(tables: dict[str, Any]) -> None:
    """The whole reading: counts, checks, effects, segments, decision."""
    from retro.designs import Experiment  # noqa: PLC0415 - see above
    from retro.metrics.experiments import experiment  # noqa: PLC0415 - see above

    design = Experiment.model_validate(DESIGN)
    timed(lambda: experiment(tables, design, observed_until=None))


def tea_tasting(path: Path) -> None:
    import ibis  # noqa: PLC0415 - see above
    import tea_tasting as tt  # noqa: PLC0415 - see above

    units = ibis.duckdb.connect().read_parquet(path)
    means = {f"m{place}": tt.Mean(f"y{place}") for place in (0, 1, 3, 4)}
    metrics: dict[str, Any] = {**means, "m2": tt.Mean("y2", "z2"), "m5": tt.RatioOfMeans("y5", "z5")}
    units = units.mutate(**{column: units[column].cast("int8") for column in SHARES})
    timed(lambda: tt.Experiment(metrics, variant="arm").analyze(units))


def pandas(path: Path) -> None:
    import pandas as pd  # noqa: PLC0415 - see above

    def run() -> None:
        frame = pd.read_parquet(path, columns=["arm", "s0", "s1", *COLUMNS])
        grouped = frame.groupby(["arm", "s0", "s1"])
        grouped[list(COLUMNS)].agg(["count", "mean", "var"])
        for one, other in (("y2", "z2"), ("y5", "z5")):
            frame.assign(product=frame[one] * frame[other]).groupby(["arm", "s0", "s1"])["product"].mean()

    timed(run)


def timed(run: Callable[[], object]) -> None:
    """Run once; print wall and CPU seconds, and the process's peak memory in MiB."""
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(time.perf_counter() - wall, time.process_time() - cpu, peak)


ROUTES: dict[str, Callable[[Path], None]] = {
    "floor": floor,
    "floor, joined": floor_joined,
    "retro": retro,
    "retro, joined": joined,
    "tea-tasting": tea_tasting,
    "pandas": pandas,
}


def main(units: int = 10_000_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "units.parquet"
        subprocess.run([sys.executable, __file__, "--make", str(path), str(units)], check=True)  # noqa: S603 - itself
        best: dict[str, tuple[float, float, float]] = {}
        for _ in range(3):
            for name in ROUTES:
                command = [sys.executable, __file__, "--route", name, str(path)]
                answer = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - itself
                wall, cpu, peak = map(float, answer.stdout.split())
                before = best.get(name, (wall, cpu, peak))
                best[name] = (min(wall, before[0]), min(cpu, before[1]), min(peak, before[2]))
    print(f"{units:,} units\n{'route':<14} {'wall s':>8} {'CPU s':>8} {'x floor':>8} {'peak MiB':>9}")
    for name, (wall, cpu, peak) in best.items():
        print(f"{name:<14} {wall:>8.2f} {cpu:>8.2f} {wall / best['floor'][0]:>8.2f} {peak:>9,.0f}")


def run(arguments: list[str]) -> None:
    match arguments:
        case ["--make", path, units]:
            make(Path(path), int(units))
        case ["--route", name, path]:
            ROUTES[name](Path(path))
        case _:
            main(*map(int, arguments))


if __name__ == "__main__":
    run(sys.argv[1:])
