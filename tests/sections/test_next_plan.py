"""What the section `next_plan` says."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from telling import cells, entries, finder, objects, year

find = finder(year)
NAN = float("nan")


def plan(*advice: str, net: float = 30.0, low: float = 20.0) -> pd.DataFrame:
    count = len(advice)
    frame = objects(
        title=[*(f"C{place}" for place in range(count)), None],
        advice=[*advice, "total"],
        cost=[Decimal("10.00")] * count + [Decimal("20.00")],
    )
    start = pd.Series([*[pd.Timestamp("2026-01-05")] * count, pd.NaT])
    kept = [net if one == "keep" else NAN for one in advice] + [net]
    return frame.assign(start=start, net=kept, low=[*[NAN] * count, low], high=[*[NAN] * count, 40.0])


def test_what_stays_what_changes_and_what_is_tested_are_told_with_what_they_may_bring() -> None:
    finding = find("next_plan", plan("keep", "change", "hold_out"))

    assert "A draft for 2026: **keep** C0; **change or stop** C1; hold people out at random in C2." in finding.sentence
    assert "may make a net gain of 30 CNY again (95% interval: a gain of 20 to 40 CNY)" in finding.sentence
    assert "takes 20 CNY" in finding.sentence
    assert "part of which was luck" in finding.reservation
    worth = entries(finding)["next_year_net_contribution"]
    assert (worth.value, worth.low, worth.high) == (30, 20, 40)
    assert cells(finding)[-1] == ["In all", "kept and tested", "", "20.00", "+30 CNY (20 – 40 CNY)"]


def test_a_draft_promises_nothing_where_no_campaign_is_known_to_make_money() -> None:
    finding = find("next_plan", plan("change", net=NAN, low=NAN))

    assert "the draft promises nothing" in finding.sentence
    assert entries(finding)["next_year_net_contribution"].value is None
    assert finding.reservation == ""
    assert not find("next_plan", plan().iloc[:0]).covered
