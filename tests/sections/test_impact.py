from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text as Artist

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text, load_text
from retro.metrics import Impact
from retro.metrics.roi import Impacts
from retro.sections.impact import draw
from telling import context_of, finder, impact

find = finder(partial(context_of, "flash_sale_night", campaign_id="night", start="2025-03-01", end="2025-03-02T00:00"))


def told(gmv: Impact, series: Impact | None = None) -> Impacts:
    return Impacts(gmv, None, gmv, series=series)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (impact(), "**300 元 more was sold**"),
        (impact(low=-20.0), "**which may be ordinary variation"),
        (impact(chance=0.2), "**which may be ordinary variation"),
        (impact(problem="few_days"), "Only 20 baseline days lie before the campaign, fewer than 28"),
        (impact(problem="no_variation"), "The 20 baseline days before the campaign are all alike"),
        (impact(problem="unseen"), "No whole day of the campaign was observed"),
        (impact(-300.0, low=-500.0, high=-100.0), "**300 元 less was sold**"),
    ],
)
def test_an_effect_is_told_from_chance_or_said_not_to_be(found: Impact, words: str) -> None:
    assert words.replace("元", "CNY") in find("impact", found.days, told(found)).sentence.replace("元", "CNY")


def test_an_unknown_effect_records_nothing() -> None:
    found = impact(problem="few_days")

    assert find("impact", found.days, told(found)).entries == ()


def test_what_the_campaign_left_alone_is_named_where_it_was_used() -> None:
    found, roi = replace(impact(), dropped=("food",)), {"untouched": {"category": ["food", "home"]}}

    said = find("impact", found.days, told(found), roi=roi).footnote
    assert "Synthetic control: what home sold, which the campaign left alone, is part of what was expected" in said
    assert "Synthetic control" not in find("impact", found.days, told(found)).footnote


def test_one_uplift_stands_in_the_table() -> None:
    found = impact()
    table = find("impact", found.days, told(found)).table

    assert table is not None
    assert [bool(row[-1].text) for row in table.rows] == [False] * (len(table.rows) - 1) + [True]


def test_what_weakens_the_effect_is_named() -> None:
    few = pd.DataFrame({"on": [dt.date(2025, 1, 1)], "effect": [10.0]})
    beside = {"held_out": ("contest",), "prior": ("week",)}
    found = replace(impact(), masked_days=7, unseen_days=1, dropped=("registrations",), placebos=few, together=beside)

    finding = find("impact", found.days, told(found))
    assert "Left out of the baseline: 7 days that had other campaigns" in finding.footnote
    assert "Covariates dropped because the campaign touched them: registrations a day." in finding.footnote
    assert [warning.strip() for warning in finding.warnings] == [
        "The history holds fewer than 3 placebo windows, so **chance is untested** and the interval stands alone.",
        (
            "Some days overlap with contest, so both are estimated together: people held out at random tell what "
            "the other added, which is deducted from these days."
        ),
        (
            "Some days overlap with week, so both are estimated together. The calendar alone cannot separate "
            "their shared days: a prior splits them (50% of the baseline either way on days of a campaign, 10% around "
            "it), which widens the interval."
        ),
        "The campaign's last 1 day is not wholly observed yet and is left out of the effect.",
    ]


def test_covariates_with_lost_days_are_named_and_are_no_control() -> None:
    found, roi = replace(impact(), holed=("food",)), {"untouched": {"category": ["food", "home"]}}

    english, chinese = (find("impact", found.days, told(found), roi=roi, lang=lang).footnote for lang in ("en", "zh"))

    assert "Synthetic control: what home sold" in english
    assert "Covariates left out because some of their days are lost: food." in english
    assert "这些协变量缺几天的数据，没有采用：food。" in chinese


def test_few_placebos_are_weaker_evidence() -> None:
    few = pd.DataFrame({"on": [dt.date(2025, 1, day) for day in (1, 2, 3)], "effect": 10.0})
    found = replace(impact(), placebos=few)

    assert (
        "3 placebo windows, fewer than 19: the effect is held against their spread"
        in find("impact", found.days, told(found)).warnings[0]
    )


def test_a_clear_effect_on_the_campaigns_own_days_is_told_where_the_whole_is_not_clear() -> None:
    columns = ["phase", "days", "actual", "expected", "effect", "low", "high", "effect_rate"]
    rows = [
        ("campaign", 7, 400.0, 277.0, 123.0, 78.0, 168.0, 0.44),
        ("settling", 14, 300.0, 351.0, -51.0, -201.0, 104.0, -0.15),
        ("total", 21, 700.0, 628.0, 72.0, -102.0, 249.0, 0.11),
    ]
    found = replace(impact(72.0, low=-102.0), effects=pd.DataFrame(rows, columns=columns))

    draws = np.array([[0.0, 123.0, -200.0], [0.0, 123.0, 100.0]])
    said = find("impact", found.days, told(replace(found, draws=draws))).sentence
    assert "which may be ordinary variation" in said
    assert "On its own days 123 CNY more was sold" in said
    assert find("impact", found.days, told(replace(found, draws=draws))).shown
    assert "whether the days around them added to it or paid for it cannot be seen" in said
    paid = np.array([[0.0, 123.0, -60.0], [0.0, 123.0, -40.0]])
    assert "51 CNY less was sold on the days around them (intervals in the table), so the total is too" in (
        find("impact", found.days, told(replace(found, draws=paid))).sentence
    )


def test_an_effect_without_placebos_does_not_speak_of_them() -> None:
    none = pd.DataFrame({"on": [], "effect": pd.Series([], dtype="float64")})
    found = replace(impact(), placebos=none, chance=float("nan"))

    assert "windows" not in find("impact", found.days, told(found)).sentence


HELD_OUT = replace(
    impact(155.0, low=24.0, high=285.0),
    placebos=pd.DataFrame({"on": [], "effect": []}),
    chance=float("nan"),
    held_out=3_614,
    invited=67_322,
)


@pytest.mark.parametrize(
    ("series", "words"),
    [
        (impact(47.0, low=-113.0, high=212.0), "which agrees with the people held out; these decide."),
        (impact(-47.0, low=-113.0, high=20.0), "which disagrees with the people held out"),
        (impact(problem="few_days"), "there is no second estimate to check it by"),
    ],
)
def test_people_held_out_decide_and_the_time_series_is_a_check(series: Impact, words: str) -> None:
    finding = find("impact", HELD_OUT.days, told(HELD_OUT, series))

    assert finding.sentence.startswith("Measured against 3,614 people held out at random (67,322 invited): ")
    assert words in finding.sentence
    assert "windows" not in finding.sentence
    assert finding.warnings == ()
    assert [(entry.name, entry.low) for entry in finding.entries] == [
        ("incremental_gmv", 24),
        ("incremental_lift_rate", Decimal("0.04")),
    ]


def test_a_hold_out_that_is_too_small_is_said_so() -> None:
    found = impact()

    assert (
        "fewer than 30 of them bought anything"
        in find("impact", found.days, told(replace(found, unused="few_held_out"))).warnings[0]
    )


def test_placebos_in_space_are_told_and_warn_where_they_moved_too() -> None:
    columns = ["series", "effect", "low", "high", "score"]
    tried = pd.DataFrame([("north", 90.0, 50.0, 130.0, 4.5), ("food", 1.0, -9.0, 11.0, 0.2)], columns=columns)
    drawn = np.column_stack([np.zeros(100), np.linspace(100, 500, 100), np.zeros(100)])  # 300, with a spread of 117
    found = replace(impact(), in_space=tried, draws=drawn)
    finding = find("impact", found.days, told(found))

    assert "of 2 series that it left alone, each tried in the shop's place, 1 moved" in finding.sentence
    assert finding.warnings[0].startswith("The campaign left north alone, and yet they moved as far for their spread")


Readable = Callable[[Chart], None]


DAYS = pd.DataFrame(
    {
        "on": [dt.date(2025, 2, 1) + dt.timedelta(days=day) for day in range(30)],
        "phase": ["baseline"] * 24 + ["anticipation"] * 2 + ["campaign"] + ["settling"] * 3,
        "actual": [100.0] * 26 + [900.0] + [80.0] * 3,
        "expected": 100.0,
        "low": 80.0,
        "high": 120.0,
    }
)


def test_the_chart_can_be_read_on_a_page_and_on_a_phone(text: Text, readable: Readable) -> None:
    readable(draw(DAYS, text))


def test_impact_shades_the_days_that_the_campaign_touched() -> None:
    chart = draw(DAYS, load_text("en"))

    assert "1,340 CNY sold during and around the campaign, 600 CNY expected" in chart.alt
    (ax,) = chart.figure.axes
    assert len(ax.lines) == 2


def test_impact_without_a_baseline_draws_what_came() -> None:
    chart = draw(DAYS.assign(expected=float("nan"), low=float("nan"), high=float("nan")), load_text("zh"))

    assert "活动前数据不足，没有预计" in chart.alt
    assert len(chart.figure.axes[0].lines) == 1


def test_an_empty_frame_is_refused() -> None:
    with pytest.raises(MetricError, match="frame must have the columns"):
        draw(pd.DataFrame(), load_text("en"))


def test_days_of_the_campaign_and_of_others_have_their_words() -> None:
    days = DAYS.assign(beside=["Points contest" if place < 2 else "" for place in range(len(DAYS))])
    words = written(draw(days, load_text("en")))

    assert {"Campaign", "Points contest"} <= words
    assert "Points contest" not in written(draw(DAYS, load_text("en")))


def written(chart: Chart) -> set[str]:
    """The words of a chart's axes and legends."""
    return {one.get_text() for one in chart.figure.findobj(Artist) if one.get_text()}
