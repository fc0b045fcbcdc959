"""How the cost of a report set grows with its shop: the demo's quarter by scale, each from nothing.

python benchmarks/growth.py [SCALE ...]

By default 1 % (4 million events) and 10 % (43 million). A row for each: events, seconds on the wall and of the
processor for all processes, MiB of the largest process, and how often the row before is in the processor's seconds.
Goals: at most 11 times for ten times the data, under 4 GB at 10 %.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pipeline
import pyarrow.parquet as pq


def main(scales: list[str]) -> None:
    """Print a row for each scale."""
    print(f"{'scale':>7} {'events':>13} {'wall s':>8} {'CPU s':>8} {'MiB':>7} {'growth':>7}")
    before = 0.0
    for scale in scales or ["0.01", "0.1"]:
        with tempfile.TemporaryDirectory() as folder:
            place = pipeline.project(Path(folder), data=False)
            made = [sys.executable, "-m", "retro", "demo", "--scale", scale]
            subprocess.run(made, cwd=place, check=True, capture_output=True)  # noqa: S603 - our own command
            events = pq.read_metadata(place / "data" / "demo" / "events.parquet").num_rows
            wall, processor, largest = pipeline.retro(place, [])
        growth = f"{processor / before:6.1f}x" if before else ""
        print(f"{float(scale):>7.1%} {events:>13,} {wall:>8.1f} {processor:>8.1f} {largest:>7} {growth:>7}", flush=True)
        before = processor


if __name__ == "__main__":
    main(sys.argv[1:])
