"""What the section `participant_repurchase` says."""

from __future__ import annotations

from functools import partial

from retro.sections import SECTIONS
from telling import context_of, sides

NAN = float("nan")

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24")


def test_repurchase_without_participants_stays_empty() -> None:
    finding = SECTIONS["participant_repurchase"](sides((NAN, NAN, NAN), people=0), context())

    assert (finding.covered, finding.entries) == (False, ())
