"""What the section `referral_value` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "referral", start="2024-11-25", end="2024-12-23T00:00"))

FRAME = pd.DataFrame(
    {
        "group": ["invited", "others"],
        "members": [400, 4000],
        "buyers": [80, 600],
        "rate": [0.2, 0.15],
        "low": [0.164, 0.139],
        "high": [0.242, 0.161],
        "gmv": [Decimal("20000.00"), Decimal("120000.00")],
        "value": [Decimal("50.00"), Decimal("30.00")],
        "difference": [0.05, None],
        "difference_low": [0.012, None],
        "difference_high": [0.094, None],
    }
)


def test_both_groups_and_what_one_is_worth() -> None:
    english, chinese = words_of(find, "referral_value", FRAME)

    assert "Of 400 who registered by invitation **20.0% ordered within 30 days**;" in english
    assert "of 4,000 other new users 15.0% did." in english
    assert "That is clearly more" in english
    assert "GMV per invited user is 50 CNY, per other new user 30 CNY." in english
    assert "差距明显" in chinese
    assert figures(find("referral_value", FRAME))["referral_order_difference"] == Decimal("0.05")


def test_groups_that_are_alike_or_worse() -> None:
    alike = FRAME.assign(difference_low=[-0.01, None])
    fewer = FRAME.assign(difference=[-0.05, None], difference_low=[-0.09, None], difference_high=[-0.01, None])

    assert "The two show no clear difference." in find("referral_value", alike).sentence
    assert "That is clearly fewer" in find("referral_value", fewer).sentence


def test_a_few_or_nobody_are_not_told() -> None:
    assert "Fewer than five people" in find("referral_value", FRAME.assign(buyers=[3, 600])).sentence
    nobody = FRAME.assign(members=[0, 4000], buyers=[0, 600], rate=[float("nan"), 0.15])
    assert find("referral_value", nobody).sentence == "No new users whose days were observed can be compared."
