"""Groups, times and odds of funnels, on users that can be followed by hand."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import ibis
import pandas as pd
import pytest
from ibis import _

from retro.errors import MetricError
from retro.metrics import (
    Exclusion,
    FunnelPath,
    FunnelRules,
    conversion_times,
    funnel,
    funnel_by,
    micro_funnel,
    odds_ratio,
)
from retro.periods import Window

at = dt.datetime.fromisoformat
ASKED = Window(at("2025-01-10"), at("2025-01-17"), at("2025-03-01"))
STEPS = ["register", "order", "pay"]

MakeTable = Callable[..., ibis.Table]


@pytest.fixture
def events(table: MakeTable) -> ibis.Table:
    return table(
        "user_id event occurred_at channel",
        [
            ("ann", "register", "2025-01-10T08:00:00", "app"),
            ("ann", "order", "2025-01-10T08:01:00", "web"),
            ("ann", "pay", "2025-01-10T08:02:30", "web"),
            ("bob", "register", "2025-01-10T08:00:00", "app"),
            ("bob", "order", "2025-01-10T09:00:00", "app"),
            ("eve", "register", "2025-01-11T08:00:00", None),
            ("eve", "order", "2025-01-12T08:00:00", "web"),
            ("eve", "pay", "2025-01-12T10:00:00", "sms"),
            ("kim", "register", "2025-01-16T08:00:00", None),
        ],
    )


def users_by(frame: pd.DataFrame) -> dict[str | None, list[int]]:
    return {
        None if pd.isna(group) else group: own["users"].tolist() for group, own in frame.groupby("group", dropna=False)
    }


def test_funnel_by_first_value_adds_up(events: ibis.Table) -> None:
    frame = funnel_by(events, FunnelPath(STEPS, dt.timedelta(days=7)), ASKED, by="channel")
    assert users_by(frame) == {"app": [2, 2, 1], "web": [1, 1, 1], None: [1, 0, 0]}
    assert frame["group"].tolist()[:3] == ["app"] * 3
    assert frame["median_hours"].iloc[1] == pytest.approx((1 / 60 + 1) / 2)


def test_funnel_by_last_value_or_that_of_a_step(events: ibis.Table) -> None:
    last = funnel_by(events, FunnelPath(STEPS, dt.timedelta(days=7)), ASKED, by="channel", attribution="last")
    assert users_by(last) == {"app": [1, 1, 0], "web": [1, 1, 1], "sms": [1, 1, 1], None: [1, 0, 0]}
    second = funnel_by(events, FunnelPath(STEPS, dt.timedelta(days=7)), ASKED, by="channel", attribution=2)
    assert users_by(second) == {"app": [1, 1, 0], "web": [2, 2, 2], None: [1, 0, 0]}


def test_funnel_by_puts_small_groups_together(events: ibis.Table) -> None:
    frame = funnel_by(events, FunnelPath(STEPS, dt.timedelta(days=7)), ASKED, by="user_id", most=1)
    assert users_by(frame) == {"ann": [1, 1, 1], "other": [3, 2, 1]}


def test_funnel_by_of_nobody(table: MakeTable) -> None:
    assert funnel_by(
        table("user_id event occurred_at channel", []), FunnelPath(STEPS, dt.timedelta(days=7)), ASKED, by="channel"
    ).empty


def test_funnel_by_refuses(events: ibis.Table) -> None:
    with pytest.raises(MetricError, match="attribution must be 'first', 'last' or a step from 1 to 3, got 4"):
        funnel_by(events, FunnelPath(STEPS, dt.timedelta(days=7)), ASKED, by="channel", attribution=4)
    with pytest.raises(MetricError, match=r"column 'chanel' must be in the table. Did you mean 'channel'\?"):
        funnel_by(events, FunnelPath(STEPS, dt.timedelta(days=7)), ASKED, by="chanel")
    with pytest.raises(MetricError, match="groups need count 'users' in order, got 'entries'"):
        funnel_by(events, FunnelPath(STEPS, dt.timedelta(days=7), FunnelRules(count="entries")), ASKED, by="channel")


def test_conversion_times_are_those_of_the_furthest_path(events: ibis.Table) -> None:
    frame = conversion_times(events, FunnelPath(STEPS, dt.timedelta(days=7)), ASKED)
    assert frame["from_step"].tolist() == ["register", "order", "register"]
    assert frame["to_step"].tolist() == ["order", "pay", "pay"]
    assert frame["users"].tolist() == [3, 2, 2]
    assert frame["mean_seconds"].tolist() == [(60 + 3600 + 86400) / 3, (90 + 7200) / 2, (150 + 93600) / 2]
    assert frame["median_seconds"].tolist() == [3600, 3645, 46875]
    assert frame[["lower_seconds", "upper_seconds"]].iloc[0].tolist() == [1830, 45000]


def test_micro_funnel_counts_to_the_minute(events: ibis.Table) -> None:
    frame = micro_funnel(events, FunnelPath(STEPS, dt.timedelta(days=7)), ASKED, minutes=(1, 60, 24 * 60))
    assert frame["users"].tolist() == [4, 4, 4, 3, 3, 3]
    assert frame["converted"].tolist() == [1, 2, 3, 0, 1, 2]
    assert frame["rate"].tolist()[0] == 0.25


def test_odds_ratio_adds_one_to_each_count() -> None:
    assert odds_ratio([2, 0], [1, 0], [0, 0], [1, 9]).tolist() == [3.0, 10.0]


def test_hold_keeps_a_property_along_the_path(table: MakeTable) -> None:
    events = table(
        "user_id event occurred_at product_id",
        [
            ("u", "view", "2025-01-10T08:00", "p"),
            ("u", "buy", "2025-01-10T09:00", "q"),
            ("v", "view", "2025-01-10T08:00", "p"),
            ("v", "view", "2025-01-10T08:30", "q"),
            ("v", "buy", "2025-01-10T09:00", "p"),
            ("w", "view", "2025-01-10T08:00", None),
            ("w", "buy", "2025-01-10T09:00", None),
        ],
    )
    frame = funnel(events, FunnelPath(["view", "buy"], dt.timedelta(days=7), FunnelRules(hold=("product_id",))), ASKED)
    assert frame["users"].tolist() == [2, 1]
    assert frame["median_hours"].iloc[1] == 1
    times = conversion_times(
        events, FunnelPath(["view", "buy"], dt.timedelta(days=7), FunnelRules(hold=("product_id",))), ASKED
    )
    assert times[["users", "mean_seconds"]].to_numpy().tolist() == [[1, 3600]]


def test_unit_may_be_a_device(table: MakeTable) -> None:
    events = table(
        "device_id event occurred_at",
        [("d", "a", "2025-01-10T08:00"), ("d", "b", "2025-01-10T09:00"), (None, "a", "2025-01-10T09:00")],
    )
    assert funnel(events, FunnelPath(["a", "b"], dt.timedelta(days=7), FunnelRules(unit="device_id")), ASKED)[
        "users"
    ].tolist() == [1, 1]


def test_steps_may_be_named_conditions(table: MakeTable) -> None:
    orders = table(
        "user_id event occurred_at amount",
        [
            ("u", "order", "2025-01-10T08:00", "10"),
            ("u", "order", "2025-01-10T09:00", "200"),
            ("v", "order", "2025-01-10T08:00", "300"),
            ("w", "order", "2025-01-10T08:00", None),
        ],
    )
    frame = funnel(orders, FunnelPath({"first": "order", "large": _.amount > 100}, dt.timedelta(days=7)), ASKED)
    assert frame["step"].tolist() == ["first", "large"]
    assert frame["users"].tolist() == [3, 1]  # the only order of v serves one step
    assert funnel(orders, FunnelPath(["order", lambda events: events.amount > 100], dt.timedelta(days=7)), ASKED)[
        "step"
    ].tolist() == [
        "order",
        "step 2",
    ]


def test_first_entry_alone_starts_the_clock(table: MakeTable) -> None:
    events = table(
        "user_id event occurred_at",
        [("u", "a", "2025-01-10T00:00"), ("u", "a", "2025-01-16T00:00"), ("u", "b", "2025-01-20T00:00")],
    )
    assert funnel(events, FunnelPath(["a", "b"], dt.timedelta(days=7)), ASKED)["users"].tolist() == [1, 1]
    assert funnel(events, FunnelPath(["a", "b"], dt.timedelta(days=7), FunnelRules(entry="first")), ASKED)[
        "users"
    ].tolist() == [1, 0]
    entries = funnel(events, FunnelPath(["a", "b"], dt.timedelta(days=7), FunnelRules(count="entries")), ASKED)
    assert entries["users"].tolist() == [2, 1]
    assert entries["median_hours"].iloc[1] == 96
    path = FunnelPath(["a", "b"], dt.timedelta(days=7), FunnelRules(count="entries"))
    assert funnel(events, path, replace(ASKED, observed_until=at("2025-01-18"))).attrs["immature"] == 1


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"mode": "orderd"}, r"mode must be one of ordered, strict, unordered, got 'orderd'. Did you mean 'ordered'\?"),
        ({"count": "entries", "mode": "strict"}, "count='entries' needs mode 'ordered', got 'strict'"),
        (
            {"count": "entries", "on_exclusion": "drop", "exclusions": (Exclusion("x", 1, 2),)},
            "count='entries' needs on_exclusion 'stop'",
        ),
        ({"mode": "strict", "plan": "asof"}, "mode 'strict' needs plan 'auto', got 'asof'"),
        ({"mode": "strict", "exclusions": (Exclusion("x", 1, 2),)}, "mode 'strict' must not have exclusions"),
        ({"mode": "unordered", "ties": "strict"}, "mode 'unordered' needs ties 'allow' and on_exclusion 'stop'"),
    ],
)
def test_rules_refuse_what_makes_no_sense(rules: dict[str, object], words: str) -> None:
    with pytest.raises(MetricError, match=words):
        FunnelRules(**rules)


def test_exclusions_must_lie_between_steps(events: ibis.Table) -> None:
    with pytest.raises(MetricError, match="exclusion 'x' must lie between two of steps 1 to 3, got 3 to 4"):
        funnel(events, FunnelPath(STEPS, dt.timedelta(days=7), FunnelRules(exclusions=(Exclusion("x", 3, 4),))), ASKED)
    partly = FunnelRules(mode="unordered", exclusions=(Exclusion("x", 1, 2),))
    with pytest.raises(MetricError, match="exclusion 'x' must span steps 1 to 3 in mode 'unordered', got 1 to 2"):
        funnel(events, FunnelPath(STEPS, dt.timedelta(days=7), partly), ASKED)


def test_plans_that_would_not_be_exact_are_refused(events: ibis.Table) -> None:
    with pytest.raises(MetricError, match=r"plan must be 'collapse' where steps share events .* got 'asof'"):
        funnel(events, FunnelPath(["order", "order"], dt.timedelta(days=7), FunnelRules(plan="asof")), ASKED)


def test_too_many_conditions_are_refused(events: ibis.Table) -> None:
    conditions = [lambda events, number=number: events.channel == str(number) for number in range(9)]
    with pytest.raises(MetricError, match="at most 8 different steps may share events, got 9"):
        funnel(events, FunnelPath(conditions, dt.timedelta(days=7)), ASKED)


def test_unordered_funnel_has_no_times(events: ibis.Table) -> None:
    frame = funnel(events, FunnelPath(["pay", "register"], dt.timedelta(days=7), FunnelRules(mode="unordered")), ASKED)
    assert frame["users"].tolist() == [4, 2]
    assert frame["median_hours"].isna().all()
