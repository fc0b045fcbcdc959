"""Redemptions of the two members of `test_points_balance`, and what is still owed."""

import datetime as dt
from decimal import Decimal

import ibis
import pytest
from tests.metrics.conftest import MakeTable
from tests.metrics.test_points_balance import END, ENTRIES, START, UNTIL, made

from retro.metrics import daily_redemptions, hoarders, points_liability, redeemed_points, rewards
from retro.periods import Window

MORE = [
    ("f1", "cat", "2025-01-22T09:00", "sign_in", 500, 500, None, "c"),
    ("f2", "cat", "2025-01-22T10:00", "redeem", -200, 300, "umbrella", "c"),
    ("f3", "cat", "2025-01-22T11:00", "redeem", -100, 200, "cup", "c"),
    ("f4", "cat", "2025-01-24T00:00", "redeem", -100, 100, "cup", None),  # after the end
]


@pytest.fixture
def ledger(engine: ibis.BaseBackend) -> ibis.Table:
    return made(engine, [*ENTRIES, *MORE])


def test_days_without_redemptions_are_zero(ledger: ibis.Table) -> None:
    frame = daily_redemptions(redeemed_points(ledger, Window(START, END)), Window(START, END))

    assert frame["on"].tolist() == [dt.date(2025, 1, day) for day in range(17, 24)]
    assert frame["weekday"].tolist() == [5, 6, 7, 1, 2, 3, 4]
    assert frame["points"].tolist() == [0, 100, 0, 0, 0, 300, 0]
    assert frame["redemptions"].tolist() == [0, 1, 0, 0, 0, 2, 0]
    assert frame["share"].tolist() == [0, 0.25, 0, 0, 0, 0.75, 0]


def test_without_redemptions_there_is_no_share(ledger: ibis.Table) -> None:
    nothing = redeemed_points(ledger.filter(ledger.user_id == "bob"), Window(START, END))

    assert daily_redemptions(nothing, Window(START, END))["share"].isna().all()
    assert rewards(nothing).empty


def test_rewards_that_took_most_points_come_first(ledger: ibis.Table) -> None:
    frame = rewards(redeemed_points(ledger, Window(START, END)))

    assert frame["reward"].tolist() == ["cup", "umbrella"]
    assert frame["redemptions"].tolist() == [2, 1]
    assert frame["points"].tolist() == [200, 200]
    assert frame["share"].tolist() == [0.5, 0.5]


def test_hoarders_hold_points_and_redeemed_none(table: MakeTable, ledger: ibis.Table) -> None:
    joined = table("user_id", [("ann",), ("bob",), ("cat",), ("eve",)])

    row = hoarders(ledger, joined, Window(START, END)).iloc[0]

    assert row.to_dict() == {"participants": 3, "hoarders": 1, "points": 40 + 20 + 200, "hoarded": 20}


def test_points_still_out_are_owed_at_cost_less_breakage(ledger: ibis.Table) -> None:
    row = points_liability(ledger, observed_until=UNTIL, cost_per_point=Decimal("0.03")).iloc[0]

    assert (row["outstanding"], row["redeemed"], row["expired"]) == (140, 500, 20)
    assert row["points_breakage_rate"] == pytest.approx(20 / 520)
    assert row["most"] == Decimal("4.20")
    assert row["liability"] == Decimal("4.04")  # 140 * 0.03 * 500 / 520 = 4.038


def test_without_a_cost_nothing_is_owed_that_could_be_said(ledger: ibis.Table) -> None:
    row = points_liability(ledger, observed_until=UNTIL).iloc[0]

    assert row["most"] is None
    assert row["liability"] is None


def test_without_fates_there_is_no_breakage(ledger: ibis.Table) -> None:
    young = ledger.filter(ledger.user_id == "bob")

    row = points_liability(young, observed_until=UNTIL, cost_per_point=Decimal(1)).iloc[0]

    assert row["most"] == Decimal("0.00")
    assert row["liability"] is None
    assert row.isna()["points_breakage_rate"]
