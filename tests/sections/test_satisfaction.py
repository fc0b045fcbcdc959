"""What the section `satisfaction` says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import LANGS, Lang, Text
from retro.sections.satisfaction import draw
from telling import context_of, finder

context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17T00:00")
find = finder(context)


def test_satisfaction_says_each_score_with_its_interval() -> None:
    scores = pd.DataFrame(
        [("nps", 1770, 246, 434, 1090, 47.7, 44.3, 51.1), ("csat", 1, 0, 0, 1, 5.0, None, None)],
        columns=["measure", "answers", "negative", "neutral", "positive", "value", "low", "high"],
    )
    finding = find("satisfaction", scores)  # the one answer to the second question is told nowhere

    assert finding.sentence == "NPS **48** (95% interval 44 – 51, 1,770 answers). "
    assert [(entry.name, entry.unit) for entry in finding.entries] == [("nps", "score"), ("csat", "stars")]


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_said_is_said_in_one_line(lang: Lang) -> None:
    scores = pd.DataFrame(columns=["measure", "answers", "negative", "neutral", "positive", "value", "low", "high"])
    finding = find("satisfaction", scores, lang=lang)

    assert not finding.covered
    assert not finding.entries
    assert len(finding.sentence.splitlines()) == 1


DRAWN = pd.DataFrame(
    [("nps", 1770, 246, 434, 1090, 47.7, 44.3, 51.1), ("csat", 1, 0, 0, 1, 5.0, float("nan"), float("nan"))],
    columns=["measure", "answers", "negative", "neutral", "positive", "value", "low", "high"],
)


def test_satisfaction_shows_scores_as_readers_write_them(
    text: Text, said: Callable[[Chart], list[str]], readable: Callable[[Chart], None]
) -> None:
    chart = draw(DRAWN, text)

    assert {"48", "5.00"} <= set(said(chart))
    assert any("44 – 51" in words for words in said(chart))
    readable(chart)


def test_an_empty_frame_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text)
