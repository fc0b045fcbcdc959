import datetime as dt
from dataclasses import replace

import ibis
import pytest

from retro.metrics import reach, registration_minutes
from retro.periods import Window

START, END = dt.datetime(2025, 1, 10), dt.datetime(2025, 1, 12)
WINDOW = Window(START, END)
WEEK = dt.timedelta(days=7)


@pytest.fixture
def users() -> ibis.Table:
    """Four baseline weeks with two users of the app; in the campaign six of the app, five of SMS and one of the web."""
    rows = [(START - weeks * WEEK, "app") for weeks in (4, 3, 2, 1) for _ in range(2)]
    rows += [(START, "app")] * 6 + [(START, "sms")] * 5 + [(START, "web")]
    return ibis.memtable(
        [{"user_id": f"u{n}", "registered_at": at, "channel": channel} for n, (at, channel) in enumerate(rows)]
    )


@pytest.fixture
def parts() -> dict[str, ibis.Table]:
    """Three of the app started a task, one of them twice; one of SMS was exposed, and one started too late."""
    late = END + WEEK
    events = [("u8", START), ("u8", START), ("u9", START), ("u10", END), ("u14", late)]
    return {
        "events": ibis.memtable([{"user_id": u, "event": "task_start", "occurred_at": at} for u, at in events]),
        "exposures": ibis.memtable({"experiment_id": ["hint", "other"], "unit_id": ["u15", "u16"]}),
    }


def asked(**changes: object) -> dict[str, object]:
    return {"window": WINDOW, "within": WEEK, "touches": ["task_start"], "experiments": ["hint"]} | changes


def test_channels_stand_beside_their_own_baseline_level(users: ibis.Table, parts: dict[str, ibis.Table]) -> None:
    frame = reach(users, parts, **asked(window=replace(WINDOW, baseline_weeks=4))).set_index("channel")  # type: ignore[arg-type]

    assert frame["registrations"].to_dict() == {"app": 6, "sms": 5, "other": 1}
    assert frame["share"].to_dict() == {"app": 0.5, "sms": pytest.approx(5 / 12), "other": pytest.approx(1 / 12)}
    assert frame["baseline"].to_dict() == {"app": 2, "sms": 0, "other": 0}
    assert frame.loc["app", "lift_rate"] == 2
    assert frame["lift_rate"].isna().tolist() == [False, True, True]


def test_a_touch_is_an_event_in_time_or_an_exposure(users: ibis.Table, parts: dict[str, ibis.Table]) -> None:
    frame = reach(users, parts, **asked()).set_index("channel")  # type: ignore[arg-type]

    assert frame["reached"].to_dict() == {"app": 3, "sms": 1, "other": 0}
    assert frame["rate"].to_dict() == {"app": 0.5, "sms": 0.2, "other": 0}


def test_without_records_nobody_knows_who_was_reached(users: ibis.Table) -> None:
    frame = reach(users, {}, **asked())  # type: ignore[arg-type]

    assert frame["reached"].isna().all()
    assert frame["rate"].isna().all()


def test_a_shop_without_channels_is_one_row(users: ibis.Table, parts: dict[str, ibis.Table]) -> None:
    (row,) = reach(users.drop("channel"), parts, **asked()).to_dict("records")  # type: ignore[arg-type]

    assert (row["channel"], row["registrations"], row["reached"]) == (None, 12, 4)


def test_nobody_new_is_no_row(users: ibis.Table, parts: dict[str, ibis.Table]) -> None:
    assert reach(users.filter(users.registered_at < START), parts, **asked()).empty  # type: ignore[arg-type]


def test_minutes_stand_beside_the_same_minute(users: ibis.Table) -> None:
    until = dt.datetime(2025, 4, 1)
    frame = registration_minutes(users, Window(START, END, until, 4), smooth_minutes=3)

    assert len(frame) == 2 * 24 * 60
    assert frame["events"].head(2).tolist() == [12, 0]
    assert frame["baseline"].head(2).tolist() == [2, 0]
    assert frame["baseline_smoothed"].head(2).tolist() == [1, pytest.approx(2 / 3)]
