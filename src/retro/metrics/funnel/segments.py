"""Segments: where each channel and each device loses its users, from one reading of the events for each."""

from collections.abc import Sequence

import ibis
import numpy as np
import pandas as pd

from retro.metrics.funnel.counts import OTHER, funnel_by
from retro.metrics.funnel.odds import odds
from retro.metrics.funnel.path import FunnelPath
from retro.metrics.intervals import CONFIDENCE, wilson
from retro.metrics.windows import check_at_least
from retro.periods import Window
from retro.privacy import LEAST

_COLUMNS = ["attribute", "group", "step", "users", "before", "rate", "low", "high"]


def funnel_segments(
    events: ibis.Table, path: FunnelPath, window: Window, *, by: Sequence[str], most: int = 8, least: int = LEAST
) -> pd.DataFrame:
    """The funnel of each value of several attributes, beside that of all users.

    Args:
        events: As `funnel`, with those of the columns `by` that the shop keeps.
        path: As `funnel_by`.
        by: The attributes, such as `channel` and `device`; one that the table does not have is left out.
        window: As `funnel`.
        most: How many values of an attribute to keep; smaller ones are merged as `other`.
        least: Values of fewer users are merged too.

    Returns:
        One row per attribute, value and step, in the order of `by`, largest value first.
        - `attribute` (str): Of `by`.
        - `group` (str): Its value; None for users without one.
        - `step` (str): Name of the step.
        - `users` (int): Users of the group who reached it.
        - `before` (int): Users who reached the step before; on the first step, those who reached it.
        - `rate`, `low`, `high` (float): `users` over `before`, and its Wilson interval, 95 % over all rows together
          (Bonferroni). NaN where `before` is 0.
    """
    check_at_least("most", most, 1)
    check_at_least("least", least, 1)
    frames = []
    for attribute in by:
        if attribute in events.columns:
            found = funnel_by(events, path, window, by=attribute, most=most)
            frames.append(_merged(found, least).assign(attribute=attribute))
    known = [frame for frame in frames if len(frame)]
    return _rated(pd.concat(known, ignore_index=True))[_COLUMNS] if known else pd.DataFrame(columns=_COLUMNS)


def drop_off_factors(segments: pd.DataFrame) -> pd.DataFrame:
    """How the odds of taking the whole path differ between the values of each attribute.

    A correlation, not a cause.

    Args:
        segments: What `funnel_segments` returns.

    Returns:
        One row per attribute and value of at least two, the lowest odds first.
        - `attribute`, `group` (str): As `funnel_segments`.
        - `users`, `converted` (int): Users who entered, and those of them who took all steps.
        - `rate`, `low`, `high` (float): `converted` over `users`, and its 95 % Wilson interval.
        - `odds_ratio`, `odds_low`, `odds_high` (float): Users with this value against all others, as `odds`; the
          interval is 95 % over all rows together.
    """
    parts = []
    comparisons = len(segments[["attribute", "group"]].drop_duplicates())
    for attribute, own in segments.groupby("attribute", sort=False):
        ends = own.groupby("group", sort=False, dropna=False)["users"].agg(["first", "last"]).reset_index()
        if len(ends) > 1:
            users, converted = (ends[end].to_numpy(dtype=np.int64) for end in ("first", "last"))
            found = odds(ends["group"], users, converted, together(comparisons))
            parts.append(found.assign(attribute=attribute))
    columns = ["attribute", "group", "users", "converted", "rate", "low", "high", "odds_ratio", "odds_low", "odds_high"]
    if not parts:
        return pd.DataFrame(columns=columns)
    return pd.concat(parts)[columns].sort_values("odds_ratio", kind="stable", ignore_index=True)


def _merged(found: pd.DataFrame, least: int) -> pd.DataFrame:
    """Groups, steps and users, with small groups put together behind the others."""
    if found.empty:
        return found
    entered = found.groupby("group", dropna=False)["users"].transform("max")
    small = (entered < least) & found["group"].notna()
    named = found.assign(group=found["group"].where(~small, OTHER))
    merged = named.groupby(["group", "step"], sort=False, dropna=False, as_index=False).agg(users=("users", "sum"))
    return merged.sort_values("group", key=lambda group: group == OTHER, kind="stable", ignore_index=True)


def _rated(merged: pd.DataFrame) -> pd.DataFrame:
    """Each step over the one before; the intervals hold together, as a reader looks for the one that stands out."""
    before = merged.groupby(["attribute", "group"], sort=False, dropna=False)["users"].shift()
    first = before.isna()
    before = before.fillna(merged["users"]).astype("int64")
    low, high = wilson(merged["users"], before, together(int((~first).sum())))
    return merged.assign(before=before, rate=merged["users"] / before.where(before > 0), low=low, high=high)


def together(comparisons: int) -> float:
    """The confidence of each of several intervals, so that all hold at once in 95 % of cases (Bonferroni).

    Examples:
        >>> round(together(10), 4)
        0.995
    """
    return 1 - (1 - CONFIDENCE) / max(1, comparisons)
