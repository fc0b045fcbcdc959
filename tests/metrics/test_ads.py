"""Ads of a campaign, worked by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.metrics.ads import MOST, ads
from retro.periods import Window

WINDOW = Window(dt.datetime(2025, 3, 1, 20), dt.datetime(2025, 3, 2, 20))
ROWS = [
    # day, channel, plan, ad, campaign, impressions, clicks, cost, conversions
    ("2025-03-01", "video", "p1", "a1", "night", 1000, 50, "100.00", 5),
    ("2025-03-02", "video", "p1", "a2", None, 1000, 10, "20.00", 1),
    ("2025-03-02", "search", "p2", "a3", "night", 500, 40, "60.00", 4),
    ("2025-03-02", "search", "p2", "a3", "other", 900, 90, "90.00", 9),
    ("2025-03-03", "search", "p2", "a3", "night", 700, 70, "70.00", 7),
]
COLUMNS = ["shown_on", "channel", "ad_campaign", "ad_id", "campaign_id", "impressions", "clicks", "cost", "conversions"]


def table(rows: list[tuple[Any, ...]] = ROWS, **changed: Any) -> ibis.Table:
    frame = pd.DataFrame(rows, columns=COLUMNS).assign(**changed)
    frame["shown_on"] = pd.to_datetime(frame["shown_on"]).dt.date
    frame["cost"] = frame["cost"].map(Decimal)
    return ibis.memtable(frame)


def orders(amount: str = "900.00") -> ibis.Table:
    rows = [("o1", "u", dt.datetime(2025, 3, 2, 9), "paid", Decimal(amount))]
    return ibis.memtable(pd.DataFrame(rows, columns=["order_id", "user_id", "ordered_at", "status", "amount"]))


def test_ads_of_the_days_of_a_campaign_add_up_by_channel_plan_and_ad() -> None:
    frame = ads(table(), {"orders": orders()}, WINDOW, campaign_id="night")

    told = frame[["level", "name", "impressions", "clicks", "conversions", "cost"]].values.tolist()
    assert told == [
        ["channel", "video", 2000, 60, 6, Decimal("120.00")],
        ["channel", "search", 500, 40, 4, Decimal("60.00")],
        ["ad_campaign", "p1", 2000, 60, 6, Decimal("120.00")],
        ["ad_campaign", "p2", 500, 40, 4, Decimal("60.00")],
        ["ad_id", "a1", 1000, 50, 5, Decimal("100.00")],
        ["ad_id", "a3", 500, 40, 4, Decimal("60.00")],
        ["ad_id", "a2", 1000, 10, 1, Decimal("20.00")],
        ["total", "total", 2500, 100, 10, Decimal("180.00")],
    ]
    total = frame.iloc[-1]
    assert (total["ctr"], total["conversion_rate"], total["cost_share"]) == pytest.approx((0.04, 0.1, 0.2))
    assert [total[name] for name in ("cpc", "cpm", "cpa", "gmv")] == [*map(Decimal, ("1.80", "72.00", "18.00", "900"))]
    assert frame["gmv"].iloc[0] is None


def test_what_is_not_known_is_missing() -> None:
    bare = table().drop("conversions", "ad_campaign", "campaign_id")
    frame = ads(bare, {}, WINDOW, campaign_id="night")

    assert list(frame["level"].unique()) == ["channel", "ad_id", "total"]
    assert frame["conversions"].tolist() == [None] * len(frame)
    assert frame[["conversion_rate", "cost_share"]].isna().all(axis=None)
    unclicked = ads(table(clicks=0), {}, WINDOW, campaign_id="night").iloc[-1]
    assert (unclicked["cpc"], unclicked["ctr"]) == (None, 0)
    assert ads(table(), {}, Window(dt.datetime(2025, 5, 1), dt.datetime(2025, 5, 2)), campaign_id="night").empty


def test_the_ads_beyond_the_dearest_are_one_row() -> None:
    rows = [("2025-03-02", "video", "p", f"a{n:02}", None, 100, 10, f"{50 - n}.00", 6) for n in range(MOST + 2)]
    frame = ads(table(rows), {}, WINDOW, campaign_id="night")

    own = frame[frame["level"] == "ad_id"]
    assert len(own) == MOST + 1
    assert own[["name", "cost", "clicks"]].iloc[-1].tolist() == ["rest", Decimal("79.00"), 20]
    unknown = ads(table(rows).drop("conversions"), {}, WINDOW, campaign_id="night")
    assert unknown["conversions"].tolist() == [None] * len(unknown)
    assert unknown["cpa"].tolist() == [None] * len(unknown)


def test_ads_of_all_campaigns_where_none_is_asked() -> None:
    assert ads(table(), {}, WINDOW).iloc[-1]["cost"] == Decimal("270.00")
    assert ads(table(), {}, WINDOW, campaign_id="night").iloc[-1]["cost"] == Decimal("180.00")
