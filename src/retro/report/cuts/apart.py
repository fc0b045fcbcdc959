"""Which groups of a cut the highest one is shown to lie above, by the intervals of the differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
from scipy.special import stdtrit

from retro.metrics.funnel.segments import together
from retro.metrics.intervals import CONFIDENCE, difference_ends, wilson
from retro.privacy import hidden
from retro.report.cuts.rows import PEOPLE

Row = Mapping[str, Any]


class Difference(NamedTuple):
    """The highest group less another one.

    Attributes:
        row: The other group.
        value: The difference.
        low: Its lower end.
        high: Its upper end.
    """

    row: Row
    value: float
    low: float
    high: float


def differences(rows: Sequence[Row], *, counts: bool) -> tuple[list[Difference], int]:
    """The highest of several groups less each of the others, and the number of pairs for which their intervals hold.

    The highest is known only from the values themselves, so that all pairs of groups were compared: the intervals hold
    for all of them together (Bonferroni). Groups are taken as independent, as those of different people are.

    Args:
        rows: Groups with `value`, `low`, `high` and `people`, the highest last; those without ends are left out.
        counts: Whether values are rates of counts, `numerator` of `denominator`, with Wilson's intervals; else they
            have Student's t between people.

    Examples:
        >>> app = {"value": 30.0, "low": 24.0, "high": 36.0, "people": 1_000}
        >>> web = {"value": 19.0, "low": 11.0, "high": 27.0, "people": 1_000}
        >>> (one,), pairs = differences([web, app], counts=False)
        >>> (one.value, one.low, one.high, pairs)
        (11.0, 1.0, 21.0, 1)
    """
    known = [row for row in rows if not hidden(row["low"]) and not pd.isna(row["low"])]
    if not known or known[-1] is not rows[-1]:
        return [], 0
    pairs = len(known) * (len(known) - 1) // 2
    *others, top = (_estimate(row, together(pairs), counts=counts) for row in known)
    ends = [difference_ends(top, other) for other in others]
    return [
        Difference(row, top[0] - other[0], *end) for row, other, end in zip(known[:-1], others, ends, strict=True)
    ], pairs


def _estimate(row: Row, confidence: float, *, counts: bool) -> tuple[float, float, float]:
    """Value and ends at a confidence."""
    value, low, high = (float(row[name]) for name in ("value", "low", "high"))
    if counts:
        lower, upper = wilson([float(row["numerator"])], [float(row["denominator"])], confidence)
        return value, float(lower[0]), float(upper[0])
    half = [float(stdtrit(int(row[PEOPLE]) - 1, (1 + one) / 2)) for one in (confidence, CONFIDENCE)]
    wider = half[0] / half[1]
    return value, value - (value - low) * wider, value + (high - value) * wider
