"""Metrics against their floor and their peers: `python benchmarks/metrics.py [ROWS ...]` (10 and 100 million).

Four figures, each by every route that gives it, every route in a process of its own:
- funnel: four steps within seven days; floors: one scan of the columns, and one scan grouped by user
- retention: days 1, 7 and 30 of everybody who registered in a month; floor: the scan grouped by user
- traffic: page views by minute; floor: one scan of the column
- sales: GMV by day and channel; floor: one scan of the columns

Routes: `retro`; ClickHouse in process (`chdb`; `windowFunnel` for the funnel); polars; pandas, up to 10 million
rows; and Ibis as a newcomer would write it. On Spark, up to 10 million rows, `retro` stands beside the same query by
hand. A route whose library is not installed is left out. `--only NAME` runs the figures or routes of that name alone.

`same` says whether a route finds what `retro` finds. CPU seconds hardly notice other work, so their ratio is the fairer
one on a shared machine. `python benchmarks/metrics.py experiments [UNITS]` times the reading of experiments.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import events
import experiments
import peers

DATA = Path("data") / "benchmark_events"
ROWS = (10_000_000, 100_000_000)
SMALL = 10_000_000
"""Up to so many rows pandas and Spark are asked."""

FIGURES: Mapping[str, Mapping[str, events.Route]] = {
    "funnel": {
        "floor: scan": events.scan,
        "floor: group by user": events.group_by_user,
        "retro": events.retro_funnel,
        "ClickHouse windowFunnel": peers.clickhouse_funnel,
        "polars": peers.polars_funnel,
        "pandas": peers.pandas_funnel,
        "Ibis, first touches": events.newcomer_funnel,
        "Spark by hand": peers.spark_funnel,
        "Spark, retro": peers.spark_retro_funnel,
    },
    "retention": {
        "floor: group by user": events.group_by_user,
        "retro": events.retro_retention,
        "ClickHouse": peers.clickhouse_retention,
        "polars": peers.polars_retention,
        "pandas": peers.pandas_retention,
        "Ibis, by hand": events.newcomer_retention,
    },
    "traffic": {
        "floor: scan": events.scan_minutes,
        "retro": events.retro_traffic,
        "ClickHouse": peers.clickhouse_traffic,
        "polars": peers.polars_traffic,
        "pandas": peers.pandas_traffic,
        "Ibis, by hand": events.newcomer_traffic,
    },
    "sales": {
        "floor: scan": events.scan_orders,
        "retro": events.retro_sales,
        "ClickHouse": peers.clickhouse_sales,
        "polars": peers.polars_sales,
        "pandas": peers.pandas_sales,
        "Ibis, by hand": events.newcomer_sales,
    },
}

Row = tuple[float, float, float, str]
"""Wall and CPU seconds, peak MiB, and what was found."""

Measured = Mapping[tuple[str, str], Row]
"""By figure and route."""

_LINE = "{:<10} {:<24} {:>8} {:>8} {:>8} {:>8} {:>7} {:>9}  {}"


def main(sizes: tuple[int, ...], only: str = "") -> None:
    before: Measured = {}
    for rows in sizes:
        folder = DATA / str(rows)
        if not (folder / "orders.parquet").is_file():
            folder.mkdir(parents=True, exist_ok=True)
            _itself("--make", str(folder), str(rows))
        measured: dict[tuple[str, str], Row] = {}
        wanted = [(figure, name) for figure, routes in FIGURES.items() for name in routes if _asked(rows, name)]
        for figure, name in wanted:
            if only in {figure, name, ""} and (row := _run(figure, name, folder)):
                measured[figure, name] = row
        _show(rows, measured, before)
        before = measured


def _asked(rows: int, name: str) -> bool:
    return rows <= SMALL or not name.startswith(("pandas", "Spark"))


def _run(figure: str, name: str, folder: Path) -> Row | None:
    answer = _itself("--route", figure, name, str(folder))
    shutil.rmtree(folder / "spill", ignore_errors=True)
    if answer.returncode:
        last = answer.stderr.strip().splitlines()[-1:]
        print(f"\n{figure}, {name}: left out, {last[0] if last else 'it died'}", file=sys.stderr)
        return None
    wall, cpu, peak, found = answer.stdout.strip("\n").splitlines()[-1].split("\t")
    return float(wall), float(cpu), float(peak), found


def _itself(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, __file__, *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - itself


def _show(rows: int, measured: Measured, before: Measured) -> None:
    print(f"\n{rows:,} events")
    print(_LINE.format("figure", "route", "wall s", "CPU s", "x floor", "x retro", "growth", "peak MiB", "same"))
    for (figure, name), (wall, cpu, peak, found) in measured.items():
        floors = [row for (of, route), row in measured.items() if of == figure and route.startswith("floor")]
        own = measured.get((figure, "retro"))
        smaller = before.get((figure, name))
        same = ""
        if own and not name.startswith("floor"):
            same = "yes" if _numbers(found) == _numbers(own[3]) else f"no: {found}"
        ratios = [f"{cpu / row[1]:.2f}" if row else "" for row in (floors[-1] if floors else None, own, smaller)]
        print(_LINE.format(figure, name, f"{wall:.2f}", f"{cpu:.2f}", *ratios, f"{peak:,.0f}", same))


def _numbers(found: str) -> list[float]:
    return [
        float(word) for word in found.replace("'", " ").replace("[", " ").replace("]", " ").replace(",", " ").split()
    ]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--make", folder, rows]:
            events.make(Path(folder), int(rows))
        case ["--route", figure, name, folder]:
            FIGURES[figure][name](Path(folder))
        case ["experiments", *rest]:
            experiments.run(rest)
        case ["--only", name, *sizes] if all(size.isdecimal() for size in sizes):
            main(tuple(map(int, sizes)) or ROWS, name)
        case sizes if all(size.isdecimal() for size in sizes):
            main(tuple(map(int, sizes)) or ROWS)
        case _:
            sys.exit("usage: python benchmarks/metrics.py [--only NAME] [ROWS ...] | experiments [UNITS]")
