"""What the section `win_back` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from telling import context_of, entries, figures, finder, words_of

find = finder(partial(context_of, "reactivation", start="2024-11-20", end="2024-12-04T00:00", no_order_days=90))

FRAME = pd.DataFrame(
    {
        "group": ["eligible", "treated", "held_out"],
        "members": [10000, 6000, 4000],
        "reached": pd.array([5500, 5500, 0], dtype="Int64"),
        "opened": pd.array([900, 900, 0], dtype="Int64"),
        "came": pd.array([1600, 1200, 400], dtype="Int64"),
        "came_rate": [0.16, 0.2, 0.1],
        "came_low": [0.15, 0.19, 0.09],
        "came_high": [0.17, 0.21, 0.11],
        "buyers": [220, 180, 40],
        "rate": [0.022, 0.03, 0.01],
        "low": [0.019, 0.026, 0.007],
        "high": [0.025, 0.035, 0.014],
        "gmv": [Decimal("66000.00"), Decimal("54000.00"), Decimal("12000.00")],
        "cost": [Decimal("240.00"), Decimal("240.00"), None],
        "days": 30,
        "whole": True,
    }
)
LIFT = pd.DataFrame(
    {
        "what": ["buyers", "came"],
        "difference": [0.02, 0.1],
        "low": [0.015, 0.085],
        "high": [0.025, 0.115],
        "extra": [120.0, 600.0],
        "extra_low": [90.0, 510.0],
        "extra_high": [150.0, 690.0],
        "cost": [Decimal("240.00")] * 2,
        "cost_per_extra": [2.0, 0.4],
        "cost_low": [1.6, 0.35],
        "cost_high": [2.67, 0.47],
    }
)
NOBODY = LIFT.iloc[:0]


def test_how_many_the_campaign_brought_back_and_at_what_cost() -> None:
    english, chinese = words_of(find, "win_back", FRAME, LIFT)

    assert "At the start 10,000 old customers had not ordered for 90 days or visited for 30 days." in english
    assert "Messages reached 5,500 of them and 900 opened one." in english
    assert "**180 ordered again within 30 days, 3.0%**" in english
    assert "**the campaign brought back about 120** (95% interval 90 to 150)" in english
    assert "Its messages cost 240 CNY, and nothing else is booked: 2 CNY for each customer brought back" in english
    assert "(1.60 CNY to 2.67 CNY)." in english
    assert "**约 120 位是活动带回的**" in chinese


def test_its_figures_are_recorded() -> None:
    finding = find("win_back", FRAME, LIFT)
    assert finding.shows.endswith("of those held out")

    assert (entries(finding)["win_back_rate"].numerator, entries(finding)["win_back_rate"].denominator) == (180, 6000)
    assert figures(finding)["win_back_extra"] == 120
    assert figures(finding)["win_back_extra_came"] == 600
    assert figures(finding)["cost_per_win_back"] == 2


def test_a_null_edition_has_no_effect_and_no_cost_per_return() -> None:
    null = LIFT.assign(difference=0.002, low=-0.004, high=0.008, extra=12.0, extra_low=-24.0, extra_high=48.0)
    finding = find("win_back", FRAME, null.assign(cost_per_extra=None, cost_low=None, cost_high=None))

    assert "**no effect is established** (95% interval −24 to 48)" in finding.sentence
    assert "for each customer brought back" not in finding.sentence
    assert "cost_per_win_back" not in figures(finding)


def test_without_people_held_out_nothing_is_incremental() -> None:
    reached = find("win_back", FRAME.iloc[:2], NOBODY)
    alone = find("win_back", FRAME.iloc[:1].assign(reached=pd.NA, opened=pd.NA, came=pd.NA), NOBODY)

    assert "**how many would have come back anyway is unknown**" in reached.sentence
    assert "so nothing is counted as incremental**" in alone.sentence
    assert "visited" not in alone.sentence
    assert not any(name.startswith("win_back_extra") for name in {**figures(reached), **figures(alone)})


def test_a_few_are_not_told() -> None:
    few = FRAME.assign(buyers=[43, 40, 3])
    finding = find("win_back", few, LIFT)

    assert "Too few of those held out" in finding.sentence
    assert "brought back about" not in finding.sentence
    assert "win_back_extra" not in figures(finding)


def test_days_that_go_on_are_said() -> None:
    assert "the figures are those so far" in find("win_back", FRAME.assign(whole=False), LIFT).sentence


def test_what_cannot_be_told_is_not_covered() -> None:
    unknown, nobody, untold = (
        find("win_back", FRAME.iloc[:0], NOBODY),
        find("win_back", FRAME.iloc[:1].assign(members=0), NOBODY),
        find("win_back", FRAME.iloc[:2].assign(members=[10, 0]), NOBODY),
    )

    assert unknown.sentence == "Orders reach back less than 90 days, so who had stopped ordering is unknown."
    assert nobody.sentence == "No customer met the rule at the start."
    assert untold.sentence == "10 old customers met the rule; the campaign reached none of them."
    assert not any(finding.covered for finding in (unknown, nobody, untold))
