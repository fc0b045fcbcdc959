"""Axes that fit themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd
import pytest
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.axis import Axis

from retro.charts.axes import StepLocator, amount_axis, count_axis, day_axis, rate_axis
from retro.charts.theme import NARROW, canvas, styled
from retro.i18n import load_text


def ticks(axis: Axis, low: float, high: float, width: float | None = None) -> list[str]:
    """The labels within the view."""
    figure = axis.get_figure()
    if width:
        figure.set_size_inches(width, 2)
    getattr(axis.axes, f"set_{axis.axis_name}lim")(low, high)
    figure.draw_without_rendering()
    return [tick.label1.get_text() for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


@pytest.fixture
def ax() -> Iterator[Axes]:
    with styled():
        _, ax = canvas(3)
        yield ax


def test_count_axis_has_whole_round_numbers_in_the_languages_words(ax: Axes) -> None:
    count_axis(ax.yaxis, load_text("zh"))
    assert ticks(ax.yaxis, 0, 200_000) == ["0", "5 万", "10 万", "15 万", "20 万"]
    assert ticks(ax.yaxis, 0, 1) == ["0", "1"]


def test_amount_axis_may_have_parts(ax: Axes) -> None:
    amount_axis(ax.yaxis, load_text("en"))
    assert ticks(ax.yaxis, 0, 1) == ["0", "0.2", "0.4", "0.6", "0.8", "1"]


@pytest.mark.parametrize(
    ("high", "expected"),
    [
        (1.0, ["0%", "20%", "40%", "60%", "80%", "100%"]),
        (0.01, ["0.0%", "0.2%", "0.4%", "0.6%", "0.8%", "1.0%"]),
        (0.001, ["0.00%", "0.02%", "0.04%", "0.06%", "0.08%", "0.10%"]),
    ],
)
def test_rate_axis_has_as_many_decimals_as_tell_ticks_apart(ax: Axes, high: float, expected: object) -> None:
    rate_axis(ax.yaxis, load_text("en"))
    assert ticks(ax.yaxis, 0, high) == expected


def test_day_axis_thins_out_to_weeks(ax: Axes) -> None:
    first = pd.Timestamp("2025-01-10")
    day_axis(ax.xaxis, load_text("en"), first)
    low = dates.date2num(first)
    assert ticks(ax.xaxis, low, low + 6)[:2] == ["10 Jan", "11 Jan"]
    assert ticks(ax.xaxis, low, low + 59)[:2] == ["10 Jan", "17 Jan"]
    assert ticks(ax.xaxis, low, low + 59, NARROW)[:2] == ["10 Jan", "24 Jan"]


def test_day_axis_of_one_day_names_it(ax: Axes) -> None:
    day_axis(ax.xaxis, load_text("zh"), pd.Timestamp(dt.date(2025, 2, 28)))
    at = dates.date2num(dt.date(2025, 2, 28))
    assert ticks(ax.xaxis, at - 0.6, at + 0.6) == ["2月28日"]


def test_step_locator_doubles_its_longest_step(ax: Axes) -> None:
    ax.xaxis.set_major_locator(StepLocator(0, room=100, steps=(1, 2)))
    ax.set_xlim(0, 100)
    ax.figure.draw_without_rendering()
    steps = ax.xaxis.get_majorticklocs()
    assert steps[:3] == [0, 32, 64]
