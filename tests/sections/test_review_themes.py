"""What the section `review_themes` says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.review_themes import draw
from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


def test_counts_of_few_people_are_not_told() -> None:
    frame = pd.DataFrame(
        {
            "theme": ["price"],
            "reviews": [30],
            "praised": pd.array([28], dtype="Int64"),
            "criticised": pd.array([None], dtype="Int64"),
            "praise": [("折扣力度大",)],
            "criticism": [()],
        }
    )
    frame.attrs = {"reviews": 40, "unthemed": 10}
    finding = find("review_themes", frame)

    assert "No theme is criticised by 5 people or more" in finding.sentence
    assert finding.table is not None
    assert [cell.text for cell in finding.table.rows[0]][4] == "fewer than 5 people"


DRAWN = pd.DataFrame(
    {
        "theme": ["stock", "delivery", "price"],
        "reviews": [6, 163, 30],
        "praised": pd.array([0, 163, 28], dtype="Int64"),
        "criticised": pd.array([6, 0, None], dtype="Int64"),
    }
)


def test_a_theme_of_too_few_critics_shows_no_count_of_them(text: Text, said: Callable[[Chart], list[str]]) -> None:
    words = said(draw(DRAWN, text))

    assert sum(text("review_themes.chart.quiet", criticised=6) == word for word in words) == 1
    assert text("review_themes.chart.quiet", criticised=0) not in words


def test_the_chart_is_readable_and_refuses_a_frame_without_rows(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN, text))
    with pytest.raises(MetricError, match=r"charts\.review_themes: frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text)
