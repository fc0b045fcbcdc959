"""The test of a placebo that sections with matched comparisons share."""

from collections.abc import Mapping
from typing import Any

_EFFECTS = ("effect_per_user", "low", "high", "effect", "effect_low", "effect_high")
_PLACEBO = ("placebo_per_user", "placebo_low", "placebo_high")

PEOPLE = {"participants": ("matched_rate",), "matched": ("matched_rate", *_EFFECTS, *_PLACEBO)}
"""What the row of `metrics.matched_participants` counts people in, and what would give them away."""

_SMALL = 0.1
"""A placebo that leaves 0 is passed over where it is at most this part of the effect, both at the unkind end."""


def trusted(row: Mapping[str, Any]) -> bool:
    """Whether the placebo lets an effect be believed: its interval holds 0, or is a small part of the effect's."""
    if row["placebo_low"] <= 0 <= row["placebo_high"]:
        return True
    bias = max(abs(row["placebo_low"]), abs(row["placebo_high"]))
    least = 0.0 if row["low"] <= 0 <= row["high"] else min(abs(row["low"]), abs(row["high"]))
    return bool(bias <= _SMALL * least)
