"""What the section `content_searches` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "content", start="2024-11-25", end="2024-12-23T00:00"))

FRAME = pd.DataFrame(
    {
        "lag": pd.array([pd.NA, 0, 4], "Int64"),
        "days": [30, 28, 28],
        "searches": [132000, 0, 0],
        "expected": [120000.0, None, None],
        "extra": [12000.0, None, None],
        "low": [8000.0, None, None],
        "high": [16000.0, None, None],
        "extra_rate": [0.1, None, None],
        "correlation": [None, 0.2, 0.9],
    }
)


def test_more_searches_some_days_later() -> None:
    english, chinese = words_of(find, "content_searches", FRAME)

    assert "With 3 to 5 days of lag, **searches for the brand were 132K, 12,000 more than expected**" in english
    assert "Impressions move most with the searches 4 days later (correlation 0.90)." in english
    assert "**品牌搜索 13.2 万次，比预计多 12,000 次**" in chinese
    assert figures(find("content_searches", FRAME))["brand_searches_extra"] == 12000
    (chart,) = find("content_searches", FRAME).exhibits
    assert chart.sentence.startswith("Impressions move most with the searches")


def test_ordinary_fewer_and_another_lag() -> None:
    assert "ordinary variation" in find("content_searches", FRAME.assign(low=[-500.0, None, None])).sentence
    fewer = FRAME.assign(low=[-900.0, None, None], high=[-100.0, None, None], extra_rate=[-0.1, None, None])
    assert "**fewer than expected**" in find("content_searches", fewer).sentence
    other = FRAME.assign(correlation=[None, 0.9, 0.2])
    assert "not within 3 to 5" in find("content_searches", other).sentence


def test_nothing_is_known() -> None:
    assert not find("content_searches", FRAME.iloc[:0]).covered
