"""Small groups: a number of people that could point at somebody is masked, with all that would give it away."""

from __future__ import annotations

from retro.privacy.frames import masked
from retro.privacy.marks import FEW, LEAST, MORE, Hidden, few, hidden, masked_count
from retro.privacy.totals import Rest, Running, Sum, Total

__all__ = [
    "FEW", "LEAST", "MORE", "Hidden", "Rest", "Running", "Sum", "Total", "few", "hidden", "masked", "masked_count",
]  # fmt: skip
