"""Time what a source reads: ten million lines of CSV beside DuckDB's plain read_csv, 100,000 rows of Excel.

python benchmarks/reading.py [LINES]
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl

from retro.sources import Source, open_tables

HEAD = ["order_id", "user_id", "ordered_at", "status", "amount", "channel"]


def make_csv(path: Path, lines: int) -> None:
    duckdb.sql(
        f"""COPY (SELECT 'o' || i AS order_id, 'u' || (i * 7919 % 2000000) AS user_id,
        timestamp '2025-01-01' + to_seconds(i % 8000000) AS ordered_at, ['paid', 'cancelled', 'refunded'][1 + i % 3] AS
        status, cast(i % 100000 / 100.0 AS decimal(18, 2)) AS amount, ['app', 'web', 'mini'][1 + i % 3] AS channel
        FROM range({lines}) t(i)) TO '{path}'"""
    )


def make_sheet(path: Path, rows: int) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("orders")
    sheet.append(HEAD)
    first = dt.datetime(2025, 1, 1)  # noqa: DTZ001 - sheets hold local times
    for i in range(rows):
        sheet.append([f"o{i}", f"u{i % 999}", first + dt.timedelta(seconds=i * 37), "paid", i / 100, "app"])
    book.save(path)


def plain(path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t AS FROM read_csv('{path}')")


def read(path: Path) -> None:
    keys = {"timezone": "Asia/Shanghai", "currency": "CNY", "tables": {"orders": {"path": str(path)}}}
    open_tables(Source.model_validate(keys), "source.yaml")


def seconds(work: Callable[[Path], None], path: Path) -> tuple[float, float]:
    """The shortest of three, of a sheet the first, since the next finds its copy: on the wall, and of the processor."""
    taken = []
    for _ in range(1 if path.suffix == ".xlsx" else 3):
        wall, processor = time.perf_counter(), time.process_time()
        work(path)
        taken.append((time.perf_counter() - wall, time.process_time() - processor))
    return min(wall for wall, _ in taken), min(processor for _, processor in taken)


def main(lines: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        csv, sheet = Path(folder, "orders.csv"), Path(folder, "orders.xlsx")
        make_csv(csv, lines)
        make_sheet(sheet, 100_000)
        make_sheet(few := Path(folder, "few.xlsx"), 10)
        read(few)  # imports
        base = seconds(plain, csv)
        for name, work, path in (("read_csv", plain, csv), ("source, CSV", read, csv), ("source, Excel", read, sheet)):
            wall, processor = seconds(work, path)
            ratio = f"{wall / base[0]:.2f} x read_csv, {processor / base[1]:.2f} of processor" if path == csv else ""
            print(f"{name:14} {wall:6.2f} s  {processor:6.2f} s of processor  {ratio}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
