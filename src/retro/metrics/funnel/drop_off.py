"""Drop-off: which users take the whole path more often than others."""

from __future__ import annotations

import datetime as dt

import ibis
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from retro.metrics.funnel.counts import funnel_by
from retro.metrics.funnel.groups import Attribution
from retro.metrics.funnel.rules import FunnelRules
from retro.metrics.funnel.steps import Steps
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


def drop_off(
    events: ibis.Table,
    steps: Steps,
    *,
    by: str,
    start: dt.datetime,
    end: dt.datetime,
    window: dt.timedelta,
    observed_until: dt.datetime,
    attribution: Attribution = "first",
    most: int = 25,
    rules: FunnelRules | None = None,
) -> pd.DataFrame:
    """How the odds of taking the whole path differ between the values of an attribute.

    It says what goes together, not what causes what.

    Args:
        events: As `funnel_by`.
        steps: As `funnel_by`.
        by: The attribute, such as `channel` or `device`.
        start: As `funnel_by`.
        end: As `funnel_by`.
        window: As `funnel_by`.
        observed_until: As `funnel_by`.
        attribution: As `funnel_by`.
        most: As `funnel_by`.
        rules: As `funnel_by`.

    Returns:
        One row per value, the lowest odds first.

        - `group` (str): Value of the attribute; None for users without one.
        - `users` (int): Users who entered.
        - `converted`, `dropped` (int): Of these, users who took all steps, and who did not.
        - `rate`, `low`, `high` (float): `converted` over `users`, and its 95 % Wilson interval.
        - `odds_ratio` (float): See `odds_ratio`: users with this value against all others.
        - `odds_low`, `odds_high` (float): Its 95 % interval, normal on the logarithm.

    Raises:
        MetricError: As `funnel_by`.
    """
    frame = funnel_by(
        events,
        steps,
        by=by,
        start=start,
        end=end,
        window=window,
        observed_until=observed_until,
        attribution=attribution,
        most=most,
        rules=rules,
    )
    ends = frame.groupby("group", sort=False, dropna=False)["users"].agg(["first", "last"]).reset_index()
    users, converted = ends["first"].to_numpy(dtype=np.int64), ends["last"].to_numpy(dtype=np.int64)
    return odds(ends["group"], users, converted).sort_values("odds_ratio", kind="stable", ignore_index=True)


def odds(
    groups: pd.Series,
    users: npt.NDArray[np.int64],
    converted: npt.NDArray[np.int64],
    confidence: float = CONFIDENCE,
) -> pd.DataFrame:
    """Each group against all others; the columns are those of `drop_off`, `confidence` that of the odds ratio."""
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
