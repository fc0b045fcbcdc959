"""Survival: time until an event, with censoring."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import chdtrc, ndtri

from retro.metrics.intervals import CONFIDENCE


def kaplan_meier(durations: npt.ArrayLike, events: npt.ArrayLike, counts: npt.ArrayLike | None = None) -> pd.DataFrame:
    """Estimate survival by duration (Kaplan-Meier).

    Censored at a duration means still at risk then.

    Args:
        durations: How long each was observed.
        events: Whether the event happened at the end of that time; else censored.
        counts: How many each entry stands for; one where left out.

    Returns:
        One row per duration at which it happened, in order.
        - `duration` (float): In the unit given.
        - `at_risk` (int): Watched at least so long, to whom it had not happened before.
        - `events` (int): To whom it happened then.
        - `survival` (float): Share to whom it has not happened by then.
        - `low`, `high` (float): Greenwood's interval on log(-log). NaN where nobody is left.

    References:
        Kaplan & Meier (1958); Kalbfleisch & Prentice (1980) for the interval.

    Examples:
        >>> kaplan_meier([1, 2, 2, 3], [1, 1, 0, 1])[["duration", "at_risk", "survival"]].values.tolist()
        [[1.0, 4.0, 0.75], [2.0, 3.0, 0.5], [3.0, 1.0, 0.0]]
    """
    duration = np.asarray(durations, dtype=float)
    happened = np.asarray(events, dtype=bool)
    count = np.ones(len(duration), dtype=np.int64) if counts is None else np.asarray(counts, dtype=np.int64)
    times, place = np.unique(duration, return_inverse=True)
    gone = np.bincount(place, weights=count, minlength=len(times))
    died = np.bincount(place, weights=count * happened, minlength=len(times)).astype(float)
    at_risk = gone[::-1].cumsum()[::-1].astype(float)
    times, at_risk, died = times[died > 0], at_risk[died > 0], died[died > 0]
    survival = np.cumprod(1 - died / at_risk)
    low, high = _greenwood(survival, at_risk, died)
    return pd.DataFrame(
        {
            "duration": times,
            "at_risk": at_risk.astype("int64"),
            "events": died.astype("int64"),
            "survival": survival,
            "low": low,
            "high": high,
        }
    )


def _greenwood(
    survival: npt.NDArray[np.float64], at_risk: npt.NDArray[np.float64], died: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(died / (at_risk * (at_risk - died)))
        half = ndtri((1 + CONFIDENCE) / 2) * np.sqrt(variance) / np.log(survival)
        return survival ** np.exp(-half), survival ** np.exp(half)


def survival_quantile(curve: pd.DataFrame, share: float = 0.5) -> float:
    """The duration by which the event has happened to this share; NaN where not observed so far.

    Examples:
        >>> survival_quantile(kaplan_meier([1, 2, 3, 4], [1, 1, 1, 0]))
        2.0
    """
    reached = curve.loc[curve["survival"] <= 1 - share, "duration"]
    return float(reached.iloc[0]) if len(reached) else float("nan")


@dataclass(frozen=True)
class LogRank:
    """A log-rank test: its statistic, and how often chance alone makes groups of equal pace differ so much."""

    chi2: float
    p_value: float


def log_rank(
    durations: Sequence[npt.ArrayLike], events: Sequence[npt.ArrayLike], counts: Sequence[npt.ArrayLike] | None = None
) -> LogRank:
    """Compare the pace of two or more groups over all durations (log-rank test).

    `durations`, `events` and `counts` are those of `kaplan_meier`, for each group.

    References:
        Mantel (1966); Peto & Peto (1972).

    Examples:
        >>> round(log_rank([[1, 2, 3], [4, 5, 6]], [[1, 1, 1], [1, 1, 1]]).chi2, 4)
        5.0517
    """
    groups = len(durations)
    count = counts or [np.ones(len(np.asarray(own))) for own in durations]
    times = np.unique(
        np.concatenate(
            [
                np.asarray(own, dtype=float)[np.asarray(hit, dtype=bool)]
                for own, hit in zip(durations, events, strict=True)
            ]
        )
    )
    at_risk = np.zeros((groups, len(times)))
    died = np.zeros((groups, len(times)))
    for group, (own, hit, size) in enumerate(zip(durations, events, count, strict=True)):
        duration = np.asarray(own, dtype=float)[:, None]
        people = np.asarray(size, dtype=float)[:, None]
        at_risk[group] = ((duration >= times) * people).sum(axis=0)
        died[group] = ((duration == times) * people * np.asarray(hit, dtype=float)[:, None]).sum(axis=0)
    everybody, all_died = at_risk.sum(axis=0), died.sum(axis=0)
    share = at_risk / everybody
    excess = (died - share * all_died).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(everybody > 1, all_died * (everybody - all_died) / (everybody - 1), 0.0)
    covariance = np.diag((share * spread).sum(axis=1)) - (share * spread) @ share.T
    chi2 = float(excess[1:] @ np.linalg.pinv(covariance[1:, 1:]) @ excess[1:])
    return LogRank(chi2, float(chdtrc(groups - 1, chi2)))
