"""What the section `abuse` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from retro.sections import SECTIONS
from telling import cells, context_of, figures

NAN = float("nan")

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24")


RULES = pd.DataFrame(
    [
        ("velocity", 9, 200, 8, 10, 8 / 9, 0.8, 30),
        ("shared_device", 3, 200, 2, 10, 2 / 3, 0.2, 0),
        ("sign_in_burst", 0, 200, 0, 10, NAN, 0.0, 0),
        ("any", 9, 200, 8, 10, 8 / 9, 0.8, 30),
    ],
    columns=[
        "rule", "flagged", "participants", "confirmed", "clawed_back", "abuse_precision", "abuse_recall", "points_kept",
    ],
)  # fmt: skip


def test_abuse_is_held_against_claw_backs_and_names_nobody() -> None:
    finding = SECTIONS["abuse"](RULES, context())

    assert finding.sentence == (
        "Rules flag **9 participants as probable abusers**, 4.5% of 200. Against the 10 whose points were clawed back: "
        "88.9% of those flagged lost points, 80.0% of those who lost points are flagged, <5 were missed. "
        "**<5 more are flagged and keep their points; look at them again.** "
    )
    assert cells(finding)[1] == ["Many members on one device", "<5", "<5", "", ""]
    assert figures(finding)["abuse_recall"] == Decimal("0.8")


def test_abuse_without_acts_to_look_at_is_not_covered() -> None:
    assert not SECTIONS["abuse"](RULES, context(abuse={"acts": []})).covered


def test_a_few_flagged_have_no_share() -> None:
    finding = SECTIONS["abuse"](RULES.assign(flagged=4, confirmed=3), context())

    assert finding.sentence == "Of 200 participants rules flag **<5 as probable abusers**. "
    assert set(figures(finding).values()) == {None}
