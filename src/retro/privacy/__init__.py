"""Privacy: small numbers of people are masked with all that would give them away; free text loses what names people."""

from __future__ import annotations

from retro.privacy.frames import masked, without_names
from retro.privacy.marks import FEW, LEAST, MORE, Hidden, few, hidden, masked_count
from retro.privacy.people import GONE, LEFT_OUT, addressed, nameless, people_in, without_people
from retro.privacy.totals import Across, Amount, Rest, Running, Sum, Total

__all__ = [
    "FEW", "GONE", "LEAST", "LEFT_OUT", "MORE", "Across", "Amount", "Hidden", "Rest", "Running", "Sum", "Total",
    "addressed", "few", "hidden", "masked", "masked_count", "nameless", "people_in", "without_names",
    "without_people",
]  # fmt: skip
