"""What the section `campaign_calendar` says."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from telling import cells, entries, finder, objects, year

find = finder(year)


NAN = float("nan")


def calendar(*states: str) -> pd.DataFrame:
    money = [one if state == "recorded" else None for one, state in zip(("made", "lost", None), states, strict=True)]
    frame = objects(title=["Week", "Night", "Day"], state=list(states), money=money)
    start = pd.to_datetime(pd.Series(["2025-01-10T00:00", "2025-01-12T20:00", "2025-03-01T00:00"]))
    return frame.assign(
        start=start,
        end=start + pd.Timedelta(days=3),
        campaign_cost=[Decimal("10.00")] * 3,
        net_contribution=[30.0, -50.0, NAN],
        net_contribution_low=[20.0, -60.0, NAN],
        net_contribution_high=[40.0, -40.0, NAN],
    )


def test_campaigns_are_told_by_their_money_and_days_that_two_share_count_once() -> None:
    finding = find("campaign_calendar", calendar("recorded", "recorded", "recorded"))

    # 10 to 12 January, 12 to 15 January (it begins at 20:00), 1 to 3 March
    assert "The 3 recorded campaigns took 9 days of the year" in finding.sentence
    assert "**1 made money** (Week); **1 lost money** (Night)" in finding.sentence
    assert {name: entry.value for name, entry in entries(finding).items()} == {
        "campaigns_made": 1, "campaigns_lost": 1, "campaigns_open": 0, "campaign_days": 9,
    }  # fmt: skip
    assert cells(finding)[0][2:] == ["▲ made", "10.00", "+30 CNY (20 – 40 CNY)"]
    assert cells(finding)[2][2:] == ["– no net contribution", "10.00", ""]


def test_a_missing_campaign_stands_there_with_its_reason() -> None:
    assert cells(find("campaign_calendar", calendar("recorded", "failed", "recorded")))[1][2] == "its last run failed"
    assert not find("campaign_calendar", calendar("failed", "failed", "failed")).covered
