"""Tiers of five members around a campaign, one of them new."""

import datetime as dt

import ibis
import pytest
from tests.metrics.conftest import MakeTable

from retro.errors import MetricError
from retro.metrics import tier_moves, tier_penetration
from retro.periods import Window

START, END = dt.datetime(2025, 1, 17), dt.datetime(2025, 1, 24)
ORDER = ("member", "silver", "gold")

STRETCHES = [
    ("ann", "member", "2025-01-01", "2025-01-24"),
    ("ann", "silver", "2025-01-24", None),
    ("bob", "silver", "2025-01-01", "2025-01-20"),
    ("bob", "member", "2025-01-20", None),
    ("cat", "gold", "2025-01-01", None),
    ("dan", "member", "2025-01-01", None),
    ("eve", "silver", "2025-01-18", None),  # no member before
    ("old", "gold", "2024-01-01", "2025-01-01"),  # left long ago
]


@pytest.fixture
def tiers(engine: ibis.BaseBackend) -> ibis.Table:
    names = ("user_id", "tier", "valid_from", "valid_to")
    rows = [
        (user, tier, dt.datetime.fromisoformat(since), until and dt.datetime.fromisoformat(until))
        for user, tier, since, until in STRETCHES
    ]
    kinds = {"valid_from": "timestamp", "valid_to": "timestamp"}
    schema = ibis.schema({name: kinds.get(name, "string") for name in names})
    given = ibis.memtable([dict(zip(names, row, strict=True)) for row in rows], schema=schema).to_pyarrow()
    return engine.create_table(ibis.util.gen_name("tiers"), given, temp=True)


def test_moves_are_counted_from_the_tier_before_to_the_one_after(tiers: ibis.Table) -> None:
    frame = tier_moves(tiers, Window(START, END), order=ORDER)

    assert frame["before"].unique().tolist() == ["none", *ORDER]
    moved = frame[frame["members"] > 0].set_index(["before", "after"])
    assert moved["members"].to_dict() == {
        ("none", "silver"): 1,
        ("member", "member"): 1,
        ("member", "silver"): 1,
        ("silver", "member"): 1,
        ("gold", "gold"): 1,
    }
    assert moved.loc[("member", "silver"), "total"] == 2
    assert moved.loc[("member", "silver"), "rate"] == 0.5


def test_a_tier_that_nobody_had_has_no_rate(tiers: ibis.Table) -> None:
    frame = tier_moves(tiers.filter(tiers.user_id == "dan"), Window(START, END), order=ORDER)

    assert frame.set_index(["before", "after"]).loc[("gold", "gold")].isna()["rate"]


def test_penetration_is_told_for_participants_and_the_others(table: MakeTable, tiers: ibis.Table) -> None:
    joined = table("user_id", [("ann",), ("dan",)])

    frame = tier_penetration(tiers, joined, Window(START, END), order=ORDER, tier="silver")

    counted = frame.set_index(["group", "moment"])
    assert counted["above"].tolist() == [2, 3, 0, 1, 2, 2]
    assert counted["members"].tolist() == [4, 5, 2, 2, 2, 3]
    assert counted.loc[("all", "after"), "rate"] == pytest.approx(0.6)
    assert counted.loc[("all", "after"), "low"] < 0.6 < counted.loc[("all", "after"), "high"]


def test_a_tier_that_the_params_do_not_name_is_refused(tiers: ibis.Table) -> None:
    words = r"^member_tiers: tier must be one of the params' tiers, got 'gold'\. Known names: member, silver\.$"
    with pytest.raises(MetricError, match=words):
        tier_moves(tiers, Window(START, END), order=("member", "silver"))


def test_a_penetration_tier_out_of_the_order_is_refused(table: MakeTable, tiers: ibis.Table) -> None:
    words = r"^tier_penetration: tier must be in order, got 'silverr'\. Did you mean 'silver'\?$"
    with pytest.raises(MetricError, match=words):
        tier_penetration(tiers, table("user_id", [("ann",)]), Window(START, END), order=ORDER, tier="silverr")
