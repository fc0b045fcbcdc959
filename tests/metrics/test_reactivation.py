"""Silent members around a contest: who woke, who would have come anyway, and who stayed."""

import datetime as dt

import ibis
import pandas as pd
import pytest
from tests.metrics.conftest import MakeTable

from retro.metrics import reactivated_lift, reactivated_members
from retro.metrics.intervals import add_rate
from retro.periods import Window

Shop = tuple[ibis.Table, ibis.Table, ibis.Table]

START, END, UNTIL = dt.datetime(2025, 1, 17), dt.datetime(2025, 1, 24), dt.datetime(2025, 4, 1)

EVENTS = [
    ("zoe", "log_in", "2024-12-01T09:00"),  # the log reaches back far enough
    ("awake", "log_in", "2025-01-10T09:00"),
    ("ann", "log_in", "2025-01-17T00:00"),
    ("bob", "log_in", "2025-01-23T23:59"),
    ("cat", "log_in", "2025-01-24T00:00"),  # after the end
    ("ann", "view", "2025-02-23T00:00"),  # the week from 30 days after the end
    ("bob", "view", "2025-03-02T00:00"),  # after that week
    ("dan", "log_in", "2025-01-20T00:00"),
]
ORDERS = [
    ("o0", "zoe", "2024-01-01T09:00", "paid", "10"),
    ("o1", "ann", "2024-02-01T09:00", "paid", "90"),
    ("o2", "ann", "2025-01-18T09:00", "paid", "10"),
    ("o3", "bob", "2025-01-23T23:59", "cancelled", "10"),
    ("o4", "new", "2025-01-10T09:00", "paid", "10"),
]


@pytest.fixture
def shop(table: MakeTable) -> Shop:
    names = ("ann", "bob", "cat", "dan", "awake", "zoe")
    users = [(name, "2023-01-01T00:00") for name in names] + [("new", "2025-01-01T00:00")]
    return (
        table("user_id registered_at", users),
        table("order_id user_id ordered_at status amount", ORDERS),
        table("user_id event occurred_at", EVENTS),
    )


def reactivated(table: MakeTable, shop: Shop, until: dt.datetime = UNTIL) -> pd.DataFrame:
    groups = {
        "invited": table("user_id", [("ann",), ("bob",), ("cat",), ("awake",), ("new",)]),
        "held_out": table("user_id", [("dan",), ("zoe",)]),
    }
    return reactivated_members(*shop, groups, window=Window(START, END, until))


def test_only_silent_members_can_be_reactivated(table: MakeTable, shop: Shop) -> None:
    frame = reactivated(table, shop).set_index(["group", "stars"])

    whole = frame.loc[("invited", 0)]
    assert (whole["members"], whole["reactivated"], whole["buyers"], whole["active"]) == (3, 2, 1, 1)
    assert whole["rate"] == pytest.approx(2 / 3)
    assert whole["reactivated_still_active_rate"] == 0.5
    assert frame.loc[("held_out", 0), ["members", "reactivated", "active"]].tolist() == [2, 1, 0]


def test_stars_tell_what_members_once_bought(table: MakeTable, shop: Shop) -> None:
    frame = reactivated(table, shop).set_index(["group", "stars"])

    assert frame.loc["invited"]["members"].to_dict() == {0: 3, 1: 2, 2: 0, 3: 0, 4: 0, 5: 1}
    assert pd.isna(frame.loc[("invited", 3), "rate"])


def test_who_stayed_is_missing_until_it_is_observed(table: MakeTable, shop: Shop) -> None:
    frame = reactivated(table, shop, until=dt.datetime(2025, 3, 1))

    assert frame["active"].isna().all()
    assert frame["reactivated_still_active_rate"].isna().all()


def test_data_that_begins_too_late_cannot_tell_who_was_silent(table: MakeTable, shop: Shop) -> None:
    users, orders, events = shop
    young = orders.filter(orders.ordered_at >= dt.datetime(2024, 12, 1))

    frame = reactivated(table, (users, young, events))

    assert frame.empty
    assert reactivated_lift(frame).empty


def test_the_lift_is_what_the_invited_wake_more_than_those_held_out() -> None:
    frame = pd.DataFrame(
        [("invited", 0, 56, 70), ("held_out", 0, 48, 80)], columns=["group", "stars", "reactivated", "members"]
    )

    row = reactivated_lift(add_rate(frame, "reactivated", "members")).iloc[0]

    assert row["difference"] == pytest.approx(0.2)
    # Newcombe (1998), table II, 56/70 against 48/80: 0.0524 to 0.3339
    assert (row["low"], row["high"]) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))
    assert row["extra"] == pytest.approx(14)


def test_without_anybody_held_out_there_is_no_lift() -> None:
    frame = pd.DataFrame([("invited", 0, 1, 10)], columns=["group", "stars", "reactivated", "members"])

    assert reactivated_lift(frame).empty
