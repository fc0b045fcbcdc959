import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import ibis
import pandas as pd
import pytest

from retro.errors import MetricError
from retro.metrics import retention
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]

ASKED = Window(at("2025-01-10"), at("2025-01-12"), at("2025-01-13"))


@pytest.fixture
def users(table: MakeTable) -> ibis.Table:
    return table(
        "user_id registered_at",
        [
            ("ann", "2025-01-10T23:59"),
            ("bob", "2025-01-10T00:00"),
            ("eve", "2025-01-11T12:00"),
            ("old", "2025-01-09T23:59"),
            ("before", "2024-11-14T23:59"),  # a day before the eight weeks
            ("after", "2025-01-12T00:00"),
        ],
    )


@pytest.fixture
def events(table: MakeTable) -> ibis.Table:
    return table(
        "user_id event occurred_at",
        [
            ("ann", "log_in", "2025-01-11T00:01"),  # two minutes later, and the next day
            ("ann", "view", "2025-01-11T08:00"),
            ("bob", "view", "2025-01-10T20:00"),  # the same day
            ("bob", "register", "2025-01-11T08:00"),
            ("eve", "view", "2025-01-12T08:00"),
            ("eve", "view", "2025-01-13T08:00"),  # not observed any more
            ("old", "view", "2025-01-12T08:00"),
            ("before", "view", "2024-11-15T08:00"),
            (None, "view", "2025-01-11T08:00"),
        ],
    )


def test_retention_counts_local_calendar_days(users: ibis.Table, events: ibis.Table) -> None:
    frame = retention(users, events, ASKED, days=(1, 2, 3))
    campaign = frame[frame["cohort"] == "campaign"].set_index("day")
    assert campaign["eligible"].to_dict() == {1: 3, 2: 2, 3: 0}
    assert campaign["retained"].to_dict()[1] == 2
    assert campaign["state"].to_dict() == {1: "observed", 2: "partial", 3: "unobserved"}
    assert campaign["rate"].to_dict()[1] == pytest.approx(2 / 3)
    assert campaign["rate"].to_dict()[2] == 0  # observed and nobody: a true zero


def test_retention_of_unobserved_cells_is_missing(users: ibis.Table, events: ibis.Table) -> None:
    frame = retention(users, events, ASKED, days=(30,))
    assert frame["eligible"].tolist() == [0, 0]
    assert frame["retained"].isna().all()
    assert frame[["rate", "low", "high"]].isna().all(axis=None)
    assert set(frame["state"]) == {"unobserved"}


def test_retention_baseline_cohort_is_that_of_the_weeks_before(users: ibis.Table, events: ibis.Table) -> None:
    frame = retention(users, events, ASKED, days=(1, 3))
    baseline = frame[frame["cohort"] == "baseline"].set_index("day")
    assert baseline["eligible"].to_dict() == {1: 1, 3: 1}
    assert baseline["retained"].to_dict() == {1: 0, 3: 1}


def test_retention_of_days_before_the_first_event_is_unobserved(table: MakeTable, users: ibis.Table) -> None:
    # Events are kept since the afternoon of the 10th. Of the baseline cohort, old's day 1 is that day, and is seen;
    # before's days 1 to 3 lie in November, when nobody could have been seen.
    events = table(
        "user_id event occurred_at", [("bob", "view", "2025-01-10T15:00"), ("old", "view", "2025-01-10T16:00")]
    )
    asked = replace(ASKED, baseline_weeks=9)
    frame = retention(users, events, asked, days=(1, 3))
    baseline = frame[frame["cohort"] == "baseline"]
    assert baseline[["eligible", "retained"]].to_numpy().tolist() == [[1, 1], [1, 0]]
    assert set(baseline["state"]) == {"partial"}


def test_retention_without_any_event_is_unobserved(table: MakeTable, users: ibis.Table) -> None:
    frame = retention(users, table("user_id event occurred_at", []), ASKED, days=(1,))
    assert frame["state"].tolist() == ["unobserved", "unobserved"]
    assert frame["rate"].isna().all()


def test_retention_of_a_running_day_waits_for_its_end(users: ibis.Table, events: ibis.Table) -> None:
    asked = replace(ASKED, observed_until=at("2025-01-12T23:00"))
    row = retention(users, events, asked, days=(1,)).iloc[0]
    assert (row["eligible"], row["retained"], row["state"]) == (2, 1, "partial")


def test_retention_of_nobody(table: MakeTable, events: ibis.Table) -> None:
    frame = retention(table("user_id registered_at", []), events, ASKED)
    assert len(frame) == 10
    assert frame["eligible"].sum() == 0
    assert set(frame["state"]) == {"empty"}
    assert isinstance(frame["retained"].dtype, pd.Int64Dtype)


@pytest.mark.parametrize(("days", "words"), [((), "name at least one day"), ((0, 1), "days must be at least 1, got 0")])
def test_retention_refuses_days(users: ibis.Table, events: ibis.Table, days: tuple[int, ...], words: str) -> None:
    with pytest.raises(MetricError, match=words):
        retention(users, events, ASKED, days=days)
