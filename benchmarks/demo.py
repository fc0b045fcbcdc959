"""How long the demo shop takes and how much memory, by scale: `python benchmarks/demo.py [SCALE ...]`.

Each scale runs in a process of its own, so that peak memory is its own too. Goals: 1 % in under 30 s and 2 GB,
10 % in under 5 minutes, and time that grows as the shop does.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def measure(scale: float) -> None:
    """Make one shop and print its row of the table."""
    from retro_demo import make_demo  # noqa: PLC0415 - the parent needs no numpy

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        summary = make_demo(Path(folder) / "shop", scale=scale)
        seconds = time.perf_counter() - start
        size = sum(path.stat().st_size for path in summary.out.iterdir())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = sum(summary.rows.values())
    print(
        f"{scale:>7.2%} {summary.rows['events']:>13,} {rows:>13,} {size / 2**20:>9,.0f} {seconds:>8.1f}"
        f" {1e6 * seconds / rows:>12.2f} {peak:>9,.0f}"
    )


def main() -> None:
    scales = sys.argv[1:] or ["0.001", "0.01", "0.1"]
    heads = f"{'scale':>7} {'events':>13} {'all rows':>13} {'size MiB':>9} {'seconds':>8} {'us for a row':>12}"
    print(f"{heads} {'peak MiB':>9}")
    for scale in scales:
        subprocess.run([sys.executable, __file__, "--measure", scale], check=True)  # noqa: S603 - itself


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(float(sys.argv[2]))
    else:
        main()
