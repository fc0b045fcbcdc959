"""What the section `win_back_groups` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from telling import cells, context_of, entries, finder, words_of

find = finder(partial(context_of, "reactivation", start="2024-11-20", end="2024-12-04T00:00"))

FRAME = pd.DataFrame(
    {
        "dimension": ["stars", "stars", "channel", "channel"],
        "value": ["1", "2", "app", "sms"],
        "members": [1000, 1000, 800, 900],
        "buyers": [20, 40, 16, 36],
        "gmv": [Decimal("2000.00"), Decimal("6000.00"), Decimal("1600.00"), Decimal("5400.00")],
        "cost": [Decimal("40.00"), Decimal("40.00"), Decimal("8.00"), Decimal("45.00")],
        "held_members": pd.array([500, 500, pd.NA, pd.NA], dtype="Int64"),
        "held_buyers": pd.array([9, 8, pd.NA, pd.NA], dtype="Int64"),
        "rate": [0.02, 0.04, 0.02, 0.04],
        "low": [0.013, 0.03, 0.012, 0.029],
        "high": [0.031, 0.054, 0.032, 0.055],
        "cost_per_buyer": [Decimal("2.00"), Decimal("1.00"), Decimal("0.50"), Decimal("1.25")],
        "difference": [0.002, 0.024, None, None],
        "difference_low": [-0.015, 0.004, None, None],
        "difference_high": [0.016, 0.039, None, None],
    }
)


def test_the_most_and_the_least_and_who_clearly_ordered_more() -> None:
    english, chinese = words_of(find, "win_back_groups", FRAME)

    assert "By tier, ★★ ordered most (4.0%) and ★ least (2.0%)." in english
    assert "By channel, SMS brought most orders (4.0% of those reached), app least (2.0%)." in english
    assert "Beside those held out, **★★ clearly ordered more**." in english
    assert "**★★ 的复活明显更多**" in chinese


def test_its_figures_are_recorded() -> None:
    found = entries(find("win_back_groups", FRAME))

    assert (found["2_star_win_back_rate"].numerator, found["sms_win_back_rate"].denominator) == (40, 900)


def test_tiers_of_messages_are_told_beside_those_of_past_value() -> None:
    sent = FRAME.iloc[2:].assign(dimension="star", value=["2", "5"])
    english, chinese = words_of(find, "win_back_groups", pd.concat([FRAME, sent], ignore_index=True))

    told = "By tier when the message was sent, ★★★★★ when sent ordered most (4.0% of those reached), ★★ when sent least"
    assert told in english
    assert "按发送时的星级，★★★★★（发送时）触达的人下单最多（4.0%）" in chinese


def test_without_people_held_out_no_tier_is_called_better() -> None:
    alone = FRAME.assign(held_members=pd.NA, held_buyers=pd.NA, difference=float("nan"), difference_low=float("nan"))
    finding = find("win_back_groups", alone)

    assert "held out" not in finding.sentence
    assert cells(finding)[0][-3:-1] == ["", ""]


def test_a_small_group_is_masked_with_the_next() -> None:
    finding = find("win_back_groups", FRAME.assign(buyers=[3, 40, 16, 36]))

    assert [row[2] for row in cells(finding)[:2]] == ["<5", "≥5"]
    assert "3 " not in finding.sentence


def test_nothing_to_compare_is_said() -> None:
    assert find("win_back_groups", FRAME.iloc[:0]).sentence == "No group can be compared."
    assert (
        find("win_back_groups", FRAME.iloc[:1].assign(difference=None)).sentence
        == "Fewer than two groups can be compared."
    )
