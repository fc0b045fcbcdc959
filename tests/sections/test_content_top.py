"""What the section `content_top` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from telling import context_of, finder, words_of

find = finder(partial(context_of, "content", start="2024-11-25", end="2024-12-23T00:00"))

FRAME = pd.DataFrame(
    {
        "group": ["top", "rest"],
        "creators": [5, 45],
        "contents": [40, 360],
        "chosen": [250.0, 60.0],
        "tested": [156.0, 80.0],
        "kept_rate": [0.4, None],
        "kept_low": [0.2, None],
        "kept_high": [0.8, None],
    }
)


def test_what_is_left_of_the_lead() -> None:
    english, chinese = words_of(find, "content_top", FRAME)

    assert (
        "The best tenth (5 creators) had 250.0 interactions a piece where they were chosen, the others 60.0." in english
    )
    assert (
        "156.0 against 80.0: **40.0% of the lead is kept** (95% interval 20.0% to 80.0%); the rest was luck" in english
    )
    assert "**领先只保住 40.0%**" in chinese


def test_luck_skill_and_too_few() -> None:
    assert "it may all have been luck" in find("content_top", FRAME.assign(kept_low=[-0.1, None])).sentence
    assert "was luck" not in find("content_top", FRAME.assign(kept_high=[1.2, None])).sentence
    assert not find("content_top", FRAME.iloc[:0]).covered
