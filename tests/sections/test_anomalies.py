"""What the section `anomalies` says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.anomalies import draw as unusual_days
from telling import finder, month

find = finder(month)


def test_unusual_days_are_set_beside_the_calendar() -> None:
    days = [dt.date(2025, 2, 8) + dt.timedelta(days=place) for place in range(26)]
    daily = pd.DataFrame({"on": days, "orders": [*[10] * 21, 90, 10, 10, 1, 10]})
    days = days[21:]
    columns = ["start_at", "end_at", "points", "value", "expected", "size", "size_rate", "score"]
    found = pd.DataFrame(
        [(days[0], days[0], 1, 90.0, 10.0, 80.0, 8.0, 9.0), (days[3], days[3], 1, 1.0, 10.0, -9.0, -0.9, -4.0)],
        columns=columns,
    )
    calendar = [{"title": "Flash-sale night", "start": "2025-02-28", "end": "2025-03-01"}]

    finding = find("anomalies", found, daily, calendar=calendar)

    assert "2 stretches of the month are unusual: the calendar explains 1, **1 it does not**" in finding.sentence
    assert "80 more than expected (+8.0×). Calendar: Flash-sale night." in finding.sentence
    assert "**Nothing in the calendar**" in finding.sentence
    (exhibit,) = finding.exhibits
    assert exhibit.frame is not None
    assert exhibit.frame["explained"].tolist() == [*[False] * 21, True, False, False, False, False]
    assert finding.entries[0].value == 1


NONE = pd.DataFrame(columns=["start_at", "end_at", "points", "value", "expected", "size", "size_rate", "score"])


def test_lost_days_are_not_unusual_and_are_told() -> None:
    days = [dt.date(2025, 2, 20) + dt.timedelta(days=place) for place in range(40)]
    daily = pd.DataFrame({"on": days, "orders": pd.array([10] * 40, dtype="Int64")})
    daily.loc[[0, 20, 21], "orders"] = pd.NA

    english, chinese = (find("anomalies", NONE, daily, lang=lang) for lang in ("en", "zh"))

    assert english.sentence == "No day of the month is unusual."
    assert english.warnings == (
        "Orders of 2 days of the month are lost: they count neither as unusual nor as days without orders.",
    )
    assert chinese.warnings == ("本月有 2 天的订单缺失：这些天不算异常，也不当作没有订单。",)


def test_too_few_known_days_tell_nothing() -> None:
    days = [dt.date(2025, 3, 1) + dt.timedelta(days=place) for place in range(31)]
    daily = pd.DataFrame({"on": days, "orders": pd.array([pd.NA] * 11 + [10] * 20, dtype="Int64")})

    english, chinese = (find("anomalies", NONE, daily, lang=lang) for lang in ("en", "zh"))

    assert english.sentence == "Orders of 20 days are known, fewer than 21: nothing tells which days are unusual."
    assert chinese.sentence == "有订单数据的只有 20 天，不到 21 天，看不出哪天异常。"
    assert not english.covered
    assert english.entries == ()


def test_days_without_explanation_are_named(
    text: Text, readable: Callable[[Chart], None], said: Callable[[Chart], list[str]]
) -> None:
    days = [dt.date(2025, 3, 1) + dt.timedelta(days=place) for place in range(31)]
    frame = pd.DataFrame({"on": days, "orders": [10] * 31, "unusual": False, "explained": False})
    frame.loc[[3, 20], "unusual"] = True
    frame.loc[3, "explained"] = True

    chart = unusual_days(frame, text)

    readable(chart)
    assert text.short_day(days[20]) in said(chart)
    assert text("anomalies.chart.unexplained") in said(chart)


def test_an_empty_frame_is_not_drawn(text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have the columns"):
        unusual_days(pd.DataFrame(), text)
