"""What the section `referral` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd

from telling import context_of, entries, figures, finder, words_of

find = finder(partial(context_of, "referral", start="2024-11-25", end="2024-12-23T00:00"))

ROW: dict[str, Any] = {
    "eligible": 10000,
    "inviters": 250,
    "invitations": 1800,
    "registered": 450,
    "buyers": 90,
    "new_users": 5000,
    "own": 13,
    "rings": 2,
    "each": 7.2,
    "cycle_days": 0.8,
    "rewards": Decimal("7200.00"),
    "cost": Decimal("7200.00"),
    "cost_per_buyer": Decimal("80.00"),
    "k": 0.045,
    "k_low": 0.038,
    "k_high": 0.052,
    "inviter_rate": 0.025,
    "inviter_low": 0.022,
    "inviter_high": 0.028,
    "registered_rate": 0.25,
    "registered_low": 0.23,
    "registered_high": 0.27,
    "bought_rate": 0.05,
    "bought_low": 0.041,
    "bought_high": 0.061,
    "share_rate": 0.09,
    "share_low": 0.082,
    "share_high": 0.098,
}
FRAME = pd.DataFrame([ROW])


def test_from_the_invitation_to_k() -> None:
    english, chinese = words_of(find, "referral", FRAME)

    assert "Of 10,000 eligible users 250 sent 1,800 invitations, 7.2 each." in english
    assert "**450 registered through invitations, 25.0% of those sent** (95% interval 23.0% – 27.0%)." in english
    assert "They are 9.0% of new users. 90 of them have ordered, 5.0% of invitations." in english
    assert "K is 0.045 (95% interval 0.038 to 0.052), below 1: **it stops when spending stops**." in english
    assert "It cost 7,200 CNY, 80 CNY for each first buyer." in english
    assert "Not counted: 13 invitations of oneself" in english
    assert "**投入一停就停**" in chinese


def test_k_above_and_around_one() -> None:
    assert "**it grows by itself**" in find("referral", FRAME.assign(k=1.4, k_low=1.2, k_high=1.6)).sentence
    assert "whether it is above 1 is open" in find("referral", FRAME.assign(k=1.1, k_low=0.9, k_high=1.3)).sentence


def test_its_figures_are_recorded() -> None:
    finding = find("referral", FRAME)

    assert entries(finding)["referral_share_rate"].denominator == 5000
    assert (entries(finding)["referral_k"].low, figures(finding)["referral_k"]) == (Decimal("0.038"), Decimal("0.045"))


def test_without_orders_nobody_is_said_to_have_bought() -> None:
    bare = FRAME.assign(buyers=pd.NA, bought_rate=None, bought_low=None, bought_high=None, cost_per_buyer=None)

    assert "ordered" not in find("referral", bare).sentence


def test_nobody_and_a_few_are_not_told() -> None:
    assert find("referral", FRAME.assign(invitations=0)).sentence == "Nobody was invited in the campaign."
    few = find("referral", FRAME.assign(registered=3))

    assert ("Fewer than five people" in few.sentence, few.entries) == (True, ())
