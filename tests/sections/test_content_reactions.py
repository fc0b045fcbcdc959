"""What the section `content_reactions` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "content", start="2024-01-01", end="2024-04-01T00:00"))

_SHARED = {"contents": 50, "known": 50, "mean": 2.0, "median": 1.0, "silent": 3, "most": 40, "tenth": 5, "fifth": 10}
REACTIONS = pd.DataFrame(
    [
        {"value": value, "measure": measure, "total": total, **_SHARED, "tenth_total": 20, "tenth_rate": 0.4012,
         "fifth_total": 30, "fifth_rate": 0.6}
        for value in ("all", "photo")
        for measure, total in (("comments", 100), ("shares", 1200), ("interactions", 1300))
    ]
)  # fmt: skip
INSIDE = pd.DataFrame(
    {
        "creator_id": ["x", "y", "z"], "measure": "comments", "one": "photo", "other": "video", "contents": 20,
        "one_contents": [10, 10, 20], "other_contents": [10, 10, 0], "one_mean": [1.0, 9.0, 2.0],
        "other_mean": [3.0, 4.0, None],
    }
)  # fmt: skip
PERIODS = pd.DataFrame({"period": "2024-01", "value": ["all"], "contents": [50], "interactions_median": [26.0]})


def test_sums_the_best_and_types_within_creators() -> None:
    english, chinese = words_of(find, "content_reactions", REACTIONS, INSIDE, PERIODS)

    assert "In all 100 comments, 1,200 shares." in english
    assert "By interactions, the best tenth (5 pieces) brings 40.12% and the best fifth (10) 60.00%" in english
    assert "video gets more comments than photo on average for 1 of 2" in english, "one made no video"
    assert "**they chose what to make, so it is no experiment**" in english
    assert "共评论 100 条、分享 1,200 次。" in chinese
    assert "2 位里有 1 位的视频平均评论多于图文" in chinese
    assert figures(find("content_reactions", REACTIONS, INSIDE, PERIODS)) == {
        "content_comments": 100, "content_shares": 1200,
    }  # fmt: skip


def test_without_creators_and_without_counts() -> None:
    found = find("content_reactions", REACTIONS, INSIDE.iloc[:0], PERIODS)

    assert "Within" not in found.sentence
    assert len(found.exhibits) == 2
    assert find("content_reactions", REACTIONS.iloc[:0], INSIDE.iloc[:0], PERIODS.iloc[:0]).sentence == ""
