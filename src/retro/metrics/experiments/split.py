"""Split: test whether the arms hold their planned shares of units."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

WARN, STOP = 0.01, 0.001
"""p-values of a validity check below which it warns, and below which nothing may be concluded."""


def split_p_value(observed: Sequence[int], weights: Sequence[float]) -> float:
    """Sample-ratio check: one chi-squared of units by arm against planned shares, without continuity correction.

    Examples:
        >>> round(split_p_value([44700, 45489], [1, 1]), 4)
        0.0086
    """
    counts, planned = np.asarray(observed, dtype=float), np.asarray(weights, dtype=float)
    expected = counts.sum() * planned / planned.sum()
    if counts.sum() == 0:
        return 1.0
    return float(chdtrc(len(counts) - 1, float(np.sum((counts - expected) ** 2 / expected))))


def alike_p_value(table: npt.ArrayLike) -> float:
    """Whether rows of counts have the same proportions, by chi-squared; 1 where there is nothing to compare.

    Examples:
        >>> alike_p_value([[10, 10], [20, 20]])
        1.0
        >>> round(alike_p_value([[30, 10], [20, 40]]), 5)
        4e-05
    """
    counts = np.asarray(table, dtype=float)
    counts = counts[:, counts.sum(axis=0) > 0][counts.sum(axis=1) > 0] if counts.size else counts
    if counts.size == 0 or min(counts.shape) < 2:  # noqa: PLR2004 - one row or column is alike with itself
        return 1.0
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    freedom = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    return float(chdtrc(freedom, float(np.sum((counts - expected) ** 2 / expected))))


def state_of_check(p_value: float) -> str:
    """`stop`, `warn` or `ok` by the two thresholds.

    Examples:
        >>> state_of_check(0.0086), state_of_check(0.0001), state_of_check(0.2)
        ('warn', 'stop', 'ok')
    """
    return "stop" if p_value < STOP else "warn" if p_value < WARN else "ok"
