"""What the section `goals_multiply` says."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from retro.metrics import goals_multiply
from telling import entries, finder, year

find = finder(year)


def fitting(*aims: str | None, buyers: int = 40, then: int | None = 40) -> pd.DataFrame:
    names = ("gmv_change_year_ago", "buyers_change_year_ago", "buyer_value_change_year_ago")
    rows = [("current", Decimal("1200.00"), buyers), ("year_ago", then and Decimal("800.00"), then)]
    totals = pd.DataFrame(rows, columns=["period", "gmv", "buyers"], dtype=object).assign(lost_days=0)
    return goals_multiply({name: Decimal(aim) for name, aim in zip(names, aims, strict=True) if aim}, totals)


def test_goals_that_do_not_multiply_are_told_with_what_each_would_have_to_be() -> None:
    finding = find("goals_multiply", fitting("0.30", "0.24", "0.18"))

    (warning,) = finding.warnings
    assert "buyers +24%, GMV per buyer (ARPU) +18% together make GMV **+46.3%**" in warning
    assert "the goal says GMV +30%" in warning
    assert "buyers +10.2% is enough; GMV per buyer (ARPU) +4.8% is enough" in warning
    assert finding.reservation == warning
    assert "GMV +50.0%, made of buyers 0%, GMV per buyer (ARPU) +50.0%" in finding.sentence
    assert round(entries(finding)["goals_apart"].value, 4) == Decimal("0.1632")


def test_goals_that_fit_are_said_to_fit() -> None:
    finding = find("goals_multiply", fitting("0.46", "0.24", "0.18"))

    assert finding.warnings == ()
    assert finding.sentence.startswith("The goals fit each other: buyers +24%")


def test_nothing_is_said_of_goals_that_are_not_set_or_of_a_year_ago_that_is_not_known() -> None:
    finding = find("goals_multiply", fitting("0.30", None, None, then=None))

    assert finding.warnings == ()
    assert finding.sentence.strip() == "The days of a year ago are not all known, so no change can be told."
    assert entries(finding)["buyers_change_year_ago"].value is None


def test_fewer_than_five_buyers_are_not_told() -> None:
    finding = find("goals_multiply", fitting("0.30", "0.24", "0.18", buyers=3))

    assert entries(finding)["buyers_change_year_ago"].value is None
    assert "Fewer than five" in finding.sentence
