"""What the section `tier_moves` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from retro.metrics.tier_moves import NEW
from retro.sections import SECTIONS
from telling import cells, context_of

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24")


MOVES = pd.DataFrame(
    [
        (NEW, "member", 9, 9, 1.0),
        (NEW, "silver", 0, 9, 0.0),
        ("member", "member", 90, 97, 90 / 97),
        ("member", "silver", 7, 97, 7 / 97),
        ("silver", "member", 3, 20, 0.15),
        ("silver", "silver", 17, 20, 0.85),
    ],
    columns=["before", "after", "members", "total", "rate"],
)


def test_moves_leave_out_who_is_new_and_do_not_tell_a_few_apart() -> None:
    finding = SECTIONS["tier_moves"](MOVES, context())

    assert finding.sentence == "Of 117 members with a tier before, **7 rose (6.0%)** and <5 fell. "
    assert cells(finding) == [["None before", "9", "0"], ["Member", "90", "7"], ["Silver", "<5", "≥5"]]
