"""What the section `participant_repurchase` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections import SECTIONS
from retro.sections.participant_repurchase import draw
from seen import row_names, words_in
from telling import context_of, sides

NAN = float("nan")

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24")


def test_repurchase_without_participants_stays_empty() -> None:
    finding = SECTIONS["participant_repurchase"](sides((NAN, NAN, NAN), people=0), context())

    assert (finding.covered, finding.entries) == (False, ())


DRAWN = pd.DataFrame(
    [
        ("treated", 10, 0.4, 0.2, 0.6),
        ("alike", 8, 0.2, 0.1, 0.3),
        ("others", 50, 0.1, 0.05, 0.2),
        ("difference", 8, 0.2, 0.1, 0.3),
    ],
    columns=["side", "people", "rate", "low", "high"],
)


def test_sides_are_dots_and_their_difference_is_left_to_words() -> None:
    chart = draw(DRAWN, load_text("en"))

    assert row_names(chart)[0] == "Participants"
    assert words_in(chart)[:2] == ["40.0%", "of 10"]
    assert len(row_names(chart)) == 3
