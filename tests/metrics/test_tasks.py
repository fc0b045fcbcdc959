import datetime as dt

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics import tasks
from retro.periods import Window

START, END = dt.datetime(2025, 1, 10), dt.datetime(2025, 1, 11)
DAY = dt.timedelta(days=1)


@pytest.fixture
def users() -> ibis.Table:
    """Four new users, and one from before."""
    return ibis.memtable({"user_id": ["a", "b", "c", "d", "old"], "registered_at": [START] * 4 + [START - DAY]})


@pytest.fixture
def events() -> ibis.Table:
    """a finishes profile after 2 minutes and shop after 4; b only starts profile; c finishes shop without a start."""
    minute = dt.timedelta(minutes=1)
    rows = [
        ("a", "task_start", "profile", 0), ("a", "task_complete", "profile", 2),
        ("a", "task_start", "shop", 10), ("a", "task_complete", "shop", 14),
        ("b", "task_start", "profile", 0), ("b", "task_start", "profile", 5),
        ("c", "task_complete", "shop", 3), ("old", "task_start", "profile", 0),
        ("d", "task_start", "profile", 3 * 1440),
    ]  # fmt: skip
    return ibis.memtable(
        [{"user_id": u, "event": e, "detail": d, "occurred_at": START + at * minute} for u, e, d, at in rows]
    )


def test_a_user_counts_once_for_all_tasks_and_once_for_each(users: ibis.Table, events: ibis.Table) -> None:
    frame = tasks(users, events, Window(START, END), within=DAY, least=1)

    assert frame["task"].tolist()[1:] == ["profile", "shop"]
    assert frame[["users", "started", "completed"]].values.tolist() == [[4, 2, 1], [4, 2, 1], [4, 1, 1]]
    assert frame["rate"].tolist() == [0.5, 0.5, 1.0]
    assert frame["median_minutes"].tolist() == [2, 2, 4]


def test_tasks_of_few_people_are_left_out(users: ibis.Table, events: ibis.Table) -> None:
    assert len(tasks(users, events, Window(START, END), within=DAY)) == 1


def test_without_names_of_tasks_there_is_one_row(users: ibis.Table, events: ibis.Table) -> None:
    assert len(tasks(users, events.drop("detail"), Window(START, END), within=DAY, least=1)) == 1


def test_nobody_started_is_no_row(users: ibis.Table, events: ibis.Table) -> None:
    assert tasks(users, events, Window(START, END), within=DAY, started="other").empty


def test_a_missing_column_is_named(users: ibis.Table, events: ibis.Table) -> None:
    with pytest.raises(MetricError, match="events: column 'event' must be in the table"):
        tasks(users, events.drop("event"), Window(START, END), within=DAY)
