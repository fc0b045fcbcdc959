"""What the section `reach` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import LANGS, Lang, Text
from retro.sections.reach import draw
from telling import context_of, figures, finder

NAN = float("nan")
context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17T00:00")
find = finder(context)


REACH = pd.DataFrame(
    [
        ("app", 120, 0.6, 50.0, 1.4, 90, 0.75, 0.66, 0.82),
        ("sms", 80, 0.4, 8.0, 9.0, 70, 0.875, 0.78, 0.93),
    ],
    columns=["channel", "registrations", "share", "baseline", "lift_rate", "reached", "rate", "low", "high"],
)


def test_reach_says_who_was_reached_and_which_channel_brought_most() -> None:
    finding = find("reach", REACH)
    assert "came into touch" in finding.exhibits[0].sentence
    assert "came into touch" not in finding.shows

    assert "**80.0% of the new registrations came into touch with the campaign** (160/200" in finding.sentence
    assert "Most were added through SMS: 80, baseline 8, **72 more**" in finding.sentence
    assert "grew fastest" not in finding.sentence  # it is the same channel
    assert figures(finding) == {"reach_rate": Decimal("0.8")}


def test_reach_without_a_record_of_touches_only_says_what_channels_brought() -> None:
    finding = find("reach", REACH.assign(reached=pd.NA, rate=NAN, low=NAN, high=NAN))

    assert "how many saw it is unknown" in finding.sentence
    assert "Most were added through SMS" in finding.sentence
    assert not finding.entries
    assert not finding.exhibits


@pytest.mark.parametrize("lang", LANGS)
def test_reach_that_cannot_be_told_is_one_line(lang: Lang) -> None:
    finding = find("reach", REACH.head(1).assign(channel=None, reached=0), lang=lang)

    assert not finding.covered
    assert len(finding.sentence.splitlines()) == 1


def test_a_channel_of_few_hides_the_total_that_would_tell_of_it() -> None:
    finding = find("reach", REACH.assign(reached=[90, 3]))

    assert finding.sentence.startswith("In some channels too few people came into touch with the campaign")
    assert figures(finding) == {"reach_rate": None}
    assert finding.table is not None
    assert [cell.text for cell in finding.table.rows[1]][-2:] == ["<5", ""]


DRAWN = pd.DataFrame(
    [("app", 1223, 515.0, 460.0, 570.0, 1.37), ("sms", 326, NAN, NAN, NAN, NAN), (None, 4, 1.0, 0.0, 3.0, 3.0)],
    columns=["channel", "registrations", "baseline", "baseline_low", "baseline_high", "lift_rate"],
)


def test_reach_names_channels_and_their_change(text: Text, said: Callable[[Chart], list[str]]) -> None:
    words = said(draw(DRAWN, text))

    assert {text.label("channel", "sms"), text("reach.chart.unknown"), "+137%", "–"} <= set(words)


def test_the_chart_is_readable_and_refuses_a_frame_without_rows(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN, text))
    with pytest.raises(MetricError, match=r"charts\.reach: frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text)
