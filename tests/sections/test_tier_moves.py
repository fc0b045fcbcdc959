"""What the section `tier_moves` says."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest
from matplotlib.collections import QuadMesh

from retro.errors import MetricError
from retro.i18n import load_text
from retro.metrics.tier_moves import NEW
from retro.privacy import masked
from retro.sections import SECTIONS
from retro.sections.tier_moves import draw
from seen import row_names, words_in
from telling import cells, context_of

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24T00:00")


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


DRAWN = pd.DataFrame(
    [
        ("none", "member", 0, 0, float("nan")),
        ("none", "gold", 0, 0, float("nan")),
        ("member", "member", 96, 99, 96 / 99),
        ("member", "gold", 3, 99, 3 / 99),
        ("gold", "member", 0, 7, 0.0),
        ("gold", "gold", 7, 7, 1.0),
    ],
    columns=["before", "after", "members", "total", "rate"],
)


def test_a_few_who_moved_are_not_told_apart() -> None:
    chart = draw(masked(DRAWN, {"members": ["rate"]}), load_text("en"))

    assert row_names(chart) == ["Member (99)", "Gold (7)"]
    assert words_in(chart) == ["97.0%", "<5", "", "100.0%"]
    assert "3.0%" not in chart.svg()
    (mesh,) = [one for one in chart.figure.axes[0].collections if isinstance(one, QuadMesh)]
    assert mesh.get_array().ravel().tolist() == pytest.approx([96 / 99, 0, 0, 1])  # type: ignore[union-attr]  # drawn


def test_a_frame_without_its_columns_is_refused() -> None:
    with pytest.raises(MetricError, match=r"frame must have the columns"):
        draw(pd.DataFrame({"x": [1]}), load_text("en"))
