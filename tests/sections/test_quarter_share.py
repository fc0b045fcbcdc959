"""What the section `quarter_share` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from telling import context_of, figures, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


def quarter(back: int, of: int) -> pd.DataFrame:
    rows = [
        ("campaign", 40, 50, Decimal(100), 0.1, pd.NA, None),
        ("returned", back, back, Decimal(20), 0.02, of, back / of if of else None),
        ("quarter", 400, 500, Decimal(1000), None, pd.NA, None),
    ]
    frame = pd.DataFrame(rows, columns=["what", "buyers", "orders", "gmv", "share", "of", "rate"])
    return frame.assign(low=0.1, high=0.4, state="observed")


@pytest.mark.parametrize(
    ("back", "of", "words"),
    [
        (10, 40, "25.0% of its buyers bought again** (10/40"),
        (0, 0, "repurchase is left empty, not 0"),
        (4, 40, "is **10.0% of the quarter's 1,000 CNY**. "),
    ],
)
def test_the_return_of_buyers_is_told_once_it_is_known_of_enough(back: int, of: int, words: str) -> None:
    finding = find("quarter_share", quarter(back, of))

    assert words in finding.sentence
    assert ("bought again" in finding.sentence) == (back > 4)
    assert figures(finding)["quarter_share"] == Decimal("0.1")


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "The orders name no buyer, so repurchase is unknown."), ("zh", "订单没有买家，不知道复购。")],
)
def test_a_shop_that_knows_no_buyers_says_so_and_not_that_days_are_open(lang: str, words: str) -> None:
    frame = quarter(0, 0).assign(buyers=[None, None, None])

    sentence = find("quarter_share", frame, lang=lang).sentence

    assert words in sentence
    assert "not over" not in sentence


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "orders of some days of the quarter are missing, so its share is unknown. Within 30 days **25.0%"),
        ("zh", "本季度的订单缺了几天，算不出占全季度多少。"),
    ],
)
def test_a_quarter_whose_days_are_not_all_known_has_no_share(lang: str, words: str) -> None:
    frame = quarter(10, 40).assign(state="lacking", share=[None, None, None])

    finding = find("quarter_share", frame, lang=lang)

    assert words in finding.sentence
    assert figures(finding)["quarter_share"] is None


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            "50 orders are **10.0% of the quarter's 500**; their amounts are not known. Within 30 days **25.0% of its",
        ),
        ("en", "with 10 orders, 2.0% of the quarter's. "),
        ("zh", "活动成交 50 单，**占全季度 500 单的 10.0%**；订单没有金额。买家在 30 天内 **25.0% 再次购买**"),
        ("zh", "又下 10 单，相当于季度的 2.0%。"),
    ],
)
def test_without_amounts_a_campaign_is_a_share_of_the_quarters_orders(lang: str, words: str) -> None:
    finding = find("quarter_share", quarter(10, 40).assign(gmv=None), lang=lang)

    assert words in finding.sentence
    assert list(figures(finding)) == ["return_buyer_rate"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "The campaign had 50 orders, whose amounts are not known; orders do not know all days of the quarter"),
        ("zh", "活动成交 50 单，没有金额；订单没有覆盖本季度至今的所有日期"),
    ],
)
def test_without_amounts_and_days_only_the_orders_are_told(lang: str, words: str) -> None:
    frame = quarter(10, 40).assign(gmv=None, state="lacking", share=[None, None, None])

    assert words in find("quarter_share", frame, lang=lang).sentence
