import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics import FunnelPath, funnel, wilson
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
MakeRows = Callable[..., ibis.Table]

START = at("2025-01-10")
ASKED = Window(START, at("2025-01-17"), at("2025-03-01"))


@pytest.fixture
def events(table: MakeTable) -> ibis.Table:
    def make(*rows: tuple[object, ...]) -> ibis.Table:
        return table("user_id event occurred_at", rows)

    return make


def test_funnel_counts_users_rates_and_hours(events: MakeRows) -> None:
    frame = funnel(
        events(
            ("ann", "register", "2025-01-10T08:00"),
            ("ann", "log_in", "2025-01-10T09:00"),
            ("ann", "order", "2025-01-11T08:00"),
            ("bob", "register", "2025-01-10T08:00"),
            ("bob", "log_in", "2025-01-10T11:00"),
            ("eve", "log_in", "2025-01-10T08:00"),  # before she registers
            ("eve", "register", "2025-01-10T09:00"),
        ),
        FunnelPath(["register", "log_in", "order"], dt.timedelta(days=7)),
        ASKED,
    )
    assert frame["step"].tolist() == ["register", "log_in", "order"]
    assert frame["users"].tolist() == [3, 2, 1]
    assert frame["step_rate"].tolist()[1:] == [pytest.approx(2 / 3), 0.5]
    assert frame["total_rate"].tolist() == [1.0, pytest.approx(2 / 3), pytest.approx(1 / 3)]
    assert frame["median_hours"].tolist()[1:] == [2.0, 24.0]
    assert frame.loc[0, ["step_rate", "median_hours"]].isna().all()
    low, high = wilson([3, 2, 1], [3, 3, 3])
    assert frame["low"].tolist() == low.tolist()
    assert frame["high"].tolist() == high.tolist()
    assert frame.attrs["immature"] == 0


def test_funnel_lets_a_later_first_step_begin_the_path(events: MakeRows) -> None:
    late = events(
        ("u", "a", "2025-01-10T00:00"),
        ("u", "a", "2025-01-16T00:00"),
        ("u", "b", "2025-01-20T00:00"),  # ten days after the first a, four after the second
    )
    frame = funnel(late, FunnelPath(["a", "b"], dt.timedelta(days=7)), ASKED)
    assert frame["users"].tolist() == [1, 1]
    assert frame.loc[1, "median_hours"] == 96


def test_funnel_does_not_let_a_later_first_step_steal_progress(events: MakeRows) -> None:
    path = events(*[("u", name, f"2025-01-1{day}T00:00") for name, day in (("a", 0), ("b", 2), ("a", 3), ("c", 5))])
    assert funnel(path, FunnelPath(["a", "b", "c"], dt.timedelta(days=7)), ASKED)["users"].tolist() == [1, 1, 1]


@pytest.mark.parametrize(("second", "users"), [("2025-01-17T08:00:00", 1), ("2025-01-17T08:00:01", 0)])
def test_funnel_window_is_inclusive(events: MakeRows, second: str, users: int) -> None:
    frame = funnel(
        events(("u", "a", "2025-01-10T08:00"), ("u", "b", second)), FunnelPath(["a", "b"], dt.timedelta(days=7)), ASKED
    )
    assert frame["users"].tolist() == [1, users]


def test_funnel_takes_entries_inside_and_later_steps_beyond_the_period(events: MakeRows) -> None:
    frame = funnel(
        events(
            ("in", "a", "2025-01-16T23:59:59"),
            ("in", "b", "2025-01-20T00:00"),
            ("early", "a", "2025-01-09T23:59:59"),
            ("early", "b", "2025-01-10T00:00"),
            ("late", "a", "2025-01-17T00:00"),
            ("late", "b", "2025-01-17T01:00"),
        ),
        FunnelPath(["a", "b"], dt.timedelta(days=7)),
        ASKED,
    )
    assert frame["users"].tolist() == [1, 1]


def test_funnel_leaves_out_entries_whose_window_is_open(events: MakeRows) -> None:
    rows = events(
        ("ripe", "a", "2025-01-12T23:59:59"),
        ("both", "a", "2025-01-10T00:00"),
        ("both", "a", "2025-01-14T00:00"),
        ("both", "b", "2025-01-18T00:00"),  # only the second, open entry could begin this path
        ("open", "a", "2025-01-13T00:00"),
        ("open", "b", "2025-01-13T01:00"),
    )
    frame = funnel(rows, FunnelPath(["a", "b"], dt.timedelta(days=7)), replace(ASKED, observed_until=at("2025-01-20")))
    assert frame["users"].tolist() == [2, 0]
    assert frame.attrs["immature"] == 1


def test_funnel_before_any_window_has_closed(events: MakeRows) -> None:
    frame = funnel(
        events(("u", "a", "2025-01-10T00:00")),
        FunnelPath(["a", "b"], dt.timedelta(days=7)),
        replace(ASKED, observed_until=at("2025-01-12")),
    )
    assert frame["users"].tolist() == [0, 0]
    assert frame[["total_rate", "low", "high", "median_hours"]].isna().all(axis=None)
    assert frame.attrs["immature"] == 1


def test_funnel_counts_no_event_without_a_user(events: MakeRows) -> None:
    frame = funnel(
        events((None, "a", "2025-01-10T00:00"), (None, "b", "2025-01-10T01:00")),
        FunnelPath(["a", "b"], dt.timedelta(days=7)),
        ASKED,
    )
    assert frame["users"].tolist() == [0, 0]
    assert frame.attrs["immature"] == 0


def test_funnel_steps_at_one_moment_convert(events: MakeRows) -> None:
    frame = funnel(
        events(("u", "b", "2025-01-10T00:00"), ("u", "a", "2025-01-10T00:00")),
        FunnelPath(["a", "b"], dt.timedelta(days=7)),
        ASKED,
    )
    assert frame["users"].tolist() == [1, 1]
    assert frame.loc[1, "median_hours"] == 0


def test_funnel_takes_several_names_for_a_step(events: MakeRows) -> None:
    frame = funnel(
        events(("u", "a", "2025-01-10T00:00"), ("u", "c", "2025-01-11T00:00")),
        FunnelPath(["a", ["b", "c"]], dt.timedelta(days=7)),
        ASKED,
    )
    assert frame["step"].tolist() == ["a", "b / c"]
    assert frame["users"].tolist() == [1, 1]


@pytest.mark.parametrize("steps", [[], ["a", []]])
def test_funnel_refuses_steps_of_nothing(events: MakeRows, steps: list[str | list[str]]) -> None:
    with pytest.raises(MetricError, match=r"steps must be one or more|step 2 must be an event name"):
        funnel(events(), FunnelPath(steps, dt.timedelta(days=7)), ASKED)


def test_funnel_refuses_a_path_without_time(events: MakeRows) -> None:
    with pytest.raises(MetricError, match="funnel: within must be longer than 0, got 0:00:00"):
        funnel(events(), FunnelPath(["a", "b"], dt.timedelta()), ASKED)
