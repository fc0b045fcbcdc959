"""What the section `community_groups` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "community", start="2024-11-25", end="2024-12-23T00:00"))

FRAME = pd.DataFrame(
    [
        ("size", "0_199", 2, 300, 30, "3000.00", 0.10, 0.07, 0.14, 10.0, ""),
        ("size", "200_up", 1, 400, 12, "900.00", 0.03, 0.02, 0.05, 2.3, ""),
        ("city_tier", "tier_1", 2, 500, 32, "2900.00", 0.064, 0.046, 0.089, 5.8, ""),
        ("city_tier", "tier_2", 1, 200, 10, "1000.00", 0.05, 0.027, 0.09, 5.0, ""),
        ("group", "G1", 1, 150, 20, "2000.00", 0.133, 0.08, 0.22, 13.3, "above"),
        ("group", "G2", 1, 150, 10, "1000.00", 0.067, 0.03, 0.14, 6.7, "alike"),
        ("group", "G3", 1, 400, 12, "900.00", 0.03, 0.014, 0.058, 2.3, "below"),
    ],
    columns=["dimension", "value", "groups", "members", "buyers", "gmv", "rate", "low", "high", "each", "standing"],
)
FRAME["gmv"] = [Decimal(one) for one in FRAME["gmv"]]


def test_sizes_tiers_and_groups_that_stand_out() -> None:
    english, chinese = words_of(find, "community_groups", FRAME)

    assert "By size, **groups of 0–199 buy most (10.0%)** and groups of 200 and more least (3.0%)." in english
    assert "By city tier, tier 1 (6.4%) and tier 2 (5.0%) show no clear difference." in english
    assert "1 group is clearly above all: G1. 1 group is clearly below all: G3." in english
    assert "按规模，**0–199 人群购买率最高（10.0%）**" in chinese
    assert figures(find("community_groups", FRAME))["0_199_community_buyer_rate"] == Decimal("0.1")


def test_of_many_that_stand_out_the_furthest_are_named() -> None:
    (best,) = FRAME[FRAME["value"] == "G1"].to_dict("records")
    more = pd.concat([FRAME, pd.DataFrame([best | {"value": f"A{number}"} for number in range(3)])])

    english, chinese = words_of(find, "community_groups", more)
    assert "4 groups are clearly above all, the highest G1, A0, A1." in english
    assert "4 个群明显高于全体，最高的是 G1、A0、A1。" in chinese


def test_ranks_that_chance_alone_could_make() -> None:
    alike = FRAME.assign(standing=["" if one == "" else "alike" for one in FRAME["standing"]])

    assert "Between the 3 groups chance alone could make such differences" in find("community_groups", alike).sentence


def test_a_few_of_a_group_are_not_told() -> None:
    few = FRAME.assign(buyers=[30, 12, 32, 10, 28, 2, 12])

    assert "G2" not in find("community_groups", few).sentence


def test_nothing_to_compare() -> None:
    finding = find("community_groups", FRAME.iloc[:0])

    assert (finding.sentence, finding.covered) == ("No groups can be compared.", False)
