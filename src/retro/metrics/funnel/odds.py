"""Odds: odds ratios of completing the path, by group."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from retro.metrics.intervals import CONFIDENCE, wilson


def odds_ratio(a: npt.ArrayLike, b: npt.ArrayLike, c: npt.ArrayLike, d: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The odds of success with an attribute over those without it, with 1 added to each count.

    Args:
        a: Successes with the attribute.
        b: Failures with it.
        c: Successes without it.
        d: Failures without it.

    Returns:
        (a + 1)(d + 1) / ((b + 1)(c + 1)); above 1 the attribute goes with success.

    Examples:
        >>> odds_ratio(2, 1, 0, 1).item()
        3.0
    """
    one, two, three, four = (np.asarray(count, dtype=float) + 1 for count in (a, b, c, d))
    ratio: npt.NDArray[np.float64] = one * four / (two * three)
    return ratio


def odds(
    groups: pd.Series, users: npt.NDArray[np.int64], converted: npt.NDArray[np.int64], confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Each group against all others.

    One row per group of `converted` and `dropped` users (None for users without one): their Wilson interval, and
    `odds_ratio` of this group against all others with its interval at `confidence`, normal on the logarithm.
    """
    dropped = users - converted
    others, others_dropped = converted.sum() - converted, dropped.sum() - dropped
    ratio = odds_ratio(converted, dropped, others, others_dropped)
    error = np.sqrt(sum(1 / (count + 1) for count in (converted, dropped, others, others_dropped)))
    reach = np.exp(ndtri((1 + confidence) / 2) * error)
    low, high = wilson(converted, users)
    return pd.DataFrame(
        {
            "group": groups,
            "users": users,
            "converted": converted,
            "dropped": dropped,
            "rate": converted / users,
            "low": low,
            "high": high,
            "odds_ratio": ratio,
            "odds_low": ratio / reach,
            "odds_high": ratio * reach,
        }
    )
