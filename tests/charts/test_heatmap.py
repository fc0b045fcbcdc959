"""Weekday and hour."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from retro import charts
from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text, load_text


def hours(*rows: tuple[int, int, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["weekday", "hour", "events"])


WEEK = hours(
    *((day, hour, 10 * hour + (500 if (day, hour) == (3, 20) else 0)) for day in range(1, 8) for hour in range(24))
)


def test_a_cell_for_each_hour_and_blank_outside_the_window(text: Text) -> None:
    ax = charts.weekday_hours(hours((1, 0, 5), (7, 23, 0)), text, "次数").figure.axes[0]
    values = ax.collections[0].get_array()
    assert values.shape == (7, 24)
    assert values.compressed().tolist() == [5, 0]


def test_the_busiest_hour_is_framed_and_named(said: Callable[[Chart], list[str]]) -> None:
    chart = charts.weekday_hours(WEEK, load_text("zh"), "兑换次数（次）")
    frame = chart.figure.axes[0].patches[-1]
    assert (frame.get_x(), frame.get_y()) == (20, 2)
    assert {"最高 700", "周三", "0", "23", "兑换次数（次）"} <= set(said(chart))
    assert chart.alt == "热力图：兑换次数（次），按星期与小时；最高为周三 20 时，700。"
    assert "on Wed at 20:00, 700" in charts.weekday_hours(WEEK, load_text("en"), "Redemptions").alt


def test_refuses_no_hours(text: Text) -> None:
    with pytest.raises(MetricError, match=r"^charts.weekday_hours: frame must have rows"):
        charts.weekday_hours(WEEK.head(0), text, "x")


@pytest.mark.parametrize("frame", [WEEK, hours((1, 0, 0)), WEEK.assign(events=98_765_432)])
def test_readable_on_page_and_phone(frame: pd.DataFrame, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(charts.weekday_hours(frame, text, "兑换次数（次）"))
