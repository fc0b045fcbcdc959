"""What the section `content` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd

from telling import context_of, entries, finder, words_of

find = finder(partial(context_of, "content", start="2024-11-25", end="2024-12-23T00:00"))

ROW: dict[str, Any] = {
    "contents": 400, "creators": 50, "impressions": 800000, "reached": 500000, "clicks": 6000, "engaged": 28000,
    "interactions": 36000, "fan_impressions": pd.NA, "fan_engaged": pd.NA, "orders": 220, "buyers": 210,
    "new_buyers": 84, "hits": 50, "hit_rate": 0.125, "top": 40, "top_interactions": 16000, "top_rate": 0.444,
    "silent": 1, "engaged_median": 0.086, "cost": Decimal("22400.00"), "cost_per_engagement": Decimal("0.80"),
    "gmv": Decimal("63000.00"), "shop_gmv": Decimal("1050000.00"), "gmv_rate": 0.06,
    "click_rate": 0.0075, "click_low": 0.0073, "click_high": 0.0077, "engaged_rate": 0.056, "engaged_low": 0.055,
    "engaged_high": 0.057, "buyer_rate": 0.035, "buyer_low": 0.031, "buyer_high": 0.04, "new_rate": 0.4,
    "new_low": 0.34, "new_high": 0.47, "fan_impressions_rate": None, "fan_engaged_rate": None,
}  # fmt: skip
FRAME = pd.DataFrame([ROW])


def test_from_impressions_to_orders() -> None:
    english, chinese = words_of(find, "content", FRAME)

    assert english.startswith("50 creators published **400 pieces**. They were shown 800K times.")
    assert "**50 pieces (12.5%) bring half**; the best tenth (40) bring 44.4%. 1 piece got none." in english
    assert "5.6% pooled. The median of the pieces' rates is 8.6%." in english
    assert "**Content's share of GMV is 6.0%**. 210 bought, 3.5% of clicks" in english
    assert "**50 篇（12.5%）带来一半**" in chinese
    assert entries(find("content", FRAME))["content_hit_rate"].denominator == 400
    assert find("content", FRAME).exhibits[0].sentence == "From impressions (800K) to buyers (210)"


def test_a_page_without_a_shop_and_with_followers() -> None:
    unknown = dict.fromkeys(("orders", "buyers", "new_buyers"), pd.NA)
    bare = FRAME.assign(creators=0, fan_engaged_rate=0.66, fan_impressions_rate=0.57, **unknown)
    bare = bare.assign(**dict.fromkeys(("gmv", "gmv_rate", "buyer_rate", "new_rate"), None))
    sentence = find("content", bare).sentence

    assert "Followers are 66.0% of those who engaged and 57.0% of impressions." in sentence
    assert "Orders do not say by which content they came" in sentence


def test_a_few_buyers_and_nothing_published() -> None:
    assert "Too few bought by content to be told." in find("content", FRAME.assign(buyers=3, new_buyers=1)).sentence
    assert find("content", FRAME.iloc[:0]).sentence == "Nothing was published in the campaign."
