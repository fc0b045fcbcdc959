"""What the section `registration_minutes` says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.registration_minutes import draw as registration_minutes
from telling import context_of, figures, finder

context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17T00:00")
find = finder(context)


def test_the_busiest_minute_stands_beside_the_baseline_pace() -> None:
    at = pd.date_range(dt.datetime(2025, 1, 10), periods=3, freq="min", unit="us")  # the baseline is 60 an hour
    frame = pd.DataFrame({"at": at, "events": [1, 40, 0], "smoothed": [1.0, 1.5, 2.0], "baseline_smoothed": [1.0] * 3})
    finding = find("registration_minutes", frame)

    assert "**10 Jan 00:01 with 40 new registrations**" in finding.sentence
    assert "the peak was 10 Jan 00:02 with 2 a minute. That is 2.0 times" in finding.sentence
    assert figures(finding) == {"peak_minute_registrations": 40}
    assert "times" not in find("registration_minutes", frame.assign(baseline_smoothed=0.01)).sentence
    assert not find("registration_minutes", frame.assign(events=0)).covered
    few = find("registration_minutes", frame.assign(events=4))
    assert "with <5 new registrations" in few.sentence
    assert figures(few) == {"peak_minute_registrations": None}
    assert not find("registration_minutes", frame.assign(smoothed=0.05)).covered, "3 in the busiest hour"


def test_a_day_of_few_is_not_told() -> None:
    at = pd.date_range(dt.datetime(2025, 1, 10), periods=2, freq="D", unit="us")
    frame = pd.DataFrame({"at": at, "events": [3, 9], "smoothed": [1.0, 2.0], "baseline_smoothed": [float("nan")] * 2})
    table = find("registration_minutes", frame).table

    assert table is not None
    assert [[cell.text for cell in row][1:] for row in table.rows] == [["<5", "", ""], ["9", "00:00", "9"]]


def minutes(days: int = 2) -> pd.DataFrame:
    at = pd.date_range(dt.datetime(2025, 1, 10), periods=days * 1440, freq="min", unit="us")
    frame = pd.DataFrame({"at": at, "events": 1, "smoothed": 1.0, "baseline_smoothed": 0.5})
    frame.loc[1500, ["events", "smoothed"]] = [9, 3.0]
    return frame


def test_words_are_readable_on_pages_and_phones(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(registration_minutes(minutes(), text))


def test_an_empty_frame_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match=r"charts\.registration_minutes: frame must have rows, got none"):
        registration_minutes(minutes().iloc[:0], text)


def test_registration_minutes_label_the_busiest_stretch(text: Text, said: Callable[[Chart], list[str]]) -> None:
    chart = registration_minutes(minutes(), text)

    moment = f"{text.short_day(dt.date(2025, 1, 11))} 01:00"
    assert moment in said(chart)
    assert moment in chart.caption


def test_the_minutes_of_a_week_stay_a_small_picture(text: Text) -> None:
    assert len(registration_minutes(minutes(7), text).svg()) < 60_000
