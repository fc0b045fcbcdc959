from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from retro.campaigns.flash_sale_night import FlashSaleNight
from retro.i18n import Lang, load_text
from retro.sections import SECTIONS, Context, Finding

BANDS = {
    "marketing": {"categories": ["media"], "low": "0.08", "high": "0.12"},
    "technology": {"categories": ["technology"], "low": "0.03", "high": "0.05"},
}


def find(section: str, *frames: object, lang: Lang = "en", **roi: Any) -> Finding:
    keys = {"kind": "flash_sale_night", "campaign_id": "night", "title": "t"}
    window = {"start": "2025-03-01", "end": "2025-03-02", "roi": roi}
    params = FlashSaleNight.model_validate(keys | window, context={"zone": ZoneInfo("Asia/Shanghai")})
    return SECTIONS[section](*frames, Context(params, load_text(lang), dt.datetime(2025, 4, 1)))


def shares(*values: float) -> pd.DataFrame:
    costs = [Decimal(str(value)) * 1000 for value in values]
    frame = pd.DataFrame({"group": ["marketing", "technology"], "cost": costs, "share": values})
    total = {"group": "total", "cost": sum(costs), "share": sum(values)}
    return pd.concat([frame, pd.DataFrame([total])], ignore_index=True).assign(gmv=Decimal(1000))


@pytest.mark.parametrize(
    ("values", "words", "states"),
    [
        ((0.10, 0.05), "every part is within the plan", ["✓ within plan", "✓ within plan", ""]),
        ((0.20, 0.04), "**outside the plan: Marketing 20.0% (plan 8% – 12%)**", ["↑ above plan", "✓ within plan", ""]),
        ((0.10, 0.01), "**outside the plan: Technology 1.0% (plan 3% – 5%)**", ["✓ within plan", "↓ below plan", ""]),
    ],
)
def test_shares_of_gmv_stand_beside_the_plan(values: tuple[float, float], words: str, states: list[str]) -> None:
    finding = find("cost_shares", shares(*values), cost_bands=BANDS)

    assert words in finding.sentence
    assert finding.table is not None
    assert [row[-1].text for row in finding.table.rows] == states
    assert finding.entries[0].denominator == 1000


def test_without_a_plan_nothing_is_said_and_without_figures_that_is() -> None:
    assert find("cost_shares", shares(0.1, 0.04)).sentence == ""
    assert "cost has no share of GMV" in find("cost_shares", shares(0.1, 0.04).iloc[:0], cost_bands=BANDS).sentence


CHANNELS = pd.DataFrame(
    [
        ("app", "20.00", 9, 4, 9, "90.00", "40.00", "5.00", 4.5, "6.00", None, 1.2, None),
        ("web", "30.00", 9, 3, 9, "60.00", "20.00", "10.00", 2.0, "4.00", None, 0.4, None),
        (None, "7.00", *[None] * 11),
    ],
    columns=[
        "channel", "spend", "buyers", "first_buyers", "orders", "gmv", "contribution", "cac", "roas", "value_30",
        "value_60", "value_per_cac_30", "value_per_cac_60",
    ],
    dtype=object,
)  # fmt: skip
MONEY = ["spend", "gmv", "contribution", "cac", "value_30", "value_60"]
CHANNELS[MONEY] = CHANNELS[MONEY].map(lambda amount: None if amount is None else Decimal(amount)).astype(object)


def test_channels_earn_back_what_a_customer_cost_or_not() -> None:
    finding = find("channels", CHANNELS)

    assert "a first-time buyer cost from **5.00 CNY** (app) to **10.00 CNY** (web)" in finding.sentence
    said = finding.exhibits[1].sentence
    assert "of 2 channels with spend **only app earned back what a customer cost** (LTV/CAC from 0.40 to 1.20)" in said
    assert "60 days are not yet observed" in said
    table = finding.exhibits[1].table
    assert table is not None
    assert [cell.text for cell in table.rows[0]] == ["app", "4", "5.00", "6.00", "1.20"]


@pytest.mark.parametrize(("ratios", "words"), [((1.2, 1.0), "**all 2 channels"), ((0.9, 0.4), "**none of 2 channels")])
def test_all_or_none_earn_it_back(ratios: tuple[float, float], words: str) -> None:
    assert words in find("channels", CHANNELS.assign(value_per_cac_30=[*ratios, None])).exhibits[1].sentence


def test_a_band_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="high must not be below low"):
        find("cost_shares", shares(0.1, 0.04), cost_bands={"x": {"categories": ["sms"], "low": "0.2", "high": "0.1"}})
    twice = {"x": {"categories": ["sms"], "high": "0.1"}, "y": {"categories": ["sms"], "high": "0.1"}}
    with pytest.raises(ValueError, match="must hold each category once, got 'sms' twice"):
        find("cost_shares", shares(0.1, 0.04), cost_bands=twice)
