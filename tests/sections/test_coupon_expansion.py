from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from retro.campaigns.member_day import MemberDay
from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Lang, Text, load_text
from retro.sections import SECTIONS, Context, Finding
from retro.sections.coupon_expansion import draw

NAN = np.nan


MONEY = ["face_issued", "face", "subsidy_issued", "subsidy", "gmv", "contribution"]


EXPANDED = pd.DataFrame(
    [
        ("expanded", 120, 60, 0.5, 0.41, 0.59, NAN, NAN, NAN, 1200, 3600, 600, 1800, 18000, 5400, 10.0, 3.0),
        ("not_expanded", 80, 30, 0.375, 0.28, 0.48, NAN, NAN, NAN, 800, 800, 300, 300, 9000, 2700, 30.0, 9.0),
        ("all", 200, 90, 0.45, 0.38, 0.52, 0.125, -0.01, 0.26, 2000, 4400, 900, 2100, 27000, 8100, 12.857, 3.857),
    ],
    columns=[
        "group", "issued", "used", "expanding_redemption_rate", "low", "high", "gain", "gain_low", "gain_high", *MONEY,
        "gmv_per_subsidy", "contribution_per_subsidy",
    ],
)  # fmt: skip
EXPANDED[MONEY] = EXPANDED[MONEY].map(Decimal)


def find(section: str, frame: pd.DataFrame, lang: Lang = "en", **targets: float) -> Finding:
    keys: dict[str, Any] = {"kind": "member_day", "campaign_id": "c", "title": "t", "targets": targets}
    keys |= {"start": "2025-03-26T00:00", "end": "2025-03-27T00:00"}
    params = MemberDay.model_validate(keys, context={"zone": ZoneInfo("Asia/Shanghai")})
    return SECTIONS[section](frame, Context(params, load_text(lang), None))


def entries(finding: Finding) -> dict[str, Any]:
    return {entry.name: entry for entry in finding.entries}


def test_coupons_stand_beside_their_target() -> None:
    finding = find("coupon_expansion", EXPANDED, expanding_redemption_rate=0.55)

    assert "200 expanding coupons were issued and 120 expanded (60.0%)" in finding.sentence
    assert "**90 were used, 45.0%** (95% interval 38.0% – 52.0%), **below the target of 55%**." in finding.sentence
    assert "**for each 1 taken off, their orders brought 12.9 of GMV and 3.9 of contribution**" in finding.sentence
    assert "50.0% were used (60/120), of the others 37.5% (30/80)" in finding.sentence
    recorded = entries(finding)
    assert recorded["expanding_redemption_rate"].value == Decimal("0.45")
    assert recorded["coupon_expansion_rate"].numerator == 120
    assert (recorded["gmv_per_subsidy"].numerator, recorded["gmv_per_subsidy"].denominator) == (27000, 2100)


@pytest.mark.parametrize(
    ("target", "words"),
    [(0.3, "which reaches the target of 30%"), (0.5, "too close to the target of 50% to call")],
)
def test_an_interval_decides_whether_a_target_is_reached(target: float, words: str) -> None:
    assert words in find("coupon_expansion", EXPANDED, expanding_redemption_rate=target).sentence


@pytest.mark.parametrize(
    ("low", "zh", "en"),
    [
        (-0.01, "**可能只是偶然**；况且膨胀与否是会员自己选的，只是相关", "**which may be chance alone**"),
        (0.02, "**只是相关，不能算膨胀的功劳**", "**a correlation, not what expanding brings**"),
    ],
)
def test_expanded_beside_the_others_is_never_an_effect(low: float, zh: str, en: str) -> None:
    frame = EXPANDED.assign(gain_low=[NAN, NAN, low])

    assert zh in find("coupon_expansion", frame, "zh").sentence
    assert en in find("coupon_expansion", frame).sentence


def test_contribution_that_is_not_known_is_not_said() -> None:
    frame = EXPANDED.assign(contribution=None, contribution_per_subsidy=NAN)
    finding = find("coupon_expansion", frame)

    assert "goods have no known cost, so there is no contribution" in finding.sentence
    assert entries(finding)["contribution_per_subsidy"].value is None


def test_a_shop_without_expanding_coupons_says_what_is_missing() -> None:
    finding = find("coupon_expansion", EXPANDED.iloc[:0])

    assert not finding.covered
    assert "issued_face_amount" in finding.sentence


DRAWN = pd.DataFrame(
    {
        "group": ["expanded", "not_expanded", "all"],
        "issued": [592, 217, 809],
        "used": [285, 88, 373],
        "expanding_redemption_rate": [285 / 592, 88 / 217, 373 / 809],
        "low": [0.441, 0.342, 0.427],
        "high": [0.522, 0.472, 0.496],
    }
)


def test_use_rates_stand_beside_their_target(text: Text, readable: Callable[[Chart], None]) -> None:
    chart = draw(DRAWN, text, target=Decimal("0.55"))

    readable(chart)
    assert chart.figure.axes[0].get_xlim()[1] > 0.55
    assert "46.1%" in chart.alt


def test_use_rates_can_do_without_a_target(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN.iloc[:1], text))


def test_a_frame_without_its_columns_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have the columns"):
        draw(pd.DataFrame({"x": []}), text)
