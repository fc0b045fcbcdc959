"""`python -m tests.vectors FILE...`: print each failure and skip, and end with the counts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from . import causes, experiments, funnels, money, survivals, values
from .vector import Skip, Vector, read_vectors

Check = Callable[[Vector], Iterator[str]]
"""Yields a message for everything that is not as expected."""

AREAS: Mapping[str, Check] = {
    "causal": causes.check,
    "causal/together": causes.check_together,
    "experiment": experiments.check,
    "finance/simulation": money.check,
    "funnel": funnels.check,
    "funnel/clickhouse": funnels.check_levels,
    "survival": survivals.check,
    "rfm": values.check_summary,
    "ltv": values.check_lifetime,
}
"""How an area is checked; `a/b` is also answered by `a`."""


def main(files: Sequence[str]) -> int:
    """Run the vectors of some files; 0 if none failed."""
    if not files:
        print("usage: python -m tests.vectors FILE...", file=sys.stderr)  # noqa: T201 - a command
        return 2
    passed = failed = skipped = 0
    for vector in [vector for file in files for vector in read_vectors(Path(file))]:
        try:
            failures = list(_check_of(vector)(vector))
        except Skip as reason:
            skipped += 1
            print(f"SKIP {vector.id}: {reason}")  # noqa: T201 - a command
            continue
        except Exception as reason:  # noqa: BLE001 - whatever goes wrong, the other vectors are run
            failures = [f"{type(reason).__name__}: {reason}"]
        passed += not failures
        failed += bool(failures)
        for failure in failures:
            print(f"FAIL {vector.id}: {failure}")  # noqa: T201 - a command
    print(f"{passed} passed, {failed} failed, {skipped} skipped")  # noqa: T201 - a command
    return int(failed > 0)


def _check_of(vector: Vector) -> Check:
    area = vector.area
    while area not in AREAS and "/" in area:
        area = area.rpartition("/")[0]
    if area not in AREAS:
        raise Skip(f"area {vector.area!r} has no check")
    return AREAS[area]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
