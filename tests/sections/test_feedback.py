"""What the section `feedback` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import LANGS, Lang, Text
from retro.sections.feedback import draw
from telling import context_of, finder

context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17T00:00")
find = finder(context)


MOODS = pd.DataFrame(
    [
        ("positive", "mood", "positive", 70, 100, 0.70, 0.60, 0.78),
        ("negative", "mood", "negative", 30, 100, 0.30, 0.22, 0.40),
        ("negative", "reason", "hints_unclear", 20, 30, 0.67, 0.49, 0.81),
    ],
    columns=["mood", "question", "answer", "answers", "asked", "rate", "low", "high"],
)


NEGATIVE = pd.DataFrame(
    [
        ("reviews", 4, 86, 0.047, 0.018, 0.114),
        ("reviews_baseline", 17, 1121, 0.015, 0.009, 0.024),
        ("surveys", 30, 100, 0.30, 0.22, 0.40),
    ],
    columns=["source", "negative", "answers", "rate", "low", "high"],
)


def test_feedback_says_moods_with_their_reasons_and_holds_them_against_the_alarm() -> None:
    finding = find("feedback", MOODS, NEGATIVE)

    assert "**positive: 70.0%** (70/100)" in finding.sentence
    assert "mostly for “task hints unclear” (20/30)" in finding.sentence
    assert "4.7% (4/86, 95% interval 1.8% – 11.4%), **too few to tell**" in finding.sentence
    assert "30.0% (30/100, 95% interval 22.0% – 40.0%), **above the alarm**" in finding.sentence
    rates = {entry.name: entry.value for entry in finding.entries}
    assert rates["negative_review_rate"] == Decimal("0.047")
    assert rates["negative_feedback_rate"] == Decimal("0.3")


def test_the_alarm_is_what_the_params_say() -> None:
    finding = find("feedback", MOODS, NEGATIVE, voice={"negative_alarm": "0.5"})

    assert "alarm at 50%" in finding.sentence
    assert finding.sentence.count("below it") == 2


def test_feedback_without_moods_says_what_was_chosen_most() -> None:
    offers = MOODS.assign(mood=None, question="offer").head(1)

    assert "Chosen most: **“positive”, 70.0%** (70/100)" in find("feedback", offers, NEGATIVE).sentence


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_said_is_said_in_one_line(lang: Lang) -> None:
    finding = find("feedback", MOODS.iloc[:0], NEGATIVE.iloc[:0], lang=lang)

    assert not finding.covered
    assert not finding.entries
    assert len(finding.sentence.splitlines()) == 1


def test_what_few_answered_is_masked_and_reviews_are_not() -> None:
    finding = find("feedback", MOODS.assign(answers=[97, 3, 3]), NEGATIVE.assign(negative=[4, 17, 3]))
    rates = {entry.name: entry.value for entry in finding.entries}

    assert "**negative:" not in finding.sentence
    assert "survey answers" not in finding.sentence
    assert rates["negative_feedback_rate"] is None
    assert rates["negative_review_rate"] == Decimal("0.047")
    assert not finding.next_step


DRAWN = pd.DataFrame(
    [
        ("positive", "mood", "positive", 259, 369, 0.70, 0.65, 0.75),
        ("negative", "mood", "negative", 110, 369, 0.30, 0.25, 0.35),
        ("positive", "reason", "tasks_simple", 259, 259, 1.0, 0.98, 1.0),
        ("negative", "reason", "hints_unclear", 110, 110, 1.0, 0.96, 1.0),
    ],
    columns=["mood", "question", "answer", "answers", "asked", "rate", "low", "high"],
)


def test_feedback_follows_each_mood_by_its_reasons(
    text: Text, said: Callable[[Chart], list[str]], readable: Callable[[Chart], None]
) -> None:
    chart = draw(DRAWN, text)

    order = [one for one in said(chart) if any(text.label("answer", name) in one for name in DRAWN["answer"])]
    assert order.index(text.label("answer", "positive")) < order.index(text.label("answer", "negative"))
    assert "70.0%" in chart.alt
    readable(chart)


def test_an_empty_frame_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text)
