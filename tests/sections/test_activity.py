"""What the section `activity` says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd

from telling import finder, quarter, words_of

find = finder(quarter)


def rates(**rows: tuple[int, int]) -> pd.DataFrame:
    known = [(name, hits, units, hits / units, 0.1, 0.9) for name, (hits, units) in rows.items()]
    return pd.DataFrame(known, columns=["definition", "active", "members", "rate", "low", "high"])


def test_activity_says_of_whom() -> None:
    daily = pd.DataFrame({"on": [dt.date(2025, 3, 1), dt.date(2025, 3, 2)], "dau": [10, 30]})
    found = rates(period=(40, 160), month=(20, 160), recent=(5, 10), buyers=(10, 40))

    assert words_of(find, "activity", daily, found) == (
        (
            "**20 users a day** on average, most on 2 Mar (30). 40 of 160 members were active in the period, "
            "**25.0%**; in the last 30 days 12.5%. Of those active, 10 bought (**25.0%**)."
        ),
        (
            "日活平均 **20 人**，3月2日最高（30 人）。本期活跃会员 40 位，占全部 160 位会员的 **25.0%**；"
            "最近 30 天为 12.5%。活跃会员中 10 位下过单（**25.0%**）。"
        ),
    )
    entries = {entry.name: entry.value for entry in find("activity", daily, found).entries}
    assert (entries["dau_mean"], entries["dau_peak"], entries["active_buyer_rate"]) == (20, 30, Decimal("0.25"))


def test_days_of_lost_events_are_told_and_leave_the_mean_alone() -> None:
    dates = [dt.date(2025, 3, day) for day in (1, 2, 3)]
    daily = pd.DataFrame({"on": dates, "dau": pd.array([10, None, 30], dtype="Int64")})
    finding = find("activity", daily, rates(period=(40, 160), month=(20, 160), recent=(5, 10), buyers=(10, 40)))

    assert "**20 users a day** on average, most on 3 Mar (30)" in finding.sentence
    assert finding.warnings == (
        "Events of 1 day are lost: active users leave them out, not counted as 0; the true shares are no lower.",
    )


def test_activity_without_members_is_not_covered() -> None:
    daily = pd.DataFrame({"on": [dt.date(2025, 3, 1)], "dau": [0]})
    found = rates(period=(0, 1)).assign(rate=float("nan"))

    assert find("activity", daily, found).sentence == "There are no members, so activity cannot be told."


def test_a_day_of_a_few_users_hides_the_mean_that_would_tell_them() -> None:
    daily = pd.DataFrame({"on": [dt.date(2025, 3, 1), dt.date(2025, 3, 2)], "dau": [3, 30]})
    found = rates(period=(40, 160), month=(4, 160), recent=(5, 10), buyers=(4, 40))

    finding = find("activity", daily, found)

    assert finding.sentence.startswith("**not computable users a day** on average, most on 2 Mar (30)")
    assert finding.sentence.endswith("in the last 30 days not computable.")
    entries = {entry.name: entry.value for entry in finding.entries}
    assert (entries["dau_mean"], entries["active_buyer_rate"]) == (None, None)
    assert finding.table is not None
    assert [cell.text for cell in finding.table.rows[1]][1:] == ["<5", "160", "", "", ""]
