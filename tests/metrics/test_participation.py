"""Participation: five members invited, of whom three take part, and one who was not invited."""

import datetime as dt

import ibis
import pytest
from tests.metrics.conftest import MakeTable

from retro.errors import MetricError
from retro.metrics import eligible_members, participants, participation
from retro.periods import Window

START, END = dt.datetime(2025, 1, 17), dt.datetime(2025, 1, 20)
WINDOW = Window(START, END)

EVENTS = [
    ("ann", "view", "2025-01-10T09:00"),
    ("bob", "view", "2025-01-16T23:59"),
    ("dan", "view", "2024-12-01T09:00"),  # too long ago
    ("ann", "join", "2025-01-17T00:00"),
    ("ann", "join", "2025-01-18T00:00"),
    ("bob", "join", "2025-01-19T23:59"),
    ("dan", "join", "2025-01-19T08:00"),
    ("eve", "join", "2025-01-20T00:00"),  # after the end
    ("pat", "join", "2025-01-18T08:00"),  # not invited
]


@pytest.fixture
def members(table: MakeTable) -> ibis.Table:
    exposures = [("c", name, "invited") for name in ("ann", "bob", "cat", "dan", "eve")]
    exposures += [("c", "hal", "held_out"), ("other", "pat", "invited"), ("c", "ann", "invited")]
    return table("experiment_id unit_id arm", exposures)


@pytest.fixture
def users(table: MakeTable) -> ibis.Table:
    return table("user_id registered_at", [("ann", "2025-01-01T00:00"), ("new", "2025-01-17T00:00")])


def test_members_are_counted_once_on_the_day_they_first_take_part(
    table: MakeTable, users: ibis.Table, members: ibis.Table
) -> None:
    events = table("user_id event occurred_at", EVENTS)
    eligible = eligible_members(users, {"exposures": members}, WINDOW, invitation="c")
    joined = participants(events, WINDOW, event="join")

    frame = participation(eligible, joined, events, WINDOW)

    assert frame["group"].unique().tolist() == ["all", "seen", "silent"]
    every = frame[frame["group"] == "all"]
    assert every["on"].tolist() == [dt.date(2025, 1, day) for day in (17, 18, 19)]
    assert every["joined"].tolist() == [1, 0, 2]
    assert every["participants"].tolist() == [1, 1, 3]
    assert every["eligible"].tolist() == [5, 5, 5]
    assert every["rate"].tolist() == pytest.approx([0.2, 0.2, 0.6])
    ends = frame[frame["day"] == 3].set_index("group")
    assert (ends.loc["seen", "participants"], ends.loc["seen", "eligible"]) == (2, 2)
    assert (ends.loc["silent", "participants"], ends.loc["silent", "eligible"]) == (1, 3)
    assert ends.loc["all", "low"] < 0.6 < ends.loc["all", "high"]


def test_without_an_invitation_every_member_of_before_the_start_is_eligible(users: ibis.Table) -> None:
    assert eligible_members(users, {}, WINDOW).execute()["user_id"].tolist() == ["ann"]


def test_a_shop_without_events_before_the_start_has_no_groups(table: MakeTable, users: ibis.Table) -> None:
    events = table("user_id event occurred_at", [("ann", "join", "2025-01-18T08:00")])
    joined = participants(events, WINDOW, event="join")

    frame = participation(eligible_members(users, {}, WINDOW), joined, events, WINDOW)

    assert frame["group"].tolist() == ["all"] * 3
    assert frame["participants"].tolist() == [0, 1, 1]


def test_nobody_eligible_has_no_rate(table: MakeTable, users: ibis.Table) -> None:
    events = table("user_id event occurred_at", EVENTS)
    joined = participants(events, WINDOW, event="join")
    nobody = eligible_members(users, {}, Window(dt.datetime(2024, 1, 1), END))

    frame = participation(nobody, joined, events, WINDOW)

    assert frame["eligible"].tolist() == [0] * 3
    assert frame["rate"].isna().all()


def test_an_invitation_that_nobody_got_is_refused(users: ibis.Table, members: ibis.Table) -> None:
    words = (
        r"^eligible_members: arm 'told' of experiment 'c' must have exposures, got none\. "
        r"Check invitation and invited_arm in the params\.$"
    )
    with pytest.raises(MetricError, match=words):
        eligible_members(users, {"exposures": members}, WINDOW, invitation="c", arm="told")


def test_an_invitation_without_exposures_is_refused(users: ibis.Table) -> None:
    words = r"^eligible_members: invitation 'c' must be in the table 'exposures', got no such table\. Leave the key out"
    with pytest.raises(MetricError, match=words):
        eligible_members(users, {}, WINDOW, invitation="c")
