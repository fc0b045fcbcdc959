"""What the section `ads` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from telling import cells, context_of, entries, finder, objects

find = finder(partial(context_of, "member_day", start="2025-03-26", end="2025-03-27T00:00"))
NAN = float("nan")


def told(conversions: int | None = 20, share: float = 0.2) -> pd.DataFrame:
    frame = objects(
        level=["channel", "channel", "ad_id", "total"],
        name=["app", None, "a1", "total"],
        impressions=[2000, 500, 2500, 2500],
        clicks=[60, 40, 100, 100],
        conversions=[conversions and conversions - 8, conversions and 8, conversions, conversions],
        cost=[Decimal("120.00"), Decimal("60.00"), Decimal("180.00"), Decimal("180.00")],
        cpc=[Decimal("2.00"), Decimal("1.50"), Decimal("1.80"), Decimal("1.80")],
        cpm=[Decimal("60.00"), Decimal("120.00"), Decimal("72.00"), Decimal("72.00")],
        cpa=[conversions and Decimal("9.00")] * 4,
        gmv=[None, None, None, Decimal("900.00")],
    )
    return frame.assign(ctr=[0.03, 0.08, 0.04, 0.04], conversion_rate=0.2, cost_share=[NAN, NAN, NAN, share])


def test_ads_are_told_by_cost_clicks_share_and_conversions() -> None:
    finding = find("ads", told())

    assert "Ads cost **180 CNY** for 2,500 impressions and 100 clicks, a CTR of **4.00%**" in finding.sentence
    assert "**20.0%** of the window's GMV of 900 CNY" in finding.sentence
    assert "Platforms count 20 conversions at 9 CNY each" in finding.sentence
    assert "Clicks were cheapest on Not named (1.50 CNY) and dearest on" in finding.sentence
    assert [row[0] for row in cells(finding)][1:] == ["Not named", "Total"]
    assert len(finding.exhibits) == 1, "a shop without plans has channels and ads"
    values = entries(finding)
    assert values["ad_click_rate"].denominator == 2500
    assert values["ad_cost_rate"].value == Decimal("0.2")


def test_what_is_not_known_is_not_said_and_few_conversions_are_masked() -> None:
    finding = find("ads", told(conversions=None, share=NAN))
    assert "conversions" not in finding.sentence
    assert "GMV" not in finding.sentence
    assert "Conversions" not in [column.label for column in finding.table.columns]  # type: ignore[union-attr]

    few = [row[7:] for row in cells(find("ads", told(conversions=11)))]
    assert few[0] == ["<5", "", ""]
    assert few[1][0] == "≥5", "it would be the rest of the total"
    assert not find("ads", told().iloc[:0]).covered
