"""Time the analyst's desk in a warm kernel on the demo's events: `python benchmarks/cuts.py [TIMES]` (5).

Prints the median and the longest of each question, and the median of the processor's time, in seconds. What is asked is
March, of 4.3 million events; each cut is made once before it is timed, as the second question of a session is.
"""

from __future__ import annotations

import contextlib
import io
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from retro import open_report

PARAMS = "params/2025Q1/2025-03.yaml"

ASKED = ("gmv", "order_value", "conversion_rate", "payment_rate", "visits")

CUTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("gmv", {"by": "channel"}),
    ("gmv", {"by": ["channel", "new_or_old"], "where": {"city_tier": "tier_1"}, "over": "day", "against": "baseline"}),
    ("order_value", {"by": "channel", "against": "previous"}),
    ("payment_rate", {"where": {"channel": "mini_program"}, "over": "day", "against": "baseline"}),
    ("visits", {"by": "channel"}),
    ("visits", {"over": "day", "against": "baseline"}),
    ("visits", {"by": ["city_tier", "tier"]}),
    ("conversion_rate", {"by": "channel"}),
    ("conversion_rate", {"by": ["channel", "new_or_old"], "where": {"city_tier": "tier_1"}, "against": "baseline"}),
    ("conversion_rate", {"by": ["city_tier", "new_or_old"], "where": {"channel": "app"}, "against": "previous"}),
)


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with contextlib.redirect_stdout(io.StringIO()):
        report = open_report(PARAMS, lang="en").with_()
    questions: list[tuple[str, Callable[[], object]]] = [
        (f"why {name}", partial(report.why, name)) for name in ASKED
    ] + [(_told(name, how), partial(report.cut, name, **how)) for name, how in CUTS]
    print(f"events: {report.tables.events.count().execute():,}")
    for words, ask in questions:
        ask()
        walls, processor = [], []
        for _ in range(times):
            wall, spent = time.perf_counter(), time.process_time()
            ask()
            walls.append(time.perf_counter() - wall)
            processor.append(time.process_time() - spent)
        print(f"{statistics.median(walls):6.3f} {max(walls):6.3f} {statistics.median(processor):6.3f}  {words}")


def _told(name: str, how: dict[str, Any]) -> str:
    return f"cut {name} " + " ".join(f"{key}={value}" for key, value in how.items())


if __name__ == "__main__":
    main()
