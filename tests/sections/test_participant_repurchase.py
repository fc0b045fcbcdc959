"""What the section `participant_repurchase` says."""

from __future__ import annotations

from functools import partial

from retro.i18n import load_text
from retro.sections import SECTIONS
from retro.sections.participant_repurchase import draw
from seen import row_names, words_in
from telling import context_of, sides

NAN = float("nan")

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24T00:00")


def test_repurchase_without_participants_stays_empty() -> None:
    finding = SECTIONS["participant_repurchase"](sides((NAN, NAN, NAN), people=0), context())

    assert (finding.covered, finding.entries) == (False, ())


def test_sides_are_dots_and_their_difference_is_left_to_words() -> None:
    chart = draw(sides((0.2, 0.1, 0.3), people=10), load_text("en"))

    assert row_names(chart)[0] == "Participants"
    assert words_in(chart)[:2] == ["40.0%", "of 10"]
    assert len(row_names(chart)) == 3
