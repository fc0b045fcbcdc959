"""What the findings on feedback, satisfaction and support say."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.i18n import LANGS, Lang
from telling import context_of, finder

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
        ("reviews_usual", 17, 1121, 0.015, 0.009, 0.024),
        ("surveys", 30, 100, 0.30, 0.22, 0.40),
    ],
    columns=["source", "negative", "answers", "rate", "low", "high"],
)
DAILY = pd.DataFrame({"on": [dt.date(2025, 1, 10)], "tickets": [30], "baseline": [20.0]})
TOPICS = pd.DataFrame(
    {"topic": ["task_reward", "login"], "tickets": [20, 10], "share": [0.67, 0.33], "usual": [1.0, 19.0]}
)

context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17")
find = finder(context)


def lift(tickets: int) -> pd.DataFrame:
    row = {"tickets": tickets, "baseline": 20.0, "baseline_low": 12.0, "baseline_high": 28.0}
    return pd.DataFrame([row | {"lift_rate": tickets / 20 - 1, "lift_low": 0.1, "lift_high": 1.5}])


def answers(tickets: int = 30) -> pd.DataFrame:
    columns = ["cohort", "tickets", "answered", "median_seconds", "p90_seconds", "within", "rate", "low", "high"]
    rows = [("campaign", tickets, tickets, 19.0, 44.0, 24, 0.8, 0.63, 0.91), ("usual", 9, 0, None, None, 0, 0, 0, 0.3)]
    return pd.DataFrame(rows, columns=columns)


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
    none = find("feedback", MOODS.iloc[:0], NEGATIVE.iloc[:0], lang=lang)
    scores = pd.DataFrame(columns=["measure", "answers", "negative", "neutral", "positive", "value", "low", "high"])

    for finding in (none, find("satisfaction", scores, lang=lang), find("support", DAILY, lift(0), answers(0), TOPICS)):
        assert not finding.covered
        assert not finding.entries
        assert len(finding.sentence.splitlines()) == 1


def test_satisfaction_says_each_score_with_its_interval() -> None:
    scores = pd.DataFrame(
        [("nps", 1770, 246, 434, 1090, 47.7, 44.3, 51.1), ("csat", 1, 0, 0, 1, 5.0, None, None)],
        columns=["measure", "answers", "negative", "neutral", "positive", "value", "low", "high"],
    )
    finding = find("satisfaction", scores)

    assert finding.sentence == "NPS **48** (95% interval 44 – 51, 1,770 answers); CSAT **5.00** (1 answer only). "
    assert [(entry.name, entry.unit) for entry in finding.entries] == [("nps", "score"), ("csat", "ratio")]


@pytest.mark.parametrize(
    ("tickets", "words"),
    [(30, "**30 support enquiries, +50.0%**"), (22, "within what is usual"), (4, "4 support enquiries, −80.0%")],
)
def test_support_says_how_the_load_compares(tickets: int, words: str) -> None:
    assert words in find("support", DAILY, lift(tickets), answers(), TOPICS).sentence


def test_support_says_how_fast_and_what_about() -> None:
    sentence = find("support", DAILY, lift(30), answers(), TOPICS, voice={"answer_seconds": 25}).sentence

    assert "**80.0% were answered within 25 seconds** (24/30" in sentence
    assert "“tasks and rewards” grew most: 20 enquiries (67%), usually 1.0" in sentence
    assert "Usually it is" not in sentence  # nobody was answered then


def test_support_without_history_does_not_compare() -> None:
    nothing = lift(30).assign(lift_rate=float("nan"))

    assert (
        "too little data" in find("support", DAILY, nothing.assign(baseline=float("nan")), answers(), TOPICS).sentence
    )
    assert "usually bring none" in find("support", DAILY, nothing.assign(baseline=0.0), answers(), TOPICS).sentence
