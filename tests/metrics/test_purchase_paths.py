"""Who buys after what: eight members of two kinds, worked by hand."""

import datetime as dt

import ibis
import pandas as pd
import pytest
from tests.metrics.conftest import MakeTable

from retro.metrics import matched_rates, participant_repurchase, redeem_to_purchase
from retro.periods import Window

START, END, UNTIL = dt.datetime(2025, 1, 17), dt.datetime(2025, 1, 24), dt.datetime(2025, 4, 1)

# Two kinds of member: those who bought before the contest, and those who did not. Rates with such strata:
# treated 2 of 3 (old 1 of 2, fresh 1 of 1); others: old 1 of 1, fresh 1 of 3.
PEOPLE = [
    ("a", True), ("b", True), ("c", True), ("f", False), ("g", False), ("h", False), ("i", False),
]  # fmt: skip
BEFORE = ("a", "b", "f")
AFTER = ("a", "c", "f", "g")


@pytest.fixture
def users(table: MakeTable) -> ibis.Table:
    return table("user_id registered_at", [(name, "2023-01-01T00:00") for name, _ in PEOPLE])


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    rows = [(f"b-{name}", name, "2025-01-10T09:00", "paid", "40") for name in BEFORE]
    rows += [(f"a-{name}", name, "2025-01-26T09:00", "paid", "40") for name in AFTER]
    rows += [("x", "b", "2025-01-26T09:00", "cancelled", "40"), ("y", "h", "2025-03-30T09:00", "paid", "40")]
    return table("order_id user_id ordered_at status amount", rows)


def people(users: ibis.Table, since: dt.datetime = END) -> ibis.Table:
    treated = [name for name, treated in PEOPLE if treated]
    return users.select("user_id", treated=users.user_id.isin(treated), since=ibis.literal(since))


def sides(frame: pd.DataFrame) -> pd.DataFrame:
    assert frame["side"].tolist() == ["treated", "alike", "others", "difference"]
    return frame.set_index("side")


def test_the_others_are_weighed_as_the_treated_are(users: ibis.Table, orders: ibis.Table) -> None:
    frame = sides(matched_rates(people(users), users, orders, Window(START, END), days=7))

    assert (frame.loc["treated", "buyers"], frame.loc["treated", "people"]) == (2, 3)
    assert (frame.loc["others", "buyers"], frame.loc["others", "people"]) == (2, 4)
    # two thirds of the treated bought before: 2/3 * 1/1 + 1/3 * 1/3
    assert frame.loc["alike", "rate"] == pytest.approx(2 / 3 + 1 / 9)
    assert frame.loc["difference", "rate"] == pytest.approx(2 / 3 - 7 / 9)
    assert frame.loc["difference", "low"] < frame.loc["difference", "rate"] < frame.loc["difference", "high"]
    assert frame.loc["difference", "people"] == 3
    assert pd.isna(frame.loc["alike", "buyers"])


def test_nobody_alike_leaves_the_difference_out(users: ibis.Table, orders: ibis.Table) -> None:
    watched = people(users).filter(lambda row: row.user_id.isin(["a", "b", "g"]))

    frame = sides(matched_rates(watched, users, orders, Window(START, END), days=7))

    assert frame.loc["difference", "people"] == 0
    assert frame.loc[["alike", "difference"], ["rate", "low", "high"]].isna().all(axis=None)


def test_redeemers_are_watched_from_their_first_redemption(
    table: MakeTable, users: ibis.Table, orders: ibis.Table
) -> None:
    redeemed = table(
        "user_id occurred_at",
        [("a", "2025-01-20T09:00"), ("a", "2025-01-18T09:00"), ("b", "2025-01-20T09:00"), ("c", "2025-01-17T09:00")],
    )
    joined = table("user_id joined_at", [(name, "2025-01-17T09:00") for name, _ in PEOPLE])

    week = sides(redeem_to_purchase(users, orders, redeemed, joined, Window(START, END, UNTIL), days=7))
    longer = sides(redeem_to_purchase(users, orders, redeemed, joined, Window(START, END, UNTIL), days=8))

    # a redeems on the 18th and orders on the 26th; c redeems on the 17th. The median wait is one day.
    assert (week.loc["treated", "buyers"], week.loc["treated", "people"]) == (0, 3)
    assert longer.loc["treated", "buyers"] == 1
    assert (longer.loc["others", "buyers"], longer.loc["others", "people"]) == (2, 4)


def test_who_is_not_watched_long_enough_is_left_out(table: MakeTable, users: ibis.Table, orders: ibis.Table) -> None:
    redeemed = table("user_id occurred_at", [("a", "2025-01-18T09:00")])
    joined = table("user_id joined_at", [("a", "2025-01-17T09:00"), ("f", "2025-01-17T09:00")])
    until = dt.datetime(2025, 1, 25, 8)

    frame = sides(redeem_to_purchase(users, orders, redeemed, joined, Window(START, END, until), days=7))

    assert frame["people"].tolist() == [0, 0, 0, 0]
    assert frame["rate"].isna().all()


def test_repurchase_is_of_those_who_had_bought(table: MakeTable, users: ibis.Table, orders: ibis.Table) -> None:
    joined = table("user_id", [("a",), ("b",), ("c",)])

    frame = sides(participant_repurchase(users, orders, joined, Window(START, END, UNTIL)))

    assert (frame.loc["treated", "buyers"], frame.loc["treated", "people"]) == (1, 2)
    assert (frame.loc["others", "buyers"], frame.loc["others", "people"]) == (1, 1)


def test_repurchase_is_missing_until_its_days_are_observed(
    table: MakeTable, users: ibis.Table, orders: ibis.Table
) -> None:
    joined = table("user_id", [("a",)])
    until = dt.datetime(2025, 2, 22, 23)

    frame = participant_repurchase(users, orders, joined, Window(START, END, until))

    assert frame["people"].tolist() == [0, 0, 0, 0]
