"""What the section `retention` says."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text, load_text
from retro.sections.retention import draw as retention
from telling import context_of, finder

context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17T00:00")
find = finder(context)


def retention_frame(campaign_state: str = "observed") -> pd.DataFrame:
    unseen = campaign_state == "unobserved"
    return pd.DataFrame(
        {
            "cohort": ["campaign", "baseline"],
            "day": [1, 1],
            "eligible": [0 if unseen else 100, 400],
            "retained": [None if unseen else 72, 240],
            "rate": [float("nan") if unseen else 0.72, 0.6],
            "low": [float("nan") if unseen else 0.66, 0.57],
            "high": [float("nan") if unseen else 0.78, 0.63],
            "state": [campaign_state, "observed"],
        }
    )


def test_retention_is_above_when_the_intervals_are_apart() -> None:
    finding = find("retention", retention_frame())

    assert "Day-1 retention was **72.0%** (72/100, 95% interval 66.0% – 78.0%), **above** the" in finding.sentence
    assert "+12.0 pp" in finding.sentence


def test_what_is_not_observed_is_missing_and_never_zero() -> None:
    finding = find("retention", retention_frame("unobserved"))

    assert "Day 1 has not been wholly observed: left empty, not counted as 0." in finding.sentence
    assert finding.entries[0].value is None


@pytest.mark.parametrize(("lang", "words"), [("en", "No new registrations during"), ("zh", "活动期没有新增注册用户")])
def test_a_campaign_that_nobody_joined_is_not_said_to_be_unobserved(lang: str, words: str) -> None:
    finding = find("retention", retention_frame("unobserved").assign(state=["empty", "observed"]), lang=lang)

    assert finding.sentence.startswith(words)
    assert "observed" not in finding.sentence
    assert "观测" not in finding.sentence


def test_few_who_came_back_have_no_rate() -> None:
    finding = find("retention", retention_frame().assign(retained=[3, 240]))

    assert finding.sentence == "<5 of 100 were back on day 1, too few for a rate. "
    assert finding.entries[0].value is None
    assert finding.entries[1].value == Decimal("0.6")


NAN = float("nan")


COLUMNS = ["cohort", "day", "eligible", "retained", "rate", "low", "high", "state"]


def cell(cohort: str, day: int, rate: float | None, state: str = "observed") -> tuple[Any, ...]:
    if rate is None:
        return (cohort, day, 0, pd.NA, NAN, NAN, NAN, "unobserved")
    return (cohort, day, 1000, round(1000 * rate), rate, max(0, rate - 0.03), min(1, rate + 0.03), state)


def frame(*cells: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame([cell(*one) for one in cells], columns=COLUMNS)


YOUNG = frame(
    ("campaign", 1, 0.78),
    ("campaign", 7, 0.4, "partial"),
    ("campaign", 30, None),
    ("baseline", 1, 0.7),
    ("baseline", 7, 0.35),
    ("baseline", 30, 0.2),
)


def test_lines_hold_what_was_observed_and_no_zero(text: Text) -> None:
    ax = retention(YOUNG, text).figure.axes[0]
    dots = [(np.round(dot.get_xdata()).tolist(), dot.get_ydata().tolist()) for dot in ax.lines]
    assert dots == [([1, 7], [0.78, 0.4]), ([1, 7, 30], [0.7, 0.35, 0.2])]
    assert {dot.get_linestyle() for dot in ax.lines} == {"None"}  # no line joins three days
    assert len(ax.collections) == 2


def test_ends_are_named_in_the_language(said: Callable[[Chart], list[str]]) -> None:
    words = said(retention(YOUNG, load_text("zh")))
    assert {"活动人群\n40.0%", "往常人群\n20.0%", "留存率", "注册后第几日"} <= set(words)
    assert "campaign cohort\n40.0%" in said(retention(YOUNG, load_text("en")))


def test_caption_says_what_is_missing_partial_and_of_how_many() -> None:
    assert retention(YOUNG, load_text("zh")).caption == (
        "注册当日为第 0 日；连同 95% 区间。可观测人数：活动人群第 7 日 1,000 人；往常人群第 30 日 1,000 人。"
        "未能完整观测、故未画的：活动人群第 30 日。只观测到部分用户的：活动人群第 7 日。"
    )


@pytest.mark.parametrize("ends", [(0.3, 0.076, None), (0.3, 0.03, 0.02), (0.3, 0.0, 0.1), (0.3, 0.05, 0.05)])
def test_names_stand_clear_of_the_axis_and_of_each_other(ends: tuple[float, ...], text: Text) -> None:
    first, *last = ends
    cells = [(name, 1, first) for name in ("campaign", "baseline")]
    cells += [(name, 30, end) for name, end in zip(("campaign", "baseline"), last, strict=True) if end is not None]
    figure = retention(frame(*cells), text).figure
    figure.draw_without_rendering()
    (ax,) = figure.axes
    bottoms = [one.get_window_extent() for one in ax.texts]
    assert all(box.y0 >= ax.bbox.y0 - 1 for box in bottoms)
    assert not any(one.overlaps(other) for one, other in itertools.combinations(bottoms, 2))


def test_alt_says_where_lines_begin_and_end() -> None:
    assert retention(YOUNG, load_text("en")).alt == (
        "Chart of day-N retention: campaign cohort from 78.0% on day 1 to 40.0% on day 7; "
        "baseline cohort from 70.0% on day 1 to 20.0% on day 30."
    )


def test_refuses_to_draw_what_nobody_observed(text: Text) -> None:
    with pytest.raises(MetricError, match=r"column 'rate' must hold a value"):
        retention(frame(("campaign", 1, None)), text)


@pytest.mark.parametrize(
    "cells",
    [
        YOUNG,
        frame(("campaign", 1, 0.7)),
        frame(("campaign", 1, 0.7), ("baseline", 1, 0.7)),
        frame(*((cohort, day, day**-0.4) for cohort in ("campaign", "baseline") for day in range(1, 61))),
        frame(("campaign", 1, 0.0), ("campaign", 2, 0.0), ("baseline", 1, 0.0), ("baseline", 2, 0.0)),
        frame(("campaign", 1, 1.0), ("campaign", 2, 1.0)),
    ],
    ids=["young", "one point", "two equal points", "sixty equal days", "zero", "all"],
)
def test_readable_on_page_and_phone(cells: pd.DataFrame, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(retention(cells, text))
