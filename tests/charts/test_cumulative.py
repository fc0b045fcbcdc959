"""Cumulative lines."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pandas as pd
import pytest

from retro import charts
from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text, load_text

NAN = float("nan")


def race(**series: list[float]) -> pd.DataFrame:
    rows = [(name, hour, total) for name, totals in series.items() for hour, total in enumerate(totals)]
    return pd.DataFrame(rows, columns=["series", "elapsed", "total"])


NIGHT = race(本次=[0, 60, 80, NAN], 上次=[0, 40, 70, 90])


def test_lines_end_where_observation_ends(text: Text) -> None:
    ax = charts.cumulative(NIGHT, text, "GMV", "hours").figure.axes[0]
    lines = [line.get_ydata().tolist() for line in ax.lines]
    assert lines == [[0, 60, 80], [0, 40, 70, 90]]


def test_lines_are_named_with_their_last_total(said: Callable[[Chart], list[str]]) -> None:
    chart = charts.cumulative(
        NIGHT, load_text("zh"), "成交总额（元）", "开场后小时数", unit="money", target=Decimal(100)
    )
    assert {"本次\n80 元", "上次\n90 元", "目标 100 元", "开场后小时数"} <= set(said(chart))
    assert chart.alt == "累计曲线，成交总额（元），按开场后小时数；最终：本次 80 元、上次 90 元。"


def test_target_is_within_the_view(text: Text) -> None:
    ax = charts.cumulative(NIGHT, text, "GMV", "hours", target=500).figure.axes[0]
    assert ax.get_ylim()[1] > 500


def test_refuses_when_nothing_was_observed(text: Text) -> None:
    with pytest.raises(MetricError, match=r"^charts.cumulative: column 'total' must hold a value"):
        charts.cumulative(race(a=[NAN]), text, "x", "y")


@pytest.mark.parametrize(
    "frame",
    [
        NIGHT,
        race(a=[0.0]),
        race(a=[0, 5], b=[0, 5], c=[0, 5], d=[0, 5]),
        race(**{"名字特别特别长的一场大促活动": [0, 9e7, 9.5e7], "Double 11 of the year 2024": [0, 1, 2]}),
        race(本次=[float(hour) for hour in range(24 * 15)]),
    ],
    ids=["night", "one zero", "equal ends", "long names", "hours of 15 days"],
)
def test_readable_on_page_and_phone(frame: pd.DataFrame, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(charts.cumulative(frame, text, "GMV", "hours", target=6))
