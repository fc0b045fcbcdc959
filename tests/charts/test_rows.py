"""Row charts: marks along rows, and words at their ends."""

from __future__ import annotations

import pandas as pd
import pytest

from retro.charts.rows import Bar, Span, Tick, row_chart
from retro.errors import MetricError
from retro.i18n import load_text
from retro.privacy import FEW

EN = load_text("en")
KEY = "booking.chart"
FRAME = pd.DataFrame(
    {"label": ["a", "b"], "bold": ["2", "?"], "length": [2.0, None], "low": [1.0, None], "high": [3.0, None]}
)


def widths(*marks: Bar | Span | Tick, frame: pd.DataFrame = FRAME) -> list[float]:
    ax = row_chart(frame, EN, KEY, *marks).figure.axes[0]
    return [bar.get_width() for bar in ax.patches]  # type: ignore[attr-defined]  # bars


def test_a_missing_or_masked_length_has_no_bar() -> None:
    assert widths(Bar("length")) == [2, 0]
    assert widths(Bar("length"), frame=FRAME.assign(length=[2.0, FEW])) == [2, 0]


def test_bars_stack_where_they_are_asked_to() -> None:
    ax = row_chart(FRAME, EN, KEY, Bar("length"), Bar("high", stacked=True)).figure.axes[0]

    assert [bar.get_x() for bar in ax.patches] == [0, 0, 2, 0]  # type: ignore[attr-defined]  # bars


def test_words_stand_behind_the_longest_mark_or_at_the_edge() -> None:
    behind = row_chart(FRAME, EN, KEY, Bar("length"), Span("low", "high"), at="mark").figure.axes[0]

    assert behind.texts[0].xy == (3.0, 0)
    assert row_chart(FRAME, EN, KEY, Bar("length")).figure.axes[0].texts[0].xy == (1.0, 0)


def test_a_target_is_drawn_and_told() -> None:
    chart = row_chart(FRAME, EN, KEY, Bar("length"), target=5, target_words="target 5")

    assert chart.figure.axes[0].get_xlim()[1] == 5
    assert "target 5" in chart.alt


@pytest.mark.parametrize("mark", [Bar("gone"), Tick("gone"), Span("low", "gone")])
def test_a_frame_without_what_is_drawn_is_refused(mark: Bar | Span | Tick) -> None:
    with pytest.raises(MetricError, match=r"charts\.booking: frame must have the columns label, bold, .*gone"):
        row_chart(FRAME, EN, KEY, mark)
    with pytest.raises(MetricError, match=r"charts\.booking: frame must have rows, got none"):
        row_chart(FRAME.iloc[:0], EN, KEY, Bar("length"))
