"""What the section `registration_minutes` says."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pandas as pd

from telling import context_of, figures, finder

context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17")
find = finder(context)


def test_the_busiest_minute_stands_beside_the_baseline_pace() -> None:
    at = pd.date_range(dt.datetime(2025, 1, 10), periods=3, freq="min", unit="us")  # the baseline is 60 an hour
    frame = pd.DataFrame({"at": at, "events": [1, 4, 0], "smoothed": [1.0, 1.5, 2.0], "baseline_smoothed": [1.0] * 3})
    finding = find("registration_minutes", frame)

    assert "**10 Jan 00:01 with 4 new registrations**" in finding.sentence
    assert "the peak was 10 Jan 00:02 with 2 a minute. That is 2.0 times" in finding.sentence
    assert figures(finding) == {"peak_minute_registrations": 4}
    assert "times" not in find("registration_minutes", frame.assign(baseline_smoothed=0.01)).sentence
    assert not find("registration_minutes", frame.assign(events=0)).covered


def test_a_day_of_few_is_not_told() -> None:
    at = pd.date_range(dt.datetime(2025, 1, 10), periods=2, freq="D", unit="us")
    frame = pd.DataFrame({"at": at, "events": [3, 9], "smoothed": [1.0, 2.0], "baseline_smoothed": [float("nan")] * 2})
    table = find("registration_minutes", frame).table

    assert table is not None
    assert [[cell.text for cell in row][1:] for row in table.rows] == [["<5", "00:00", ""], ["9", "00:00", "9"]]
