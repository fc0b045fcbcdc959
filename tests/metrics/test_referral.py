"""Invitations and what came of them, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from retro.errors import MissingColumn
from retro.metrics.referral import referral, referral_generations, referral_value
from retro.periods import Window

at = dt.datetime.fromisoformat
WINDOW = Window(at("2025-06-01"), at("2025-06-15"), at("2025-08-01"))
USERS = [
    *((f"old{number}", "2025-05-01T10:00") for number in range(4)),
    ("a", "2025-06-02T10:00"),
    ("b", "2025-06-04T10:00"),
    ("c", "2025-06-06T10:00"),
    ("d", "2025-06-07T10:00"),  # by itself
    ("late", "2025-06-20T10:00"),  # after the campaign
]
SENT = [
    ("old0", "a", "2025-06-01T10:00", "5.00"),
    ("old0", "b", "2025-06-03T10:00", "5.00"),
    ("a", "c", "2025-06-03T10:00", "5.00"),  # of the second generation
    ("old0", None, "2025-06-05T10:00", None),
    ("old1", "late", "2025-06-14T10:00", None),
    ("old2", "old2", "2025-06-05T10:00", "5.00"),  # himself
    ("old1", "old3", "2025-06-05T10:00", None),  # each other
    ("old3", "old1", "2025-06-06T10:00", None),
    ("old1", None, "2025-05-20T10:00", None),  # before the campaign
]
ORDERS = [
    ("o1", "a", "2025-06-05T10:00", "paid", "30.00"),
    ("o2", "a", "2025-07-20T10:00", "paid", "9.00"),  # after its 30 days
    ("o3", "c", "2025-06-07T10:00", "cancelled", "8.00"),
    ("o4", "d", "2025-06-08T10:00", "paid", "10.00"),
]

Table = Callable[..., ibis.Table]


@pytest.fixture
def sent(table: Table) -> ibis.Table:
    return table("inviter_id invitee_id invited_at reward_amount", SENT)


@pytest.fixture
def users(table: Table) -> ibis.Table:
    return table("user_id registered_at", USERS)


@pytest.fixture
def orders(table: Table) -> ibis.Table:
    return table("order_id user_id ordered_at status amount", ORDERS)


def test_from_the_invitation_to_the_first_order(sent: ibis.Table, users: ibis.Table, orders: ibis.Table) -> None:
    (row,) = referral(sent, users, {"orders": orders}, WINDOW, campaign_id="c").to_dict("records")

    counts = [row[name] for name in ("eligible", "inviters", "invitations", "registered", "buyers", "new_users")]
    assert counts == [8, 5, 8, 3, 1, 4]
    assert (row["own"], row["rings"]) == (1, 2)
    assert (row["registered_rate"], row["share_rate"], row["each"]) == (3 / 8, 3 / 4, 8 / 5)
    assert row["cycle_days"] == 1.0  # a and b a day, c three
    assert (row["rewards"], row["cost_per_buyer"]) == (Decimal("20.00"), Decimal("20.00"))


def test_k_takes_users_as_independent(sent: ibis.Table, users: ibis.Table) -> None:
    (row,) = referral(sent, users, {}, WINDOW, campaign_id="c").to_dict("records")

    half = 1.959964 * ((((2**2 + 1) / 8) - (3 / 8) ** 2) / 8) ** 0.5  # old0 brought two, a one
    assert row["k"] == 3 / 8
    assert row["k_high"] == pytest.approx(3 / 8 + half)
    assert row["k_low"] == 0
    assert pd.isna(row["buyers"])


def test_booked_costs_go_before_rewards(sent: ibis.Table, users: ibis.Table, orders: ibis.Table, table: Table) -> None:
    costs = table("campaign_id amount", [("c", "50.00"), ("other", "9.00")])
    shop = {"orders": orders, "campaign_costs": costs}

    assert referral(sent, users, shop, WINDOW, campaign_id="c")["cost"].tolist() == [Decimal("50.00")]


def test_generations(sent: ibis.Table, users: ibis.Table) -> None:
    assert referral_generations(sent, users, WINDOW).to_numpy().tolist() == [[1, 1, 2], [2, 1, 1]]


def test_the_invited_beside_other_new_users(sent: ibis.Table, users: ibis.Table, orders: ibis.Table) -> None:
    invited, others = referral_value(sent, users, orders, WINDOW).to_dict("records")

    assert [invited[name] for name in ("members", "buyers", "gmv", "value")] == [
        3,
        1,
        Decimal("30.00"),
        Decimal("10.00"),
    ]
    assert [others[name] for name in ("members", "buyers", "gmv")] == [1, 1, Decimal("10.00")]
    assert invited["difference"] == pytest.approx(1 / 3 - 1)
    assert invited["difference_low"] < invited["difference"] < invited["difference_high"]


def test_nobody_invited(users: ibis.Table, orders: ibis.Table, table: Table) -> None:
    nobody = table("inviter_id invitee_id invited_at", [row[:3] for row in SENT[-1:]])
    (row,) = referral(nobody, users, {"orders": orders}, WINDOW, campaign_id="c").to_dict("records")

    assert (row["invitations"], row["registered"], row["k"], row["rewards"]) == (0, 0, 0, None)
    assert referral_generations(nobody, users, WINDOW).empty
    assert referral_value(nobody, users, orders, WINDOW)["members"].tolist() == [0, 4]


def test_invitations_without_invitees_are_refused(sent: ibis.Table, users: ibis.Table) -> None:
    with pytest.raises(MissingColumn, match="invitations: column 'invitee_id' must be in the table"):
        referral_generations(sent.drop("invitee_id"), users, WINDOW)
