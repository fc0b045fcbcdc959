"""What the section `drop_off_factors` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from telling import context_of, finder

context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17T00:00")
find = finder(context)


def test_factors_say_whether_any_group_stands_out() -> None:
    columns = ["attribute", "group", "users", "converted", "rate", "odds_ratio", "odds_low", "odds_high"]
    clear = pd.DataFrame([("channel", "sms", 100, 20, 0.2, 0.28, 0.15, 0.5)], columns=columns)

    assert "channel: SMS, odds ratio **0.28**" in find("drop_off_factors", clear).sentence
    assert "cover 1. Lowest is channel: SMS, 0.28" in find("drop_off_factors", clear.assign(odds_high=1.2)).sentence
    assert not find("drop_off_factors", clear.head(0)).covered


def test_groups_of_few_are_not_compared() -> None:
    columns = ["attribute", "group", "users", "converted", "rate", "odds_ratio", "odds_low", "odds_high"]
    few = pd.DataFrame([("channel", "sms", 100, 2, 0.02, 0.28, 0.15, 0.5)], columns=columns)

    assert find("drop_off_factors", few).sentence.startswith("Too few of any group went all the way")
