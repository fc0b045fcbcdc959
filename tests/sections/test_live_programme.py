"""What the section `live_programme` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd

from telling import context_of, entries, figures, finder, words_of

find = finder(partial(context_of, "live_programme", start="2024-11-18", end="2024-12-30T00:00"))

ROW: dict[str, Any] = {
    "sessions": 36,
    "viewers": 2000,
    "booked": 400,
    "booked_came": 240,
    "clickers": 600,
    "comments": 900,
    "likes": 0,
    "shares": 100,
    "interactions": 1000,
    "orders": 130,
    "buyers": 120,
    "new_buyers": 60,
    "sold": 140,
    "returned": 10,
    "gmv": Decimal("40000.00"),
    "gpm": Decimal("20000.00"),
    "hours": 144.0,
    "hour_gmv": Decimal("277.78"),
    "watch_minutes": 5.8,
    "peak": 40.0,
    "online": 12.5,
    "viewer_rate": 0.06,
    "viewer_low": 0.05,
    "viewer_high": 0.071,
    "click_rate": 0.2,
    "click_low": 0.17,
    "click_high": 0.234,
    "clicked_rate": 0.3,
    "clicked_low": 0.28,
    "clicked_high": 0.32,
    "new_followers": 80,
    "follow_rate": 0.04,
    "follow_low": 0.032,
    "follow_high": 0.05,
    "came_rate": 0.6,
    "came_low": 0.55,
    "came_high": 0.65,
    "new_rate": 0.5,
    "new_low": 0.41,
    "new_high": 0.59,
    "return_rate": 1 / 14,
    "return_low": 0.04,
    "return_high": 0.13,
    "interaction_ratio": 0.5,
    "top_comments": 207.0,
    "top_rate": 0.23,
}
FRAME = pd.DataFrame([ROW])
EVERYDAY = pd.DataFrame(
    {
        "what": ["live", "everyday"],
        "people": [2000, 100000],
        "buyers": [120, 2000],
        "rate": [0.06, 0.02],
        "low": [0.05, 0.019],
        "high": [0.071, 0.021],
    }
)
NONE = EVERYDAY.iloc[:0]
MISSING = ["viewers", "buyers", "clickers", "booked", "booked_came", "new_buyers", "returned", "sold", "orders"]


def test_both_conversions_and_the_everyday_one() -> None:
    english, chinese = words_of(find, "live_programme", FRAME, EVERYDAY)

    assert "36 shows. 2,000 viewers. A viewer stayed 5.8 minutes." in english
    assert (
        "**120 bought, 6.0% of viewers** (95% interval 5.0% – 7.1%). That is 20.0% of the 600 who clicked an item."
        in english
    )
    assert "20K CNY for each 1,000 viewers. Shows were on for 144.0 hours, and brought 278 CNY each hour" in english
    assert "共播 144.0 小时，每小时成交 278 元" in chinese
    assert "On the same days 2.0% of visitors bought outside of shows" in english
    assert "**shows convert 3.0 times as many**; viewers were more ready to buy anyway" in english
    assert "Of the 400 who booked, 60.0% came. 80 began to follow, 4.0% of viewers." in english
    assert "50.0% of buyers were new. 7.1% of paid orders were refunded." in english
    assert "**直播是平日的 3.0 倍**；来看的人本来就更想买" in chinese


def test_its_figures_are_recorded() -> None:
    finding = find("live_programme", FRAME, EVERYDAY)
    assert finding.shows.startswith("Shows convert ")

    assert (entries(finding)["live_viewer_rate"].numerator, entries(finding)["live_viewer_rate"].denominator) == (
        120,
        2000,
    )
    assert figures(finding)["live_gpm"] == Decimal("20000.00")
    assert figures(finding)["everyday_conversion_rate"] == Decimal("0.02")


def test_without_viewers_and_orders_engagement_is_no_sale() -> None:
    rates = {name: float("nan") for name in ROW if name.endswith(("_rate", "_low", "_high")) and name != "top_rate"}
    bare = FRAME.assign(
        **dict.fromkeys(MISSING, pd.NA), **rates, gmv=None, gpm=None, hour_gmv=None, watch_minutes=None, peak=None
    )
    finding = find("live_programme", bare, NONE)

    assert "engagement is not sales" in finding.sentence
    assert "1,000 interactions." in finding.sentence
    assert "The tenth of shows with most comments got 23.0% of them." in finding.sentence
    assert not any(word in finding.sentence for word in ("bought", "booked", "viewers"))
    assert finding.exhibits == ()


def test_a_few_buyers_are_not_told() -> None:
    finding = find("live_programme", FRAME.assign(buyers=3), EVERYDAY.assign(buyers=[3, 2000]))

    assert "bought" not in finding.sentence
    assert figures(finding)["live_viewer_rate"] is None
    assert figures(finding)["live_gmv"] is None
    assert figures(finding)["live_hour_gmv"] is None


def test_a_programme_without_shows_is_not_covered() -> None:
    finding = find("live_programme", FRAME.iloc[:0], NONE)

    assert (finding.sentence, finding.covered) == ("No show began in the campaign.", False)
