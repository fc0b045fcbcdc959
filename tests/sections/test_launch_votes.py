"""What the section `launch_votes` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "product_launch", start="2024-09-02", end="2024-09-30T00:00"))

FRAME = pd.DataFrame(
    {
        "third": [1, 2, 3], "items": 10, "votes": [400, 500, 700], "each": [38.0, 41.0, 61.0], "rank_correlation": 0.7,
        "rank_correlation_low": 0.45, "rank_correlation_high": 0.85, "voters": 1500, "bought": 240, "bought_rate": 0.16,
        "bought_low": 0.14, "bought_high": 0.18,
    }
)  # fmt: skip


def test_votes_that_foretell_sales() -> None:
    english, chinese = words_of(find, "launch_votes", FRAME)

    assert english.startswith("1,500 people cast 1,600 votes. **What got more votes sold better**")
    assert "240 of the voters bought what they had voted for within 30 days, 16.0%" in english
    assert "**票多的款卖得更好**" in chinese
    assert figures(find("launch_votes", FRAME))["launch_voters"] == 1500


def test_votes_that_foretell_nothing_or_the_opposite() -> None:
    assert "do not foretell sales" in find("launch_votes", FRAME.assign(rank_correlation_low=-0.1)).sentence
    less = FRAME.assign(rank_correlation=-0.5, rank_correlation_low=-0.7, rank_correlation_high=-0.2)
    assert "sold less" in find("launch_votes", less).sentence
    assert "Too few products" in find("launch_votes", FRAME.assign(rank_correlation=float("nan"))).sentence


def test_few_voters_or_none_are_not_told() -> None:
    assert "Fewer than five people" in find("launch_votes", FRAME.assign(votes=[2, 500, 700])).sentence
    assert "of the voters" not in find("launch_votes", FRAME.assign(bought=None)).sentence
    assert not find("launch_votes", FRAME.iloc[:0]).covered
