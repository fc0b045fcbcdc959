"""What the section `abuse` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.sections import SECTIONS
from telling import cells, context_of, figures

NAN = float("nan")

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24T00:00")


RULES = pd.DataFrame(
    [
        ("velocity", 29, 200, 21, 28, 21 / 29, 0.75, 30),
        ("shared_device", 3, 200, 2, 28, 2 / 3, 2 / 28, 0),
        ("sign_in_burst", 0, 200, 0, 28, NAN, 0.0, 0),
        ("any", 29, 200, 21, 28, 21 / 29, 0.75, 30),
    ],
    columns=[
        "rule", "flagged", "participants", "confirmed", "clawed_back", "abuse_precision", "abuse_recall", "points_kept",
    ],
)  # fmt: skip


def test_abuse_is_held_against_claw_backs_and_names_nobody() -> None:
    finding = SECTIONS["abuse"](RULES, context())

    assert finding.sentence == (
        "Rules flag **29 participants as probable abusers**, 14.5% of 200. Against the 28 whose points were clawed "
        "back: 72.4% of those flagged lost points, 75.0% of those who lost points are flagged, 7 were missed. "
        "**8 more are flagged and keep 30 points of the contest; look at them again.** "
    )
    assert cells(finding)[1] == ["Many members on one device", "<5", "<5", "", ""]
    assert figures(finding)["abuse_recall"] == Decimal("0.75")


@pytest.mark.parametrize(
    ("counts", "words", "shown"),
    [
        (  # 21 of 24: how many were clawed back is not told, or the 3 who were missed were known
            {"flagged": 29, "confirmed": 21, "clawed_back": 24},
            "72.4% of those flagged lost points; <5 who lost points were missed. **8 more are flagged",
            ["29", "21", "72.4%", ""],
        ),
        (  # 21 of 24 flagged: the 21 are not told, or the 3 who keep their points were known
            {"flagged": 24, "confirmed": 21, "clawed_back": 28},
            "12.0% of 200. **<5 more are flagged and keep their points; look at them again.** ",
            ["24", "≥5", "", ""],
        ),
    ],
)
def test_a_few_are_not_the_difference_of_what_is_told(counts: dict[str, int], words: str, shown: list[str]) -> None:
    finding = SECTIONS["abuse"](RULES.assign(**counts, precision=21 / 29, recall=0.8), context())

    assert words in finding.sentence
    assert cells(finding)[3][1:] == shown
    assert figures(finding)["abuse_recall"] is None


def test_abuse_without_acts_to_look_at_is_not_covered() -> None:
    assert not SECTIONS["abuse"](RULES, context(abuse={"acts": []})).covered


def test_a_few_flagged_have_no_share() -> None:
    finding = SECTIONS["abuse"](RULES.assign(flagged=4, confirmed=3), context())

    assert finding.sentence == "Rules flag **<5 of 200 participants as probable abusers**. "
    assert set(figures(finding).values()) == {None}
