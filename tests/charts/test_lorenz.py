"""Lorenz curve."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from retro import charts
from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text, load_text

# Of five members, the last holds half.
FIVE = pd.DataFrame({"people_share": [0.2, 0.4, 0.6, 0.8], "value_share": [0.125, 0.25, 0.375, 0.5]})


def test_curve_runs_from_nobody_to_all_and_points_out_the_top(said: Callable[[Chart], list[str]]) -> None:
    chart = charts.lorenz(FIVE, load_text("zh"), "积分占比", "会员占比")
    even, curve, _, dot = chart.figure.axes[0].lines
    assert list(even.get_ydata()) == [0, 1]
    assert curve.get_ydata().tolist() == [0, 0.125, 0.25, 0.375, 0.5, 1]
    assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (0.8, pytest.approx(0.5))
    assert "● 最多的 20% 占 50.0%" in said(chart)
    assert chart.alt == "洛伦兹曲线，横轴为会员占比，纵轴为积分占比：最多的 20% 占 50.0%。"


def test_refuses_shares_that_fall(text: Text) -> None:
    with pytest.raises(MetricError, match=r"column 'value_share' must rise from 0 to 1"):
        charts.lorenz(FIVE.assign(value_share=[0.5, 0.4, 0.3, 0.2]), text, "x", "y")


@pytest.mark.parametrize("top", [0.01, 0.2, 1.0])
def test_readable_on_page_and_phone(top: float, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(charts.lorenz(FIVE, text, "积分占比", "会员占比", top=top))
