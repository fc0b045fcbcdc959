from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections import SECTIONS
from retro.sections.feedback import draw as feedback
from retro.sections.satisfaction import draw as satisfaction
from retro.sections.support import draw as support

ANSWERS = pd.DataFrame(
    [
        ("positive", "mood", "positive", 259, 369, 0.70, 0.65, 0.75),
        ("negative", "mood", "negative", 110, 369, 0.30, 0.25, 0.35),
        ("positive", "reason", "tasks_simple", 259, 259, 1.0, 0.98, 1.0),
        ("negative", "reason", "hints_unclear", 110, 110, 1.0, 0.96, 1.0),
    ],
    columns=["mood", "question", "answer", "answers", "asked", "rate", "low", "high"],
)
SCORES = pd.DataFrame(
    [("nps", 1770, 246, 434, 1090, 47.7, 44.3, 51.1), ("csat", 1, 0, 0, 1, 5.0, float("nan"), float("nan"))],
    columns=["measure", "answers", "negative", "neutral", "positive", "value", "low", "high"],
)
TICKETS = pd.DataFrame(
    {
        "on": [dt.date(2025, 1, 10), dt.date(2025, 1, 11)],
        "tickets": [27, 38],
        "baseline": [20.0, 18.0],
        "baseline_low": [4.0, 3.0],
        "baseline_high": [36.0, 32.0],
    }
)


def test_feedback_follows_each_mood_by_its_reasons(
    text: Text, said: Callable[[Chart], list[str]], readable: Callable[[Chart], None]
) -> None:
    chart = feedback(ANSWERS, text)

    order = [one for one in said(chart) if any(text.label("answer", name) in one for name in ANSWERS["answer"])]
    assert order.index(text.label("answer", "positive")) < order.index(text.label("answer", "negative"))
    assert "70.0%" in chart.alt
    readable(chart)


def test_satisfaction_shows_scores_as_readers_write_them(
    text: Text, said: Callable[[Chart], list[str]], readable: Callable[[Chart], None]
) -> None:
    chart = satisfaction(SCORES, text)

    assert {"48", "5.00"} <= set(said(chart))
    assert any("44 – 51" in words for words in said(chart))
    readable(chart)


def test_support_counts_tickets(text: Text, readable: Callable[[Chart], None]) -> None:
    chart = support(TICKETS, text)

    assert text("chart.tickets", count="65") in chart.alt
    readable(chart)


@pytest.mark.parametrize("name", ["feedback", "satisfaction", "support"])
def test_an_empty_frame_is_refused(name: str, text: Text) -> None:
    frame = {"feedback": ANSWERS, "satisfaction": SCORES, "support": TICKETS}[name]

    with pytest.raises(MetricError, match="frame must have rows, got none"):
        SECTIONS[name].draw(frame.iloc[:0], text)
