"""What the section `reviews` says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.metrics import review_score
from retro.sections.reviews import draw
from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


@pytest.mark.parametrize(
    ("negative", "words"),
    [(1, "**below the alarm at 5%**"), (5, "covers the alarm at 5%**"), (30, "**above the alarm")],
)
def test_the_alarm_is_raised_only_once_the_interval_lies_above_it(negative: int, words: str) -> None:
    counts = [negative, 0, 0, 0, 130 - negative]
    stars = pd.DataFrame({"rating": [1, 2, 3, 4, 5], "reviews": counts, "share": [count / 130 for count in counts]})

    assert words in find("reviews", stars, review_score(stars)).sentence


DRAWN = pd.DataFrame(
    {"rating": [1, 2, 3, 4, 5], "reviews": [5, 5, 7, 25, 326], "share": [0.01, 0.01, 0.02, 0.07, 0.89]}
)


def test_the_chart_is_readable_and_refuses_a_frame_without_rows(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN, text))
    with pytest.raises(MetricError, match=r"charts\.reviews: frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text)
