"""What the section `participant_repurchase` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from retro.sections import SECTIONS
from telling import context_of

NAN = float("nan")

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24")


def sides(gap: tuple[float, float, float], people: int = 50) -> pd.DataFrame:
    rows = [
        ("treated", people, 20, 0.4, 0.3, 0.5),
        ("alike", 40, pd.NA, 0.3, 0.2, 0.4),
        ("others", 80, 16, 0.2, 0.1, 0.3),
        ("difference", 40, pd.NA, *gap),
    ]
    return pd.DataFrame(rows, columns=["side", "people", "buyers", "rate", "low", "high"])


def test_repurchase_without_participants_stays_empty() -> None:
    finding = SECTIONS["participant_repurchase"](sides((NAN, NAN, NAN), people=0), context())

    assert (finding.covered, finding.entries) == (False, ())
