"""What the section `content_kinds` says."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from telling import cells, context_of, figures, finder, words_of

find = finder(partial(context_of, "content", start="2024-11-25", end="2024-12-23T00:00"))


def kind(
    dimension: str, value: str, buyers: Any, median: float, beside: str = "", rate: float = 0.06
) -> dict[str, Any]:
    return {
        "dimension": dimension, "value": value, "beside": beside, "contents": 100, "clicks": 2000, "buyers": buyers,
        "new_buyers": buyers, "orders": buyers, "reached_median": 300.0, "interactions_mean": median + 20,
        "interactions_median": median, "engaged_median": 0.08, "engaged_rate": 0.05, "engaged_low": 0.04,
        "engaged_high": 0.06, "buyer_rate": rate, "buyer_low": rate - 0.01, "buyer_high": rate + 0.01, "gmv": None,
        "cost_per_engagement": None,
    }  # fmt: skip


FRAME = pd.DataFrame(
    [
        kind("creator_class", "koc", 120, 40.0),
        kind("creator_class", "kol", 40, 90.0, rate=0.02),
        kind("content_type", "photo", 80, 54.5),
        kind("content_type", "video", 80, 45.5),
        kind("paid", "paid", 80, 83.0),
        kind("paid", "unpaid", 80, 41.0),
        kind("content_type_paid", "photo", 80, 60.0, "paid"),
    ]
)


def test_classes_types_and_payment() -> None:
    english, chinese = words_of(find, "content_kinds", FRAME)

    assert "**KOC converts 6.0% of clicks, 3.0 times as many as KOL (2.0%)**." in english
    assert (
        "By type, photo got the most interactions (median 54.5 over 100 pieces), video the fewest (45.5 over 100)."
        in english
    )
    assert "which pieces were paid for was a choice, so payment cannot take the credit" in english
    assert "**KOC 的点击有 6.0% 变成购买，是 KOL（2.0%）的 3.0 倍**" in chinese
    assert "photo, paid" in [row[0] for row in cells(find("content_kinds", FRAME))]
    assert figures(find("content_kinds", FRAME))["koc_content_buyer_rate"] is not None
    *_, rates = find("content_kinds", FRAME.assign(engaged_rate=[0.09, 0.04, *[0.05] * 5])).exhibits
    assert rates.sentence == "By class of creator, KOC has the highest engagement (9.0%), KOL the lowest (4.0%)"


def test_classes_that_are_alike_or_few() -> None:
    alike = FRAME.assign(buyer_rate=0.05, buyer_low=0.04, buyer_high=0.06)

    assert "no clear difference between KOC" in find("content_kinds", alike).sentence
    few = find("content_kinds", FRAME.assign(buyers=[120, 3, 80, 80, 80, 80, 80]))
    assert "KOL" not in few.sentence


def test_nothing_to_compare() -> None:
    finding = find("content_kinds", FRAME.iloc[:0])

    assert (finding.covered, finding.entries) == (False, ())
