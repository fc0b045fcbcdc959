"""What the section `tier_penetration` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections import SECTIONS
from retro.sections.tier_penetration import draw
from seen import words_in
from telling import cells, context_of

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24T00:00")


def penetration(after: float) -> pd.DataFrame:
    rows = [("all", "before", 10, 100, 0.1), ("all", "after", int(after * 100), 100, after)]
    rows += [("participants", "before", 5, 20, 0.25), ("participants", "after", 10, 20, 0.5)]
    rows += [("others", "before", 5, 80, 0.0625), ("others", "after", 5, 80, 0.0626)]
    frame = pd.DataFrame(rows, columns=["group", "moment", "above", "members", "rate"])
    return frame.assign(low=frame["rate"] - 0.01, high=frame["rate"] + 0.01)


def test_penetration_is_held_against_its_goal() -> None:
    goal = {"tier_penetration_rate": "0.6"}
    short = SECTIONS["tier_penetration"](penetration(0.15), context(targets=goal))
    reached = SECTIONS["tier_penetration"](penetration(0.65), context(targets=goal))

    assert short.sentence == (
        "Silver and above are **15.0%** of members (15/100), after 10.0% before the campaign (+5.0 pp). "
        "45.0 pp short of the target of 60%. Participants +25.0 pp, the others +0.0 pp. "
    )
    assert "The target of 60% is reached." in reached.sentence


def test_a_few_participants_are_not_given_away_by_the_others() -> None:
    frame = penetration(0.15)
    few = frame.assign(above=frame["above"].mask(frame["group"] == "participants", 4))

    finding = SECTIONS["tier_penetration"](few, context())

    assert "Participants" not in finding.sentence
    assert {row[0] for row in cells(finding)} == {"All members"}


def test_penetration_stands_before_and_after_with_its_target() -> None:
    frame = pd.DataFrame(
        [("all", "before", 10, 100, 0.1), ("all", "after", 20, 100, 0.2)],
        columns=["group", "moment", "above", "members", "rate"],
    )

    chart = draw(frame, load_text("en"), target=Decimal("0.6"))

    assert words_in(chart) == ["10.0% of 100", "20.0% of 100", "target 60%"]
    assert chart.figure.axes[0].get_xlim()[1] > 0.6
