"""An estimate or a count of a campaign beside its baseline."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from retro.metrics.intervals import difference_ends


def comparison(campaign: Mapping[str, Any], baseline: Mapping[str, Any], *, column: str = "rate") -> str:
    """Compare an estimate with another: `unknown`, `above`, `below`, or `alike` where their difference may be 0."""
    gap = difference(campaign, baseline, column=column)
    if math.isnan(gap["difference"]):
        return "unknown"
    return "above" if gap["low"] > 0 else "below" if gap["high"] < 0 else "alike"


def difference(campaign: Mapping[str, Any], baseline: Mapping[str, Any], *, column: str = "rate") -> dict[str, float]:
    """The difference of two estimates: `difference`, and its interval `low` and `high`; NaN where one is missing."""
    sides = [
        [np.nan if pd.isna(row[name]) else float(row[name]) for name in (column, "low", "high")]
        for row in (campaign, baseline)
    ]
    first, second = ((value, low, high) for value, low, high in sides)
    low, high = difference_ends(first, second)
    return {"difference": first[0] - second[0], "low": low, "high": high}


def lift_side(lift: Mapping[str, Any], counted: str) -> str:
    """Compare a count with the interval of its baseline: `above`, `below` or `alike`."""
    if lift[counted] > lift["baseline_high"]:
        return "above"
    return "below" if lift[counted] < lift["baseline_low"] else "alike"


LIFT_METHOD = "prediction interval (t) over equally long windows before the start"
"""How the interval of a change against baseline windows is made."""
