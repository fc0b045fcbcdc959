"""What the section `repurchase` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Lang, Text, load_text
from retro.metrics.intervals import add_rate
from retro.sections.repurchase import draw as repurchase
from telling import context_of, figures, finder

find = finder(partial(context_of, "new_user_week", start="2025-01-10", end="2025-01-17T00:00"))


def cohorts(repurchasers: int | None = 25, state: str = "observed", lost_days: int = 0) -> pd.DataFrame:
    rate = float("nan") if repurchasers is None else repurchasers / 100
    rows = [
        ("campaign", 100, repurchasers, rate, rate - 0.08, rate + 0.09, state, lost_days),
        ("baseline", 400, 40, 0.1, 0.07, 0.13, "observed", 0),
    ]
    return pd.DataFrame(rows, columns=["cohort", "buyers", "repurchasers", "rate", "low", "high", "state", "lost_days"])


@pytest.mark.parametrize(
    ("repurchasers", "words"), [(25, "**above** the baseline's 10.0% (40/400)"), (12, "no clear diff")]
)
def test_repurchase_is_read_beside_the_baseline(repurchasers: int, words: str) -> None:
    finding = find("repurchase", cohorts(repurchasers))

    assert f"bought again within 28 days of their first order ({repurchasers}/100" in finding.sentence
    assert words in finding.sentence
    assert figures(finding)["repurchase_rate_baseline"] == Decimal("0.1")


def test_what_is_not_observed_is_missing_and_never_zero() -> None:
    finding = find("repurchase", cohorts(None, "unobserved"))

    assert "left empty, not counted as 0" in finding.sentence
    assert figures(finding)["repurchase_rate"] is None


@pytest.mark.parametrize(
    ("lang", "none", "some"),
    [
        (
            "en",
            (
                "Orders of some of the 28 days after the first order are lost: the repurchase rate is left empty, not "
                "counted as 0."
            ),
            (
                "Orders of 2 days are lost (campaign cohort): buyers whose 28 days hold one are left out, not "
                "counted as not having come back."
            ),
        ),
        (
            "zh",
            "首单后 28 天里有些日子的订单缺失，复购率留空，不计为 0。",
            "活动人群有 2 天的订单缺失：28 天窗口里含这些日子的买家不计，不当作没有复购。",
        ),
    ],
)
def test_days_of_lost_orders_are_told(lang: Lang, none: str, some: str) -> None:
    lost = find("repurchase", cohorts(None, "lost", 2), lang=lang)
    part = find("repurchase", cohorts(25, "partial", 2), lang=lang)

    assert (lost.sentence.strip(), lost.warnings) == (none, ())
    assert part.warnings == (some,)


def test_few_who_bought_again_have_no_rate() -> None:
    finding = find("repurchase", cohorts(3))

    assert finding.sentence == "<5 of 100 bought again within 28 days of their first order, too few for a rate. "
    assert figures(finding)["repurchase_rate"] is None


def test_a_difference_has_its_own_interval() -> None:
    """Both intervals hold 0.22, and yet 25.2 % of 682 and 21.6 % of 3,038 differ (p = 0.038)."""
    rows = [("campaign", 682, 172), ("baseline", 3038, 655)]
    frame = add_rate(pd.DataFrame(rows, columns=["cohort", "buyers", "repurchasers"]), "repurchasers", "buyers")
    said = find("repurchase", frame.assign(state="observed", lost_days=0)).sentence

    assert "**above** the baseline's 21.6% (655/3,038). The difference is +3.7 points" in said.replace("pp", "points")
    assert "(95% interval +0.2" in said


NAN = float("nan")


COLUMNS = ["cohort", "buyers", "repurchasers", "rate", "low", "high", "state", "lost_days"]


BOTH = pd.DataFrame(
    [("campaign", 100, 14, 0.14, 0.085, 0.221, "partial", 0), ("baseline", 900, 180, 0.2, 0.177, 0.23, "observed", 0)],
    columns=COLUMNS,
)


AHEAD = pd.DataFrame(
    [("campaign", 0, pd.NA, NAN, NAN, NAN, "unobserved", 0), ("baseline", 900, 180, 0.2, 0.177, 0.23, "observed", 0)],
    columns=COLUMNS,
)


def test_dots_and_intervals(text: Text) -> None:
    ax = repurchase(BOTH, text).figure.axes[0]
    _, *lines = [line.get_xdata() for line in ax.lines]
    assert [list(line) for line in lines] == [[0.085, 0.221], [0.14], [0.177, 0.23], [0.2]]
    filled = [line.get_markerfacecolor() != "white" for line in ax.lines if line.get_marker() == "o"]
    assert filled == [False, True]


def test_words_say_rate_and_denominator(said: Callable[[Chart], list[str]]) -> None:
    assert {"14.0%", "100 人中的 14 人", "复购率"} <= set(said(repurchase(BOTH, load_text("zh"))))
    assert {"20.0%", "180 of 900", "Repurchase rate"} <= set(said(repurchase(BOTH, load_text("en"))))


def test_not_yet_observed_is_said_and_not_drawn_as_zero(said: Callable[[Chart], list[str]]) -> None:
    chart = repurchase(AHEAD, load_text("zh"))
    assert "未观测" in said(chart)
    assert "0.0%" not in said(chart)
    assert "活动人群 未观测；往常人群 20.0%" in chart.alt


def test_caption_explains_a_hollow_dot_where_there_is_one() -> None:
    assert "空心圆点" in repurchase(BOTH, load_text("zh")).caption
    assert "空心圆点" not in repurchase(AHEAD, load_text("zh")).caption


def test_refuses_when_nothing_was_observed(text: Text) -> None:
    with pytest.raises(MetricError, match=r"^charts.repurchase: column 'rate' must hold a value"):
        repurchase(AHEAD.head(1), text)


@pytest.mark.parametrize("frame", [BOTH, AHEAD, BOTH.assign(rate=1.0, high=1.0), BOTH.assign(rate=0.0, low=0.0)])
def test_readable_on_page_and_phone(frame: pd.DataFrame, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(repurchase(frame, text))


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            (
                "Fewer than 28 days of orders are known before the campaign, so regulars look like "
                "first-time buyers: the repurchase rate is left empty."
            ),
        ),
        ("zh", "活动前的订单历史不足 28 天，老客也像首购，复购率留空。"),
    ],
)
def test_a_history_that_begins_shortly_before_has_no_rate_and_says_why(lang: Lang, words: str) -> None:
    rows = [("campaign", 0, pd.NA, NAN, NAN, NAN, "early", 0), ("baseline", 0, pd.NA, NAN, NAN, NAN, "empty", 0)]

    finding = find("repurchase", pd.DataFrame(rows, columns=COLUMNS), lang=lang)

    assert finding.sentence.strip() == words
    assert set(figures(finding).values()) == {None}
