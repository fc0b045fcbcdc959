"""What the section `leaderboard` says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.sections import SECTIONS
from telling import cells, context_of, figures

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24T00:00")


BOARD = {"snapshot_at": dt.datetime(2025, 1, 24), "members": 100, "shown": 53, "booked": 50_000, "mismatched": 1}


@pytest.mark.parametrize(
    ("off", "words"),
    [(0, "are **exactly those booked**"), (4, "within the 0.01% tolerated"), (40, "**more than the 0.01% tolerated**")],
)
def test_the_board_is_judged_by_what_is_tolerated(off: int, words: str) -> None:
    frame = pd.DataFrame([BOARD | {"off": off, "leaderboard_error_rate": off / 50_000}])

    finding = SECTIONS["leaderboard"](frame, context(targets={"leaderboard_error_rate": "0.0001"}))

    assert words in finding.sentence
    assert cells(finding)[0][4] == "<5"
    assert figures(finding)["leaderboard_error_rate"] == Decimal(str(off / 50_000))


def test_no_board_is_not_covered() -> None:
    assert not SECTIONS["leaderboard"](pd.DataFrame([BOARD]).iloc[:0], context()).covered
