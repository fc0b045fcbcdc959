"""What the section `support` says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import LANGS, Lang, Text
from retro.sections.support import draw
from telling import context_of, finder

context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17T00:00")
find = finder(context)


DAILY = pd.DataFrame({"on": [dt.date(2025, 1, 10)], "tickets": [30], "baseline": [20.0]})


TOPICS = pd.DataFrame(
    {"topic": ["task_reward", "login"], "tickets": [20, 10], "share": [0.67, 0.33], "baseline": [1.0, 19.0]}
)


def lift(tickets: int) -> pd.DataFrame:
    row = {"tickets": tickets, "baseline": 20.0, "baseline_low": 12.0, "baseline_high": 28.0}
    return pd.DataFrame([row | {"lift_rate": tickets / 20 - 1, "lift_low": 0.1, "lift_high": 1.5, "lost_days": 0}])


def answers(tickets: int = 30) -> pd.DataFrame:
    columns = ["cohort", "tickets", "answered", "median_seconds", "p90_seconds", "within", "rate", "low", "high"]
    rows = [
        ("campaign", tickets, tickets, 19.0, 44.0, 24, 0.8, 0.63, 0.91),
        ("baseline", 9, 0, None, None, 0, 0, 0, 0.3),
    ]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize(
    ("tickets", "words"),
    [
        (30, "**30 support enquiries, +50.0%**"),
        (22, "within the baseline's interval"),
        (10, "10 support enquiries, −50.0%"),
        (4, "Fewer than five people"),
    ],
)
def test_support_says_how_the_load_compares(tickets: int, words: str) -> None:
    assert words in find("support", DAILY, lift(tickets), answers(), TOPICS).sentence


def test_lost_days_of_enquiries_are_told() -> None:
    english, chinese = (
        find("support", DAILY, lift(30).assign(lost_days=[2]), answers(), TOPICS, lang=lang).warnings
        for lang in ("en", "zh")
    )

    assert english == (
        "Enquiries of 2 days of the campaign are lost: their number and its baseline are of the other days.",
    )
    assert chinese == ("活动期有 2 天的咨询数据缺失：咨询量与基线都只含其余各天。",)
    lost = find("support", DAILY, lift(30).assign(tickets=[None]), answers(), TOPICS)
    assert (lost.sentence.strip(), lost.covered) == ("Enquiries of all days of the campaign are lost.", False)


def test_support_says_how_fast_and_what_about() -> None:
    sentence = find("support", DAILY, lift(30), answers(), TOPICS, voice={"answer_seconds": 25}).sentence

    assert "**80.0% were answered within 25 seconds** (24/30" in sentence
    assert "“tasks and rewards” grew most: 20 enquiries (67%), baseline 1.0" in sentence
    assert "The baseline is" not in sentence  # nobody was answered then


def test_support_without_history_does_not_compare() -> None:
    nothing = lift(30).assign(lift_rate=float("nan"))

    assert (
        "too little data" in find("support", DAILY, nothing.assign(baseline=float("nan")), answers(), TOPICS).sentence
    )
    assert (
        "the baseline of as many days is 0"
        in find("support", DAILY, nothing.assign(baseline=0.0), answers(), TOPICS).sentence
    )


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_asked_is_said_in_one_line(lang: Lang) -> None:
    finding = find("support", DAILY, lift(0), answers(0), TOPICS, lang=lang)

    assert not finding.covered
    assert not finding.entries
    assert len(finding.sentence.splitlines()) == 1


DRAWN = pd.DataFrame(
    {
        "on": [dt.date(2025, 1, 10), dt.date(2025, 1, 11)],
        "tickets": [27, 38],
        "baseline": [20.0, 18.0],
        "baseline_low": [4.0, 3.0],
        "baseline_high": [36.0, 32.0],
    }
)


def test_support_counts_tickets(text: Text, readable: Callable[[Chart], None]) -> None:
    chart = draw(DRAWN, text)

    assert text("chart.tickets", count="65") in chart.alt
    readable(chart)


def test_an_empty_frame_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text)
