"""Ranks: the test that no single value decides, made from counts of values in the engine."""

import math
from typing import NamedTuple

import ibis
from scipy.special import ndtr


class RankTest(NamedTuple):
    """Mann-Whitney's test.

    Attributes:
        superior: How often a unit of the arm lies above one of the control, ties counted half; .5 is no difference.
        p_value: Two-sided, with the correction for ties and continuity, as `scipy.stats.mannwhitneyu` has it.
    """

    superior: float
    p_value: float


def rank_test(units: ibis.Table, column: str, control: str, arm: str) -> RankTest:
    """Compare two arms by the ranks of a column's known values; NaN where one has none or all are equal.

    Args:
        units: One row per unit, with `arm`.
        column: The outcome.
        control: The control.
        arm: The arm.

    Examples:
        >>> rows = {"arm": ["a", "a", "a", "b", "b", "b"], "y": [1.0, 2.0, 3.0, 4.0, 5.0, 19920.0]}
        >>> found = rank_test(ibis.memtable(rows), "y", "a", "b")
        >>> found.superior, round(found.p_value, 4)
        (1.0, 0.0809)
    """
    known = units.filter(units.arm.isin([control, arm]), units[column].notnull())
    values = known.group_by(value=known[column]).aggregate(
        ours=known.count(where=known.arm == arm), theirs=known.count(where=known.arm == control)
    )
    below = values.theirs.sum().over(ibis.cumulative_window(order_by=values.value))
    counted = values.mutate(
        wins=values.ours.cast("float64") * (below.cast("float64") - values.theirs.cast("float64") / 2),
        tied=(values.ours + values.theirs).cast("float64"),
    )
    row = counted.aggregate(
        ours=counted.ours.sum(),
        theirs=counted.theirs.sum(),
        wins=counted.wins.sum(),
        ties=(counted.tied**3 - counted.tied).sum(),
    ).execute()
    ours, theirs, wins, ties = (0.0 if row[name].isna().any() else float(row[name].iloc[0]) for name in row.columns)
    return _tested(ours, theirs, wins, ties)


def _tested(ours: float, theirs: float, wins: float, ties: float) -> RankTest:
    pairs, units = ours * theirs, ours + theirs
    variance = pairs / 12 * (units + 1 - ties / (units * (units - 1))) if units > 1 else 0.0
    if not variance > 0:
        return RankTest(math.nan, math.nan)
    z = max(0.0, abs(wins - pairs / 2) - 0.5) / math.sqrt(variance)
    return RankTest(wins / pairs, float(2 * ndtr(-z)))
