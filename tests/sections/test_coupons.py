from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from retro.campaigns.new_user_week import NewUserWeek
from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Lang, Text, load_text
from retro.sections import SECTIONS, Context, Finding
from retro.sections.coupons import draw

TEMPLATES = pd.DataFrame(
    [
        ("night", Decimal(300), Decimal(30), True, 100, 90, 40, 0.4, 0.31, 0.5, Decimal(1200), Decimal(10800), 0.1),
        ("idle", Decimal(0), Decimal(5), False, 50, 20, 0, 0.0, 0.0, 0.07, Decimal(0), Decimal(0), np.nan),
        (None, None, None, False, 80, 60, 8, 0.1, 0.05, 0.19, Decimal(80), Decimal(720), 0.1),
    ],
    columns=[
        "template", "threshold", "face", "own", "issued", "claimed", "used", "coupon_use_rate", "low", "high",
        "subsidy", "gmv", "coupon_subsidy_rate",
    ],
)  # fmt: skip
THRESHOLDS = pd.DataFrame(
    [(Decimal(300), 20, 16, 40, 16, 0.4, 0.1, 0.6, 8.0, 2.0, 12.0), (Decimal(99), 2, 1, 9, 3, *[np.nan] * 6)],
    columns=[
        "threshold", "held", "held_above", "others", "others_above", "gain", "low", "high", "moved", "moved_low",
        "moved_high",
    ],
)  # fmt: skip
HUNTERS = {
    "coupon_buyers": 48, "hunters": 12, "rate": 0.25, "low": 0.15, "high": 0.39, "by_chance": 2.4,
    "coupon_order_rate": 0.2, "subsidy": Decimal(1280), "hunted": Decimal(330),
}  # fmt: skip
BESIDE = {
    "participants": 90, "matched": 88, "matched_rate": 0.98, "strata": 9, "effect_per_user": 50.0, "low": 30.0,
    "high": 70.0, "effect": 4400.0, "placebo_per_user": 1.0, "placebo_low": -2.0, "placebo_high": 4.0,
}  # fmt: skip


def find(
    lang: Lang = "en",
    frame: pd.DataFrame = TEMPLATES,
    thresholds: pd.DataFrame = THRESHOLDS,
    hunters: dict[str, Any] | None = None,
    beside: dict[str, Any] | None = None,
) -> Finding:
    keys = {"kind": "new_user_week", "campaign_id": "c", "title": "t", "start": "2025-01-17", "end": "2025-01-24T00:00"}
    params = NewUserWeek.model_validate(keys, context={"zone": ZoneInfo("Asia/Shanghai")})
    frames = (frame, thresholds, pd.DataFrame([HUNTERS | (hunters or {})]), pd.DataFrame([BESIDE | (beside or {})]))
    return SECTIONS["coupons"](*frames, Context(params, load_text(lang), None))


def said(finding: Finding) -> str:
    return finding.sentence + "".join(exhibit.sentence for exhibit in finding.exhibits)


def test_coupons_are_told_from_issue_to_subsidy() -> None:
    sentence = find().sentence

    assert "Of 230 coupons that could be used in the campaign 170 were claimed and **48 used, 20.9%**" in sentence
    assert "they took off 1,280 CNY, **a subsidy of 10.0%**" in sentence
    assert "Most used: 30 off 300 (this campaign) with 40.0% (40/100); least used: All others with 10.0%" in sentence


def test_templates_are_named_by_what_they_give() -> None:
    chart = find("zh").exhibits[0]

    assert chart.frame is not None
    assert chart.frame["template"].tolist() == ["满300减30·本活动", "无门槛5", "其余各券"]


@pytest.mark.parametrize(
    ("beside", "words"),
    [
        ({}, "bought 50 CNY more each than people like them"),
        ({"low": -3.0}, "nothing shows that coupons added anything"),
        ({"placebo_low": 5.0, "placebo_high": 20.0}, "**what coupons added cannot be measured**"),
        ({"placebo_low": 0.5, "placebo_high": 2.0}, "bought 50 CNY more each"),  # a fifteenth of the effect's end
        ({"matched": 4}, "nobody can be compared with those who held a coupon"),
        ({"matched": 0}, "nobody can be compared with those who held a coupon"),
    ],
)
def test_what_coupons_added_is_said_only_where_the_placebo_lets_it(beside: dict[str, Any], words: str) -> None:
    assert words in said(find(beside=beside))


def test_bunching_is_an_estimate_with_its_interval() -> None:
    finding = find()

    assert "near 300, baskets of people with a coupon at hand clearly reach the threshold more often" in said(finding)
    assert "about 8 were moved over it (95% interval 2 – 12)" in said(finding)
    (table,) = [exhibit.table for exhibit in finding.exhibits if exhibit.table and exhibit.sentence]
    assert [cell.text for cell in table.rows[0]][1:4] == ["16/20", "16/40", "+40.0 pp"]
    assert len(table.rows) == 1


@pytest.mark.parametrize(
    ("low", "words"), [(-0.1, "reach them no more often than others"), (np.nan, "too few baskets lie near a threshold")]
)
def test_no_bunching_is_said(low: float, words: str) -> None:
    thresholds = THRESHOLDS.assign(low=low, gain=np.nan if np.isnan(low) else THRESHOLDS["gain"])

    assert words in said(find(thresholds=thresholds))


@pytest.mark.parametrize(
    ("hunters", "words"),
    [
        ({}, "12 of 48 buyers with a coupon, 25.0% (95% interval 15.0% – 39.0%); chance alone would make 2.4."),
        ({"by_chance": 11.0}, "**nothing shows that anybody lives off coupons**"),
        ({"hunters": 3}, "fewer than 5 of 48 buyers with a coupon"),
        ({"coupon_buyers": 4, "hunters": 1}, "too few buyers used a coupon to judge"),
    ],
)
def test_hunters_stand_beside_chance(hunters: dict[str, Any], words: str) -> None:
    assert words in said(find(hunters=hunters))


def test_figures_are_recorded_with_their_denominators_and_few_people_are_not() -> None:
    entries = {entry.name: entry for entry in find().entries}

    assert entries["coupon_use_rate"].denominator == 230
    assert entries["coupon_subsidy_rate"].value == Decimal("0.1")
    assert entries["bonus_hunter_rate"].numerator == 12
    assert "bonus_hunter_rate" not in {entry.name for entry in find(hunters={"hunters": 3}).entries}


def test_no_coupon_or_hardly_any_use_is_a_sentence() -> None:
    hidden = TEMPLATES.iloc[2:].assign(used=2, subsidy=None, gmv=None)

    assert find(frame=TEMPLATES.iloc[:0]).sentence.strip() == "No coupon could be used in the campaign."
    assert "too few to show amounts" in find(frame=hidden).sentence


DRAWN = pd.DataFrame(
    {
        "template": ["满300减30·本活动", "满99减10"],
        "issued": [1707, 1018],
        "claimed": [1707, 562],
        "used": [287, 8],
        "coupon_use_rate": [287 / 1707, 8 / 1018],
    }
)


def test_each_template_shows_issued_claimed_and_used(text: Text, readable: Callable[[Chart], None]) -> None:
    chart = draw(DRAWN, text)

    readable(chart)
    widths = [bar.get_width() for bar in chart.figure.axes[0].patches]  # type: ignore[attr-defined]
    assert widths == [1707, 1018, 1707, 562, 287, 8]
    assert "16.8%" in chart.alt


def test_a_frame_without_counts_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have the columns issued, claimed, used"):
        draw(DRAWN.drop(columns="issued"), text)
