"""The numbers of a cut: value, interval, difference to a base; small groups masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from retro.metrics.intervals import difference_ends, prediction, wilson
from retro.privacy import Sum, masked
from retro.report.cuts.rows import PEOPLE, PLACE

BASE = "base"
"""The column of what the value stands beside."""

_TOLD = ("value", "numerator", "denominator", "low", "high", BASE, "base_low", "base_high", "change", "change_low",
         "change_high")  # fmt: skip


def valued(frame: pd.DataFrame, *, shares: bool) -> pd.DataFrame:
    """A frame with `value`, `low` and `high`: of shares Wilson's interval where they are of counts, else none."""
    if "numerator" not in frame.columns:
        return frame.assign(low=np.nan, high=np.nan)
    above, below = (frame[name].astype("float64") for name in ("numerator", "denominator"))
    value = above / below.where(below != 0)
    low, high = wilson(above, below) if shares and counts(frame) else (np.nan, np.nan)
    return frame.assign(value=value, low=low, high=high)


def beside(
    frame: pd.DataFrame, bases: Sequence[pd.DataFrame], keys: Sequence[str], *, rate: bool, shares: bool
) -> pd.DataFrame:
    """The frame with what its groups had in other windows.

    Sums are the mean over the windows, with the interval in which an ordinary one lies; rates are pooled. `change` is
    relative for sums, and the difference for rates, with its interval.

    Args:
        frame: A valued frame.
        bases: The parts of the same groups in each of the windows.
        keys: The columns of groups.
        rate: Whether the change is a difference, and not relative.
        shares: Whether the value is a share of the rows that it divides by.
    """
    merged = [_merged(frame, base, keys) for base in bases]
    if "numerator" in frame.columns:
        above, below = (sum(_known(one[f"{name}_base"]) for one in merged) for name in ("numerator", "denominator"))
        pooled = pd.Series(above / np.where(below > 0, below, np.nan), index=frame.index)
        low, high = wilson(above, below) if shares and counts(frame) else (np.nan, np.nan)
        found = frame.assign(**{BASE: pooled}, base_low=low, base_high=high)
        if not rate:
            return found.assign(change=found["value"] / found[BASE] - 1)
        found = found.assign(change=found["value"] - found[BASE])
        rows = found[["value", "low", "high", BASE, "base_low", "base_high"]].to_numpy(dtype=float)
        ends = [difference_ends(tuple(row[:3]), tuple(row[3:])) for row in rows]
        return found.assign(change_low=[end[0] for end in ends], change_high=[end[1] for end in ends])
    values = np.array([_known(one["value_base"]) for one in merged]).T
    ranges = [prediction(list(row) if row.any() else ()) for row in values]  # none in any window: nothing varied
    mean = values.mean(axis=1)
    change = frame["value"].astype("float64") / np.where(mean > 0, mean, np.nan) - 1
    ends_of = {"base_low": [one[1] for one in ranges], "base_high": [one[2] for one in ranges]}
    return frame.assign(**{BASE: mean}, **ends_of, change=change)


def hidden_small(frame: pd.DataFrame, *, counted: bool) -> pd.DataFrame:
    """The frame without groups of few people, and without others that would give them away.

    Args:
        frame: With `people` where rows name any.
        counted: Whether the value, or the numerator of a rate, counts people itself.
    """
    dependent = [name for name in _TOLD if name in frame.columns]
    if PEOPLE not in frame.columns or frame[PEOPLE].isna().all():
        return frame.drop(columns=[PEOPLE], errors="ignore")
    people = {PEOPLE: dependent}
    frame = frame.assign(**{PEOPLE: _known(frame[PEOPLE]).astype("int64")})
    if counted and "numerator" in frame.columns:
        frame = frame.assign(numerator=_known(frame["numerator"]).astype("int64"))
        people["numerator"] = [name for name in dependent if name not in {"numerator", "denominator"}]
    whole = PLACE if PLACE in frame.columns else (lambda rows: pd.Series(data=True, index=rows.index))
    told = pd.DataFrame(masked(frame, people, [Sum(PEOPLE, whole, name="_all")]))
    return told.drop(columns=["_all"], errors="ignore")


def _merged(frame: pd.DataFrame, base: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """The parts of a base beside the groups of a frame, in its order."""
    parts = [name for name in ("value", "numerator", "denominator") if name in base.columns]
    renamed = base[[*keys, *parts]].rename(columns={name: f"{name}_base" for name in parts})
    if not keys:
        return renamed.set_axis(frame.index)
    return frame[list(keys)].merge(renamed, on=list(keys), how="left")


def _known(column: pd.Series[Any]) -> np.ndarray[Any, Any]:
    """Numbers; a group that a window or a part did not have brought nothing there."""
    return column.astype("float64").fillna(0.0).to_numpy()


def counts(frame: pd.DataFrame) -> bool:
    """Whether numerators and denominators are whole numbers, of which the one is a part of the other."""
    return all(isinstance(one, int | np.integer) or pd.isna(one) for name in ("numerator", "denominator")
               for one in frame[name]) and bool((frame["numerator"] <= frame["denominator"]).all())  # fmt: skip
