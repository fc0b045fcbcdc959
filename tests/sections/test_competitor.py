"""What the section `competitor` says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.competitor import draw
from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


def test_a_survey_that_nobody_answered_says_so() -> None:
    asked = pd.DataFrame(columns=["answer", "answers", "rate", "low", "high", "asked"])
    offers = pd.DataFrame(columns=["competitor", "offer", "channel", "starts_at", "ends_at"])

    assert find("competitor", asked, offers).sentence == "Nobody answered which offer they prefer."


@pytest.mark.parametrize(
    ("answers", "words"), [(60, "**60.0% of those asked answered “prefer"), (4, "<5 of 100 asked: prefer")]
)
def test_our_offer_stands_with_those_asked(answers: int, words: str) -> None:
    row = {"answer": "early_bird", "answers": answers, "asked": 100, "rate": answers / 100, "low": 0.01, "high": 0.7}
    offers = pd.DataFrame(columns=["competitor", "offer", "channel", "starts_at", "ends_at"])
    finding = find("competitor", pd.DataFrame([row]), offers)

    assert words in finding.sentence
    assert [entry.name for entry in finding.entries] == ["own_offer_rate"]


DRAWN = pd.DataFrame(
    {
        "answer": ["early_bird", "competitor"],
        "answers": [262, 69],
        "asked": [331, 331],
        "rate": [0.79, 0.21],
        "low": [0.74, 0.17],
        "high": [0.83, 0.26],
    }
)


def test_the_chart_is_readable_and_refuses_a_frame_without_rows(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN, text, own="early_bird"))
    with pytest.raises(MetricError, match=r"charts\.competitor: frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text, own="early_bird")
