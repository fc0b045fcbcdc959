"""Repurchase: two cohorts side by side, and the triangle of months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from retro import charts
from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text, load_text

NAN = float("nan")
COLUMNS = ["cohort", "buyers", "repurchasers", "rate", "low", "high", "state"]
BOTH = pd.DataFrame(
    [("campaign", 100, 14, 0.14, 0.085, 0.221, "partial"), ("baseline", 900, 180, 0.2, 0.177, 0.23, "observed")],
    columns=COLUMNS,
)
AHEAD = pd.DataFrame(
    [("campaign", 0, pd.NA, NAN, NAN, NAN, "unobserved"), ("baseline", 900, 180, 0.2, 0.177, 0.23, "observed")],
    columns=COLUMNS,
)


def test_dots_and_intervals(text: Text) -> None:
    ax = charts.repurchase(BOTH, text).figure.axes[0]
    _, *lines = [line.get_xdata() for line in ax.lines]
    assert [list(line) for line in lines] == [[0.085, 0.221], [0.14], [0.177, 0.23], [0.2]]
    filled = [line.get_markerfacecolor() != "white" for line in ax.lines if line.get_marker() == "o"]
    assert filled == [False, True]


def test_words_say_rate_and_denominator(said: Callable[[Chart], list[str]]) -> None:
    assert {"14.0%", "100 人中的 14 人", "复购率"} <= set(said(charts.repurchase(BOTH, load_text("zh"))))
    assert {"20.0%", "180 of 900", "Repurchase rate"} <= set(said(charts.repurchase(BOTH, load_text("en"))))


def test_not_yet_observed_is_said_and_not_drawn_as_zero(said: Callable[[Chart], list[str]]) -> None:
    chart = charts.repurchase(AHEAD, load_text("zh"))
    assert "未观测" in said(chart)
    assert "0.0%" not in said(chart)
    assert "活动人群 未观测；往常人群 20.0%" in chart.alt


def test_caption_explains_a_hollow_dot_where_there_is_one() -> None:
    assert "空心圆点" in charts.repurchase(BOTH, load_text("zh")).caption
    assert "空心圆点" not in charts.repurchase(AHEAD, load_text("zh")).caption


def test_refuses_when_nothing_was_observed(text: Text) -> None:
    with pytest.raises(MetricError, match=r"^charts.repurchase: column 'rate' must hold a value"):
        charts.repurchase(AHEAD.head(1), text)


@pytest.mark.parametrize("frame", [BOTH, AHEAD, BOTH.assign(rate=1.0, high=1.0), BOTH.assign(rate=0.0, low=0.0)])
def test_readable_on_page_and_phone(frame: pd.DataFrame, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(charts.repurchase(frame, text))


def triangle(months: int) -> pd.DataFrame:
    cells = []
    for cohort in range(months):
        month = dt.date(2010 + (11 + cohort) // 12, (11 + cohort) % 12 + 1, 1)
        for after in range(months):
            last = months - 1 - cohort
            state = "unobserved" if after > last else "partial" if after == last else "observed"
            rate = NAN if after > last else 0.3 - 0.1 * after / months
            cells.append((month, after, 358, pd.NA if after > last else 86, rate, rate, rate, state))
    return pd.DataFrame(
        cells,
        columns=["cohort_month", "months_after", "buyers", "repurchasers", "rate", "low", "high", "state"],
    )


def test_cells_hold_percent_and_blank_where_unobserved(text: Text) -> None:
    ax = charts.repurchase_cohorts(triangle(3), text).figure.axes[0]
    values = ax.collections[0].get_array()
    assert values.mask.tolist() == [[False, False, False], [False, False, True], [False, True, True]]
    assert values.compressed().round(3).tolist() == [0.3, 0.267, 0.233, 0.3, 0.267, 0.3]
    assert [words.get_text() for words in ax.texts] == ["30", "27", "23*", "30", "27*", "30*"]


def test_rows_are_months_with_their_buyers(said: Callable[[Chart], list[str]]) -> None:
    words = said(charts.repurchase_cohorts(triangle(2), load_text("zh")))
    assert {"2010年12月（358 人）", "2011年1月（358 人）", "首购后第几个月，复购率（%）", "0", "1"} <= set(words)
    assert "Dec 2010 (358)" in said(charts.repurchase_cohorts(triangle(2), load_text("en")))


def test_alt_leaves_out_the_first_month_itself() -> None:
    assert charts.repurchase_cohorts(triangle(3), load_text("zh")).alt == (
        "三角热力图：3 个首购月份其后各月的复购率，在 23.3% 与 26.7% 之间；最高为 2010年12月首购者的第 1 个月。"
    )


def test_unobserved_triangle_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match=r"^charts.repurchase_cohorts: column 'rate' must hold a value"):
        charts.repurchase_cohorts(triangle(2).assign(rate=NAN), text)


@pytest.mark.parametrize("months", [1, 2, 6, 13, 24])
def test_triangle_readable_on_page_and_phone(months: int, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(charts.repurchase_cohorts(triangle(months), text))


def test_crowded_cells_show_colour_alone(said: Callable[[Chart], list[str]]) -> None:
    from retro.charts.chart import make_room
    from retro.charts.theme import NARROW, styled

    chart = charts.repurchase_cohorts(triangle(24), load_text("zh"))
    assert "30" in said(chart)
    with styled():
        chart.figure.set_size_inches(NARROW, chart.figure.get_size_inches()[1])
        make_room(chart.figure)
    assert not any(words.get_visible() for words in chart.figure.axes[0].texts)
