from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from retro.campaigns.new_user_week import NewUserWeek
from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import LANGS, Lang, load_text
from retro.sections import SECTIONS, Context, Finding
from retro.sections.matched_participants import draw as matched_participants

WEEKS = pd.DataFrame({"week": [-1, 0], "on": [dt.date(2025, 1, 10), dt.date(2025, 1, 17)]})
WEEKS = WEEKS.assign(participants=[9.0, 30.0], others=[9.5, 8.0], unit="money")

ROW = {
    "participants": 200, "matched": 190, "matched_rate": 0.95, "strata": 12, "unit": "money",
    "effect_per_user": 21.0, "low": 15.0, "high": 27.0,
    "effect": 3990.0, "effect_low": 2850.0, "effect_high": 5130.0,
    "placebo_per_user": 0.1, "placebo_low": -1.0, "placebo_high": 1.2,
}  # fmt: skip


def find(lang: Lang = "en", **row: Any) -> Finding:
    keys = {"kind": "new_user_week", "campaign_id": "c", "title": "t", "start": "2025-01-17", "end": "2025-01-24T00:00"}
    params = NewUserWeek.model_validate(keys, context={"zone": ZoneInfo("Asia/Shanghai")})
    return SECTIONS["matched_participants"](WEEKS, pd.DataFrame([ROW | row]), Context(params, load_text(lang), None))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({}, "participants **bought 21 CNY more each** (95% interval 15 – 27 CNY)"),
        ({"low": -2.0}, "**which may be chance alone**"),
        ({"placebo_low": 0.05, "placebo_high": 4.0}, "**they differed before the campaign too"),
        ({"low": float("nan"), "high": float("nan")}, "too few can be compared for an interval"),
        ({"participants": 0, "matched": 0}, "No participant was a member in both periods"),
        ({"matched": 3}, "<5 participants found people like them, too few to compare"),
        ({"participants": 3, "matched": 0}, "None of the <5 participants has people like them"),
        ({"matched": 0}, "None of the 200 participants has people like them"),
    ],
)
def test_the_effect_is_believed_only_where_the_placebo_holds(row: dict[str, Any], words: str) -> None:
    assert words in find(**row).sentence


def test_a_placebo_that_is_small_beside_the_effect_is_said_and_passed_over() -> None:
    assert "which does not cover 0 but is less than a tenth of the difference" in find(placebo_low=0.05).sentence


def test_the_share_that_found_nobody_alike_is_said_in_both_languages() -> None:
    assert "Of 200 participants who can be compared, 190 found people like them; 5.0% did not" in find().sentence
    assert "200 位可比的参与者中 190 位找到了条件相近的人，其余 5.0% 未计入" in find("zh").sentence
    most = {"participants": 5660, "matched": 5657, "matched_rate": 5657 / 5660}
    assert "5,657 found people like them; the others are left out" in find(**most).sentence
    assert "All 190 participants who can be compared" in find(participants=190, matched_rate=1.0).sentence


def test_an_effect_whose_placebo_fails_is_not_recorded() -> None:
    assert [entry.name for entry in find().entries] == ["matched_rate", "matched_effect"]
    assert [entry.name for entry in find(placebo_low=0.05, placebo_high=4.0).entries] == ["matched_rate"]


DRAWN_WEEKS = pd.DataFrame({"week": [-2, -1, 0], "participants": [9.0, 11.0, 30.0], "others": [9.5, 10.5, 8.0]})
DRAWN_WEEKS = DRAWN_WEEKS.assign(unit="money")


@pytest.mark.parametrize("lang", LANGS)
def test_two_lines_of_alike_people_are_drawn_and_said(lang: Lang, readable: Callable[[Chart], None]) -> None:
    chart = matched_participants(DRAWN_WEEKS, load_text(lang))

    readable(chart)
    assert [line.get_ydata()[-1] for line in chart.figure.axes[0].lines[:2]] == [30.0, 8.0]  # type: ignore[index]
    assert "30 " in chart.alt
    assert "10 " in chart.alt


def test_a_frame_of_something_else_is_refused() -> None:
    with pytest.raises(MetricError, match="frame must have the columns week, participants, others"):
        matched_participants(DRAWN_WEEKS.drop(columns="others"), load_text("en"))


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            "participants **bought 0.21 orders more each** (95% interval 0.15 – 0.27 orders), 40.00 orders in all",
        ),
        (
            "zh",
            "参与者**人均多买 0.21 单**（95% 区间 0.15 – 0.27 单），合计 40.00 单",
        ),
    ],
)
def test_without_amounts_it_is_told_in_orders(lang: Lang, words: str) -> None:
    found = find(lang, unit="orders", effect_per_user=0.21, low=0.15, high=0.27, effect=40.0)

    assert found.sentence.startswith({"en": "Orders have no amounts, so", "zh": "订单没有金额，以单数计。"}[lang])
    assert words in found.sentence
    assert [entry.name for entry in found.entries] == ["matched_rate"], "an effect in orders is no amount"
