"""Spread: quantiles of values that an engine has counted."""

import numpy as np
import numpy.typing as npt


def weighted_quantile(values: npt.ArrayLike, counts: npt.ArrayLike, share: float) -> float:
    """The quantile of values with counts, interpolated as numpy does; NaN for none.

    Examples:
        >>> weighted_quantile([1, 3], [2, 2], 0.5), weighted_quantile([5], [3], 0.25)
        (2.0, 5.0)
    """
    value, count = np.asarray(values, dtype=float), np.asarray(counts, dtype=np.int64)
    total = int(count.sum())
    if total == 0:
        return float("nan")
    order = np.argsort(value)
    value, last = value[order], np.cumsum(count[order]) - 1
    position = share * (total - 1)
    below, above = np.floor(position), np.ceil(position)
    low, high = value[np.searchsorted(last, below)], value[np.searchsorted(last, above)]
    return float(low + (high - low) * (position - below))
