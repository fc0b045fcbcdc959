"""What the section `quarters_paced` says."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from retro.sections import Finding
from telling import cells, entries, finder, objects, year

find = finder(year)


def paced(*states: str, planned: str | None = "50.00") -> pd.DataFrame:
    count = len(states)
    actual = [Decimal("60.00") if state == "recorded" else None for state in states]
    plan = None if planned is None else Decimal(planned)
    frame = objects(state=list(states), planned=[plan] * count, actual=actual)
    rates = [1.2 if amount and plan else float("nan") for amount in actual]
    return frame.assign(pace_rate=rates, change=float("nan"), net=float("nan"), low=float("nan"), high=float("nan"))


def said(frame: pd.DataFrame, gmv: str | None = "240.00") -> Finding:
    """What the section says of quarters in a year whose own orders come to so much."""
    totals = objects(period=["current", "year_ago"], gmv=[None if gmv is None else Decimal(gmv), None])
    found: Finding = find("quarters_paced", frame, totals)
    return found


def test_what_the_quarters_ahead_have_to_bring_is_said() -> None:
    finding = said(paced("recorded", "ahead", "ahead", "ahead"))

    assert "**ahead of plan** by 10 CNY (50 CNY planned, 120.0% of plan)" in finding.sentence
    assert "The year still needs 140 CNY, 46.67 CNY in each of the 3 quarters ahead." in finding.sentence
    assert entries(finding)["quarters_pace_rate"].value == Decimal("1.2")
    assert cells(finding)[1][:4] == ["Q2", "not over yet", "50.00", ""]
    assert finding.warnings == ()


def test_a_quarter_that_is_over_and_missing_is_told_and_no_target_is_held_against_the_rest() -> None:
    finding = said(paced("recorded", "breached", "ahead", "ahead"))

    assert "Q2 (its data broke a contract)" in finding.warnings[0]
    assert set(entries(finding)) == {"quarters_recorded"}
    assert "still needs" not in finding.sentence


def test_a_year_without_plan_or_quarters_says_so() -> None:
    assert "no plan" in said(paced("recorded", "ahead", planned=None)).sentence
    nothing = said(paced("not_made", "ahead"))
    assert not nothing.covered
    assert "Q1 (no report yet)" in nothing.warnings[0]


def test_quarters_that_do_not_add_up_to_the_year_are_told() -> None:
    whole = paced(*["recorded"] * 4)

    assert said(whole).warnings == ()
    assert said(whole, "241.00").warnings == (), "a late refund or two"
    assert said(whole, None).warnings == (), "what is not known is not apart"
    assert find("quarters_paced", whole, None).warnings == (), "nor is it without orders of one's own"
    (warning,) = said(whole, "300.00").warnings
    assert "add up to 240 CNY, while the year's own orders come to 300 CNY, 60 CNY apart" in warning
    assert said(paced("recorded", "ahead", "ahead", "ahead"), "300.00").warnings == ()
