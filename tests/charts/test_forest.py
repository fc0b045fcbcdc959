"""Forest plots, and panels of estimates."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from retro import charts
from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text, load_text

NAN = float("nan")


def estimates(*rows: tuple[str, float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["label", "estimate", "low", "high"])


TWO = estimates(("留存", 0.06, 0.05, 0.07), ("转化", -0.01, -0.03, 0.01), ("退货", NAN, NAN, NAN))


def test_dots_are_hollow_where_the_interval_holds_no_effect(text: Text) -> None:
    ax = charts.forest(TWO, text, "变化").figure.axes[0]
    dots = {line.get_xdata()[0]: line.get_markerfacecolor() for line in ax.lines if line.get_marker() == "o"}
    assert dots[-0.01] == "white"
    assert dots[0.06] != "white"
    assert list(ax.lines[0].get_xdata()) == [0, 0]


def test_words_carry_unit_and_what_is_unknown(said: Callable[[Chart], list[str]]) -> None:
    chart = charts.forest(TWO, load_text("zh"), "较对照组的变化")
    assert {"+6.0 个百分点", "−1.0 个百分点", "无法计算", "较对照组的变化（百分点）"} <= set(said(chart))
    assert "转化 −1.0 个百分点（−3.0 个百分点 – +1.0 个百分点）" in chart.alt


def test_ratios_stand_against_one(text: Text) -> None:
    ax = charts.forest(estimates(("a", 1.2, 1.1, 1.3)), text, "ROI", unit="ratio", reference=1).figure.axes[0]
    assert list(ax.lines[0].get_xdata()) == [1, 1]


def test_refuses_when_nothing_was_estimated(text: Text) -> None:
    with pytest.raises(MetricError, match=r"column 'estimate' must hold a value"):
        charts.forest(estimates(("a", NAN, NAN, NAN)), text, "x")


@pytest.mark.parametrize(
    ("frame", "unit"),
    [
        (TWO, "percentage_points"),
        (TWO, "change"),
        (estimates(("客单价（实验组 B，含运费券、仅新客）", 123456.0, -99.0, 987654.0)), "money"),
        (estimates(("none", 0.0, 0.0, 0.0)), "rate"),
    ],
)
def test_readable_on_page_and_phone(
    frame: pd.DataFrame, unit: str, text: Text, readable: Callable[[Chart], None]
) -> None:
    readable(charts.forest(frame, text, "变化", unit=unit))


def panel_rows() -> pd.DataFrame:
    rows = [
        (group, step, rate, rate - 0.05, rate + 0.05, 0.6)
        for group, rate in (("App", 0.6), ("Mini program", 0.4))
        for step in ("→ log in", "→ complete task", "→ order")
    ]
    return pd.DataFrame(rows, columns=["label", "panel", "estimate", "low", "high", "reference"])


def test_panels_grey_what_is_not_clearly_different(text: Text, readable: Callable[[Chart], None]) -> None:
    chart = charts.panels(panel_rows(), text, value="Rates")

    assert len(chart.figure.axes) == 3
    assert chart.figure.axes[0].get_title("left") == "→ log in"
    fills = [line.get_markerfacecolor() for line in chart.figure.axes[0].lines if line.get_marker() == "o"]
    assert fills[0] == "white"
    assert fills[1] != "white"
    readable(chart)


def test_a_panel_of_which_nothing_is_known_is_left_out(text: Text) -> None:
    frame = panel_rows()
    frame.loc[frame["panel"] == "→ order", ["estimate", "low", "high", "reference"]] = NAN

    assert len(charts.panels(frame, text, value="Rates").figure.axes) == 2


def test_panels_without_reference_say_nothing_of_all_users(text: Text, readable: Callable[[Chart], None]) -> None:
    frame = panel_rows().query("panel == '→ order'").assign(reference=NAN)
    frame.loc[frame.index[0], ["estimate", "low", "high"]] = NAN
    chart = charts.panels(frame, text, value="Rates")

    assert chart.caption == text("chart.panels.caption_alone", value="Rates")
    readable(chart)
