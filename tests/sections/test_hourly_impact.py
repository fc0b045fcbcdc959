from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from retro.campaigns.flash_sale_night import FlashSaleNight
from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Lang, Text, load_text
from retro.metrics.baseline import HourlyImpact
from retro.sections import SECTIONS, Context, Finding
from retro.sections.hourly_impact import draw as hourly_impact

HOURS = pd.DataFrame({"at": [dt.datetime(2025, 3, 1, 20), dt.datetime(2025, 3, 1, 21)], "orders": [36, 8]})
HOURS = HOURS.assign(expected=[6.0, 6.0], low=[2.0, 2.0], high=[10.0, 10.0])


def find(lang: Lang = "en", **found: Any) -> Finding:
    keys = {"kind": "flash_sale_night", "campaign_id": "night", "title": "t"}
    window = {"start": "2025-03-01T20:00", "end": "2025-03-01T22:00"}
    params = FlashSaleNight.model_validate(keys | window, context={"zone": ZoneInfo("Asia/Shanghai")})
    facts = {"hours": HOURS, "effect": 32.0, "low": 24.0, "high": 40.0, "baseline_hours": 900} | found
    impact = HourlyImpact(**facts)
    return SECTIONS["hourly_impact"](impact.hours, impact, Context(params, load_text(lang), dt.datetime(2025, 4, 1)))


def test_the_hours_and_the_opening_are_told() -> None:
    finding = find()

    assert "the campaign had **32 orders** more" in finding.sentence
    assert "1 of 2 hours lie above what was expected. The first hour brought 93.8%" in finding.sentence
    assert finding.entries[0].name == "incremental_orders"


@pytest.mark.parametrize(("lang", "words"), [("en", "which may be ordinary variation"), ("zh", "分不清是不是平常波动")])
def test_an_effect_within_chance_is_said_to_be(lang: Lang, words: str) -> None:
    assert words in find(lang, low=-4.0).sentence


def test_too_short_a_history_is_a_sentence_without_figures() -> None:
    finding = find(hours=HOURS.assign(expected=float("nan")), baseline_hours=480)

    assert "Only 20 baseline days lie before the campaign" in finding.sentence
    assert not finding.has_figures


DRAWN_HOURS = pd.DataFrame({"at": [dt.datetime(2025, 2, 28, 20) + dt.timedelta(hours=hour) for hour in range(24)]})


DRAWN_HOURS = DRAWN_HOURS.assign(orders=[675, *[40] * 22, 193], expected=8.0, low=2.0, high=14.0)


def test_hours_stand_beside_what_was_expected(text: Text, readable: Callable[[Chart], None]) -> None:
    chart = hourly_impact(DRAWN_HOURS, text)

    readable(chart)
    assert text.count(1748) in chart.alt
    assert text.count(192) in chart.alt


def test_a_frame_without_expectation_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have the columns at, orders, expected"):
        hourly_impact(DRAWN_HOURS.drop(columns="expected"), text)
