"""What the section `registrations` says."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Lang, Text, load_text
from retro.sections.registrations import draw as registrations
from telling import DAILY, context_of, finder, lift

context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17T00:00")
find = finder(context)


def test_lost_days_of_the_campaign_are_told_and_have_no_column(text: Text) -> None:
    daily = DAILY.astype({"registrations": "Int64"})
    daily.loc[0, "registrations"] = pd.NA
    row = lift(60, 40.0, 60.0).assign(lost_days=[1])

    english, chinese = (find("registrations", daily, row, lang=lang) for lang in ("en", "zh"))

    assert "The peak was 11 Jan with 60." in english.sentence
    assert english.warnings == (
        "Registrations of 1 day of the campaign are lost: the count and its baseline are of the other days.",
    )
    assert chinese.warnings == ("活动期有 1 天的注册数据缺失：人数与基线都只含其余各天。",)
    assert registrations(daily.assign(baseline_low=10.0, baseline_high=40.0), text).alt


def test_a_campaign_of_lost_days_alone_tells_nothing() -> None:
    row = lift(60, 40.0, 60.0).assign(registrations=[None], baseline=math.nan, lost_days=[2])
    daily = DAILY.assign(registrations=pd.array([pd.NA, pd.NA], dtype="Int64"))

    english, chinese = (find("registrations", daily, row, lang=lang) for lang in ("en", "zh"))

    assert english.sentence.strip() == "Registrations of all days of the campaign are lost."
    assert chinese.sentence == "活动期每天的注册数据都缺失。"
    assert (english.covered, english.entries) == (False, ())


@pytest.mark.parametrize(
    ("registrations", "words"),
    [
        (100, "**+100.0%**, beyond the baseline's interval"),
        (55, "+10.0%, **within the baseline's interval**"),
        (10, "**−80.0%**, below the baseline's interval"),
    ],
)
def test_registrations_are_read_beside_the_baseline_ones(registrations: int, words: str) -> None:
    finding = find("registrations", DAILY, lift(registrations, 40.0, 60.0))

    assert words in finding.sentence
    assert "The peak was 11 Jan with 60." in finding.sentence
    assert "from 8 such windows before" in finding.sentence


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "; before it, fewer than three windows of the same length can be compared with. "),
        ("zh", "；活动前可比的同长窗口不足三个，不与往常比较。"),
    ],
)
def test_registrations_without_a_baseline_compare_with_nothing(lang: Lang, words: str) -> None:
    nothing = lift(100, float("nan"), float("nan")).assign(baseline=float("nan"))

    finding = find("registrations", DAILY, nothing, lang=lang)

    assert words in finding.sentence
    assert finding.entries[1].denominator is None


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "the baseline of as many days is 0"), ("zh", "往常同样天数为 0 人")]
)
def test_registrations_beside_none_have_no_rate_of_change(lang: str, words: str) -> None:
    none = lift(100, 0.0, 0.0).assign(baseline=0.0, lift_rate=float("nan"), lift_low=float("nan"))

    finding = find("registrations", DAILY, none, lang=lang)

    assert words in finding.sentence
    assert "NaN" not in finding.sentence
    assert finding.entries[1].value is None


def test_a_shop_without_sign_up_has_new_customers() -> None:
    finding = find("registrations", DAILY, lift(100, 40.0, 60.0), lang="zh", noun="first_order")

    assert finding.sentence.startswith("活动期新客户 **100 人**")


def test_few_new_users_are_not_compared_and_a_day_of_few_is_no_peak() -> None:
    finding = find("registrations", DAILY.assign(registrations=[4, 0]), lift(4, 40.0, 60.0))

    assert finding.sentence == (
        "**<5 new registrations** during the campaign; these are too few to compare. The peak was 11 Jan with 0. "
    )
    assert [entry.value for entry in finding.entries] == [None, None]


NAN = float("nan")


def days(counts: list[int], baseline: list[float] | None = None, first: dt.date = dt.date(2025, 1, 10)) -> pd.DataFrame:
    levels = baseline or [100.0] * len(counts)
    return pd.DataFrame(
        {
            "on": [first + dt.timedelta(day) for day in range(len(counts))],
            "registrations": counts,
            "baseline": levels,
            "baseline_low": [level - 20 for level in levels],
            "baseline_high": [level + 20 for level in levels],
        }
    )


def heights(chart: Chart) -> list[float]:
    """Of the campaign's bars, which are drawn first."""
    return [bar.get_height() for bar in chart.figure.axes[0].containers[0]]


def test_bars_stand_for_days_and_segments_for_baseline_levels(text: Text) -> None:
    chart = registrations(days([120, 180, 90], [100, 110, NAN]), text)
    ax = chart.figure.axes[0]
    assert heights(chart) == [120, 180, 90]
    band = [(bar.get_y(), bar.get_height()) for bar in ax.containers[1]][:2]
    assert band == [(80, 40), (90, 40)]
    levels = [segment[0][1] for segment in ax.collections[-1].get_segments()]
    assert levels[:2] == [100, 110]


def test_words_are_of_the_language(said: Callable[[Chart], list[str]]) -> None:
    chart = registrations(days([120, 180, 90]), load_text("zh"))
    assert {"每日新增注册用户（人）", "日期", "1月10日", "180", "往常水平与 95% 区间"} <= set(said(chart))
    chart = registrations(days([120, 180, 90]), load_text("en"))
    assert {"New registrations a day (users)", "Day", "10 Jan", "180"} <= set(said(chart))


def test_noun_picks_the_words(said: Callable[[Chart], list[str]]) -> None:
    chart = registrations(days([120]), load_text("zh"), noun="first_order")
    assert "每日新客户（人）" in said(chart)
    assert "新客户" in chart.alt


def test_alt_says_total_peak_and_days_above_the_baseline_range() -> None:
    chart = registrations(days([120, 180, 121]), load_text("zh"))
    assert chart.alt == (
        "柱状图：2025年1月10日 – 2025年1月12日每日新增注册用户，合计 421 人；最高为 1月11日，180 人。"
        "往常日均约 100 人；3 天中有 2 天高于往常区间。"
    )
    assert "grey ground: its 95% range." in registrations(days([120]), load_text("en")).caption


def test_caption_says_that_the_baseline_level_is_unknown(said: Callable[[Chart], list[str]]) -> None:
    chart = registrations(days([5, 6], [NAN, NAN]), load_text("zh"))
    assert chart.caption == "每日新增注册用户（人）。往常数据不足，未画往常水平。"
    assert "往常水平与 95% 区间" not in said(chart)
    some = registrations(days([5, 6], [4.0, NAN]), load_text("zh"))
    assert some.caption.endswith("没有灰线的日子，往常数据不足。")


def test_short_campaigns_label_each_day_and_long_ones_the_peak(said: Callable[[Chart], list[str]]) -> None:
    short = said(registrations(days([11, 22, 13]), load_text("en")))
    assert {"11", "22", "13"} <= set(short)
    long = said(registrations(days([311, 422, *[313] * 58]), load_text("en")))
    assert "422" in long
    assert "311" not in long


@pytest.mark.parametrize(
    "frame",
    [
        days([120]),
        days([120_000, 150_000, 180_000, 60_000, 45_000, 40_000, 38_000], [72_727.0] * 7),
        days(list(range(1, 61)), [20.0] * 60),
        days([0] * 7, [NAN] * 7),
        days([*[1000] * 29, 98_765_432]),
        days([5] * 400, first=dt.date(2024, 2, 29)),
    ],
    ids=["one day", "week", "two months", "nothing", "one very large", "over a year"],
)
def test_readable_on_page_and_phone(frame: pd.DataFrame, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(registrations(frame, text))


def test_refuses_another_frame(text: Text) -> None:
    with pytest.raises(MetricError, match=r"^charts.registrations: frame must have the columns on, registrations"):
        registrations(days([1]).drop(columns="baseline"), text)
