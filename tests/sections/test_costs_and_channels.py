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


def find(section: str, *frames: object, lang: Lang = "en", **roi: Any) -> Finding:
    keys = {"kind": "flash_sale_night", "campaign_id": "night", "title": "t"}
    window = {"start": "2025-03-01", "end": "2025-03-02", "roi": roi}
    params = FlashSaleNight.model_validate(keys | window, context={"zone": ZoneInfo("Asia/Shanghai")})
    return SECTIONS[section](*frames, Context(params, load_text(lang), dt.datetime(2025, 4, 1)))


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
