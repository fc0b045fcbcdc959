"""Community groups, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from retro.errors import MissingColumn
from retro.metrics.community import community, community_groups, group_joiners, outside_groups
from retro.periods import Window

at = dt.datetime.fromisoformat
WINDOW = Window(at("2025-06-01"), at("2025-06-15"), at("2025-08-01"))
MEMBERS = [
    ("g1", "boss", "staff", None, "2025-05-01T10:00", None),
    ("g1", "old", "member", "2025-05-01T09:00", "2025-05-01T10:00", None),
    ("g1", "gone", "member", "2025-05-01T09:00", "2025-05-01T10:00", "2025-05-20T10:00"),  # before the campaign
    ("g1", "left", "member", "2025-05-01T09:00", "2025-05-01T10:00", "2025-06-05T10:00"),
    ("g1", "new", "member", "2025-06-02T09:00", "2025-06-02T10:00", None),
    ("g2", "new", "member", "2025-06-03T09:00", "2025-06-03T10:00", None),  # in two groups
    ("g2", "other", "member", "2025-06-03T09:00", "2025-06-03T10:00", None),
    ("g2", "asked", "member", "2025-06-04T09:00", None, None),
    ("g2", "late", "member", "2025-06-10T09:00", "2025-06-20T10:00", None),  # joined after the end
]
ORDERS = [
    ("o1", "old", "2025-06-02T10:00", "paid", "30.00", "g1"),
    ("o2", "old", "2025-06-02T18:00", "paid", "10.00", None),  # the same day: not again
    ("o3", "new", "2025-06-01T10:00", "paid", "99.00", None),  # before joining
    ("o4", "new", "2025-06-04T10:00", "paid", "20.00", "g2"),
    ("o5", "new", "2025-06-09T10:00", "paid", "20.00", None),
    ("o6", "left", "2025-06-06T10:00", "paid", "50.00", None),  # after leaving
    ("o7", "nobody", "2025-06-06T10:00", "paid", "40.00", "g2"),  # by a link that a member passed on
    ("o8", "other", "2025-06-06T10:00", "cancelled", "8.00", "g2"),
]
POINTS = [
    ("old", "2025-06-02T10:00", "order", 30),
    ("old", "2025-06-03T10:00", "redeem", -10),
    ("new", "2025-06-04T10:00", "order", 10),
    ("nobody", "2025-06-06T10:00", "order", 40),
]
SAID = [("g1", "old", "2025-06-02", 3), ("g1", "new", "2025-06-03", 1), ("g1", "boss", "2025-06-03", 9)]

Table = Callable[..., ibis.Table]
Shop = dict[str, ibis.Table]


@pytest.fixture
def members(table: Table) -> ibis.Table:
    return table("group_id user_id role invited_at joined_at left_at", MEMBERS)


@pytest.fixture
def shop(table: Table) -> Shop:
    points = pd.DataFrame(POINTS, columns=["user_id", "occurred_at", "kind", "points"])
    said = pd.DataFrame(SAID, columns=["group_id", "user_id", "on", "messages"])
    return {
        "orders": table("order_id user_id ordered_at status amount group_id", ORDERS),
        "points_ledger": ibis.memtable(points.assign(occurred_at=pd.to_datetime(points["occurred_at"]))),
        "community_messages": ibis.memtable(said.assign(on=pd.to_datetime(said["on"]).dt.date)),
        "community_groups": table("group_id city_tier", [("g1", "tier_1"), ("g2", "tier_2")]),
    }


def test_who_came_went_spoke_and_bought(members: ibis.Table, shop: Shop) -> None:
    (row,) = community(members, shop, WINDOW).to_dict("records")

    assert [row[name] for name in ("groups", "members", "start", "joined", "left", "end", "net")] == [
        2,
        4,
        2,
        3,
        1,
        4,
        2,
    ]
    assert [row[name] for name in ("invited", "accepted", "accepted_rate")] == [5, 3, 0.6]
    assert [row[name] for name in ("speakers", "messages", "speaker_rate")] == [2, 4, 0.5]
    assert [row[name] for name in ("buyers", "again", "buyer_rate", "again_rate")] == [2, 1, 0.5, 0.5]
    assert [row[name] for name in ("gmv", "link_gmv", "shop_gmv")] == [
        Decimal("80.00"), Decimal("90.00"), Decimal("269.00"),
    ]  # fmt: skip
    assert (row["points"], row["points_per_gmv"], row["link_rate"]) == (40, 0.5, 1.125)
    assert row["gmv_rate"] == pytest.approx(80 / 269)


def test_sizes_tiers_and_groups(members: ibis.Table, shop: Shop) -> None:
    frame = community_groups(members, shop, WINDOW, sizes=(3,)).set_index(["dimension", "value"])

    assert frame.index.tolist() == [
        ("size", "0_2"), ("size", "3_up"), ("city_tier", "tier_1"), ("city_tier", "tier_2"),
        ("group", "g1"), ("group", "g2"),
    ]  # fmt: skip
    assert frame.loc[("group", "g1"), ["members", "buyers", "gmv"]].tolist() == [3, 2, Decimal("80.00")]
    assert frame.loc[("size", "0_2"), ["groups", "members", "buyers", "gmv"]].tolist() == [1, 2, 1, Decimal("40.00")]
    assert frame.loc[("city_tier", "tier_1"), "each"] == pytest.approx(80 / 3)
    assert frame.loc["group", "standing"].tolist() == ["alike", "alike"]
    assert frame.loc[("group", "g1"), "low"] < frame.loc[("size", "3_up"), "low"]  # widened for their number


def test_only_a_group_off_all_stands_out(table: Table) -> None:
    people = [(f"g{group}", f"u{group}-{one}", "2025-05-01T10:00") for group in range(3) for one in range(100)]
    bought = [(f"o{group}-{one}", f"u{group}-{one}", "2025-06-02T10:00", "paid") for group in range(3)
              for one in range((40, 10, 12)[group])]  # fmt: skip
    joined, orders = table("group_id user_id joined_at", people), table("order_id user_id ordered_at status", bought)
    frame = community_groups(joined, {"orders": orders}, WINDOW)

    groups = frame[frame["dimension"] == "group"]
    assert groups[["value", "standing"]].values.tolist() == [["g0", "above"], ["g2", "alike"], ["g1", "below"]]
    assert frame["dimension"].unique().tolist() == ["size", "group"]  # no tier is known
    assert frame["gmv"].tolist() == [None] * 4


def test_who_joined_first_and_who_could(table: Table, members: ibis.Table) -> None:
    users = table("user_id", [("boss",), ("old",), ("new",), ("other",), ("nobody",), ("gone",)])

    assert sorted(group_joiners(members, WINDOW).execute()["user_id"]) == ["new", "other"]
    assert sorted(outside_groups(users, members, WINDOW).execute()["user_id"]) == ["new", "nobody", "other"]


def test_what_a_shop_does_not_know_is_missing(members: ibis.Table, shop: Shop) -> None:
    orders = shop["orders"].drop("user_id", "group_id")
    bare = members.drop("role", "invited_at", "left_at")
    (row,) = community(bare, {"orders": orders}, WINDOW).to_dict("records")
    alone = community(bare, {}, WINDOW).iloc[0]

    missing = [
        "invited",
        "accepted",
        "speakers",
        "messages",
        "buyers",
        "again",
        "gmv",
        "link_gmv",
        "points",
        "buyer_rate",
    ]
    assert all(pd.isna(row[name]) for name in missing)
    assert (row["shop_gmv"], row["members"]) == (Decimal("277.00") - 8, 6)
    assert pd.isna(alone["shop_gmv"])
    assert community_groups(bare, {"orders": orders}, WINDOW).empty


def test_buying_again_waits_for_the_end(members: ibis.Table, shop: Shop) -> None:
    early = community(members, shop, replace(WINDOW, observed_until=at("2025-06-10"))).iloc[0]

    assert (early["buyers"], early["joined"]) == (2, 3)
    assert pd.isna(early["again"])
    assert pd.isna(early["again_rate"])


def test_nobody_in_a_group(members: ibis.Table, shop: Shop) -> None:
    row = community(members, shop, Window(at("2025-01-01"), at("2025-01-08"), at("2025-08-01"))).iloc[0]

    assert (row["members"], row["groups"], row["buyers"]) == (0, 0, 0)
    assert pd.isna(row["buyer_rate"])


def test_a_table_without_joining_is_refused(members: ibis.Table) -> None:
    with pytest.raises(MissingColumn, match="community_members: column 'joined_at' must be in the table"):
        community(members.drop("joined_at"), {}, WINDOW)
