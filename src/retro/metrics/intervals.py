"""Intervals: Wilson's for rates, prediction intervals for baselines."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri, stdtrit

Floats = npt.NDArray[np.float64]

GAP = ("difference", "difference_low", "difference_high")
"""The columns of a difference of two rates and its interval."""

CONFIDENCE = 0.95
"""What every interval of retro covers unless a caller asks for another."""

_ROUNDING = 1e-9
"""What floats leave of a variance that is 0; relative."""


def wilson(hits: npt.ArrayLike, total: npt.ArrayLike, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Wilson's score interval of a rate: within 0 to 1, and valid for small totals and rates near 0 or 1.

    Args:
        hits: Numerators.
        total: Denominators; where one is 0 or missing, both ends are NaN.
        confidence: How often the interval covers the true rate.

    Returns:
        The lower and the upper ends.

    References:
        Wilson (1927), JASA 22, 209-212.

    Examples:
        >>> low, high = wilson([14], [100])
        >>> low.round(4).item(), high.round(4).item()
        (0.0853, 0.2214)
    """
    n = np.asarray(total, dtype=float)
    k = np.asarray(hits, dtype=float)
    z2 = ndtri((1 + confidence) / 2) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = (k + z2 / 2) / (n + z2)
        half = np.sqrt(z2 * (k * (n - k) / n + z2 / 4)) / (n + z2)
        empty = ~(n > 0)
        # At the ends the formula is exactly 0 and 1; floats would miss them by a hair.
        low = np.where(empty, np.nan, np.where(k == 0, 0.0, centre - half))
        high = np.where(empty, np.nan, np.where(k == n, 1.0, centre + half))
    return low, high


def difference_ends(estimate: tuple[float, float, float], other: tuple[float, float, float]) -> tuple[float, float]:
    """The interval of a difference of two independent estimates, from their own intervals.

    Two intervals that overlap say nothing of the difference, whose interval is narrower than both together. For rates
    with Wilson's intervals this is Newcombe's hybrid score interval; in general it is known as MOVER.

    Args:
        estimate: Value, lower and upper end.
        other: The same of what is taken from it.

    Returns:
        Lower and upper end; NaN where an end is not known.

    References:
        Newcombe (1998), Statistics in Medicine 17, 873-890; Zou and Donner (2008), Statistics in Medicine 27, 1693.

    Examples:
        >>> rates = [rate_of(hits, total) for hits, total in ((172, 682), (655, 3038))]
        >>> first, second = ((row["rate"], row["low"], row["high"]) for row in rates)
        >>> [round(end, 4) for end in difference_ends(first, second)]
        [0.002, 0.0734]
    """
    (value, low, high), (base, base_low, base_high) = estimate, other
    below = np.hypot(value - low, base_high - base)
    above = np.hypot(high - value, base - base_low)
    return float(value - base - below), float(value - base + above)


def prediction(values: Sequence[float]) -> tuple[float, float, float]:
    """The mean of comparable values, and the prediction interval of the next one.

    Student's t over the values: mean -+ t(n - 1) * s * sqrt(1 + 1 / n). The values are counts or amounts, so the lower
    end is never below 0.

    Returns:
        Mean, lower and upper end; all NaN for fewer than three values.

    Examples:
        >>> [round(end, 2) for end in prediction([10, 12, 14])]
        [12.0, 2.06, 21.94]
    """
    n = len(values)
    if n < 3:  # noqa: PLR2004 - said in the docstring
        return (np.nan, np.nan, np.nan)
    mean = float(np.mean(values))
    half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2) * np.std(values, ddof=1) * np.sqrt(1 + 1 / n))
    return mean, max(0.0, mean - half), mean + half


def ratio_ends(above: float, below: float, squares: tuple[float, float, float], people: int) -> tuple[float, float]:
    """The interval of a ratio of two sums over people, such as money per order: delta method, Student's t.

    One person's orders are alike, so that people are independent of each other where their orders are not.

    Args:
        above: The sum of what is divided.
        below: The sum that it is divided by.
        squares: Sums over people of the squares of the first, of their products, and of the squares of the second.
        people: How many they are.

    Returns:
        The lower and the upper end; NaN for fewer than two people, and where nothing varies between them.

    Examples:
        >>> ends = ratio_ends(450, 21, (4 * 80**2 + 13 * 10**2, 4 * 80 * 2 + 13 * 10, 4 * 2**2 + 13), 17)
        >>> [round(end, 3) for end in ends]  # four with two orders of 40, thirteen with one of 10
        [12.589, 30.268]
    """
    if not (people > 1 and below > 0):
        return np.nan, np.nan
    value, (first, both, second) = above / below, squares
    variance = first - 2 * value * both + value**2 * second
    if variance <= _ROUNDING * (first + 2 * abs(value * both) + value**2 * second):
        return np.nan, np.nan
    half = float(stdtrit(people - 1, (1 + CONFIDENCE) / 2)) * np.sqrt(variance * people / (people - 1)) / below
    return float(value - half), float(value + half)


def rate_of(hits: int, total: int, prefix: str = "") -> dict[str, float]:
    """`rate`, `low` and `high` (Wilson) of two counts, named with a prefix; NaN where the total is 0.

    Examples:
        >>> {name: round(value, 4) for name, value in rate_of(14, 100).items()}
        {'rate': 0.14, 'low': 0.0853, 'high': 0.2214}
    """
    low, high = wilson([hits], [total])
    ends = {f"{prefix}low": float(low[0]), f"{prefix}high": float(high[0])}
    return {f"{prefix}rate": hits / total if total else np.nan, **ends}


def add_rate(frame: pd.DataFrame, hits: str, total: str, prefix: str = "") -> pd.DataFrame:
    """Append `rate`, `low` and `high` (Wilson) of two counts; NaN where the total is 0 or the hits are missing."""
    counted = frame[hits].astype("float64")
    whole = frame[total].astype("float64")
    low, high = wilson(counted, whole)
    names = (f"{prefix}rate", f"{prefix}low", f"{prefix}high")
    ends: dict[str, Any] = dict(zip(names, (counted / whole.where(whole > 0), low, high), strict=True))
    return frame.assign(**ends)


def add_gap(frame: pd.DataFrame) -> pd.DataFrame:
    """Append how far the first of two rows lies above the second.

    Args:
        frame: Two rows with `rate`, `low` and `high`.

    Returns:
        The frame with `difference`, `difference_low` and `difference_high` (Newcombe), NaN in the second row.
    """
    own, base = frame[["rate", "low", "high"]].astype("float64").itertuples(index=False, name=None)
    gap = (own[0] - base[0], *difference_ends(own, base))
    ends: dict[str, Any] = {name: [value, np.nan] for name, value in zip(GAP, gap, strict=True)}
    return frame.assign(**ends)
