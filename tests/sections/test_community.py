"""What the section `community` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd

from telling import context_of, entries, figures, finder, words_of

find = finder(partial(context_of, "community", start="2024-11-25", end="2024-12-23T00:00"))

ROW: dict[str, Any] = {
    "groups": 30, "members": 8000, "start": 2000, "joined": 6600, "left": 1000, "end": 7600, "net": 5600,
    "invited": 22000, "accepted": 6600, "speakers": 1800, "messages": 11000, "buyers": 240, "again": 60,
    "gmv": Decimal("84000.00"), "link_gmv": Decimal("42000.00"), "shop_gmv": Decimal("1050000.00"), "points": 58800,
    "accepted_rate": 0.3, "accepted_low": 0.294, "accepted_high": 0.306,
    "speaker_rate": 0.225, "speaker_low": 0.216, "speaker_high": 0.234,
    "buyer_rate": 0.03, "buyer_low": 0.026, "buyer_high": 0.034,
    "again_rate": 0.25, "again_low": 0.2, "again_high": 0.31,
    "gmv_rate": 0.08, "link_rate": 0.5, "points_per_gmv": 0.7,
}  # fmt: skip
FRAME = pd.DataFrame([ROW])


def test_members_and_what_they_bring() -> None:
    english, chinese = words_of(find, "community", FRAME)

    assert "30 groups with **8,000 members**." in english
    assert "6,600 joined and 1,000 left, 5,600 more than at the start (7,600 at the end)." in english
    assert "Of 22,000 invitations 30.0% were accepted. 1,800 spoke (22.5%)." in english
    assert "**240 bought, 3.0% of members** (95% interval 2.6% – 3.4%). 25.0% of them bought again" in english
    assert "GMV by group links is 42K CNY, 50.0% of the members'." in english
    assert "0.70 points" in english
    assert "**8,000 位群成员**" in chinese
    assert "净增 5,600" in chinese


def test_its_figures_are_recorded() -> None:
    finding = find("community", FRAME)

    assert figures(finding)["community_gmv"] == Decimal("84000.00")
    assert entries(finding)["community_again_rate"].denominator == 240


def test_groups_that_shrink_or_stay() -> None:
    assert "fewer than at the start" in find("community", FRAME.assign(net=-400, left=7000)).sentence
    assert "as many as at the start" in find("community", FRAME.assign(net=0, left=6600)).sentence


def test_what_is_not_known_is_not_told() -> None:
    bare = FRAME.assign(**dict.fromkeys(("buyers", "again", "speakers", "invited", "accepted"), pd.NA))
    rates = [name for name in ROW if name.split("_")[-1] in ("rate", "low", "high")]
    bare = bare.assign(**dict.fromkeys([*rates, "gmv", "link_gmv", "points_per_gmv"], None))

    assert "bought" not in find("community", bare).sentence
    assert "spoke" not in find("community", bare).sentence


def test_nobody_and_a_few_are_not_told() -> None:
    assert find("community", FRAME.assign(members=0)).sentence == "Nobody was in a group in the campaign."
    assert "Fewer than five people" in find("community", FRAME.assign(members=3)).sentence
    assert "bought" not in find("community", FRAME.assign(buyers=3, again=0)).sentence
