"""What the section `live_sources` says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from retro.charts import Chart
from retro.i18n import Text
from retro.sections.live_sources import draw
from telling import cells, context_of, entries, finder, words_of

find = finder(partial(context_of, "live_programme", start="2025-02-10", end="2025-02-17T00:00"))

FRAME = pd.DataFrame(
    {
        "source": ["recommended", "live_ads", "Mini store"],
        "is_paid": pd.Series([False, True, False], dtype=object),
        "shows": [4, 4, 1],
        "all_shows": [4, 4, 4],
        "sessions": [4, 4, 4],
        "viewers": [500, 300, 200],
        "source_viewers": [1000, 1000, 1000],
        "share": [0.5, 0.3, 0.2],
        "paid_viewers": pd.array([300, 300, 300], "Int64"),
        "paid_share": [0.3, 0.3, 0.3],
        "buyers": pd.array([None] * 3, "Int64"),
        **dict.fromkeys(("buyer_rate", "buyer_low", "buyer_high"), float("nan")),
    }
)
BOUGHT = FRAME.assign(
    buyers=pd.array([50, 9, 10], "Int64"),
    buyer_rate=[0.1, 0.03, 0.05],
    buyer_low=[0.08, 0.02, 0.03],
    buyer_high=[0.13, 0.06, 0.09],
)


def test_the_largest_sources_are_told_and_the_share_that_was_paid_for() -> None:
    english, chinese = words_of(find, "live_sources", FRAME)

    assert english == (
        "**Most came from recommendation: 50.0%** (500/1,000 viewers), then from live ads (30.0%). "
        "30.0% were paid for (300 viewers)."
    )
    assert (
        chinese
        == "**推荐来的最多，占 50.0%**（500/1,000 人次），其次是直播投放（30.0%）。付费流量占 30.0%（300 人次）。"
    )
    assert [row[:2] for row in cells(find("live_sources", FRAME))] == [
        ["recommendation", "no"], ["live ads", "yes"], ["Mini store", "no"],
    ]  # fmt: skip


def test_conversion_by_source_is_told_where_buyers_are_counted() -> None:
    english, chinese = words_of(find, "live_sources", BOUGHT)
    alike = find("live_sources", BOUGHT.assign(buyer_low=0.01)).sentence

    assert "recommendation bought most: 10.0% (50/500), those from live ads least (3.0%)" in english
    assert "下单比例最高的是推荐：10.0%（50/500），最低的是直播投放（3.0%）" in chinese
    assert "From 10.0% of viewers from recommendation to 3.0% from live ads bought, a difference that is not" in alike
    assert entries(find("live_sources", BOUGHT))["live_ads_live_source_conversion_rate"].numerator == 9
    assert "bought" not in find("live_sources", FRAME).sentence


def test_what_is_not_on_record_is_said() -> None:
    unknown = FRAME.assign(is_paid=None, paid_viewers=pd.array([None] * 3, "Int64"), paid_share=float("nan"))
    sentence = find("live_sources", unknown.assign(sessions=5)).sentence
    assert "Not every source says whether it is paid for" in sentence
    assert "Sources are on record for 4 of 5 shows." in sentence
    none = find("live_sources", FRAME.iloc[:0])
    assert (none.covered, none.sentence.strip()) == (False, "No source is on record for these shows.")


def test_figures_are_recorded_with_their_parts() -> None:
    told = entries(find("live_sources", FRAME))

    assert (told["live_ads_live_source_rate"].numerator, told["live_ads_live_source_rate"].denominator) == (300, 1000)
    assert told["live_paid_viewer_rate"].value is not None


def test_few_viewers_are_masked_with_the_rest_that_would_tell_them() -> None:
    few = find("live_sources", FRAME.assign(viewers=[700, 298, 2], share=[0.7, 0.298, 0.002]))
    shown = [row[3] for row in cells(few)]
    assert shown[2] == "<5"
    assert "Mini store" not in few.sentence
    assert not any(name.startswith("mini_store") for name in entries(few))


def test_sources_that_are_paid_for_stand_out(
    text: Text, readable: Callable[[Chart], None], said: Callable[[Chart], list[str]]
) -> None:
    chart = draw(FRAME, text)
    readable(chart)
    assert "50.0%" in " ".join(said(chart))
