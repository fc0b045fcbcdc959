import datetime as dt
import math
from collections.abc import Callable

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics import registration_lift, registrations
from retro.metrics.intervals import prediction
from retro.periods import Window
from retro.sources import Tables

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]

MONDAY = at("2025-03-03")


def came(at: dt.datetime, count: int) -> list[tuple[str, dt.datetime]]:
    return [(f"{at:%m%d%H}-{number}", at) for number in range(count)]


@pytest.fixture
def users(table: MakeTable) -> ibis.Table:
    """Mondays bring 1, 2, 3, 4 users before, Tuesdays always 2; the campaign 10 on its Monday, none on Tuesday."""
    rows = came(MONDAY + dt.timedelta(hours=23, minutes=59), 10)
    for weeks, count in ((4, 1), (3, 2), (2, 3), (1, 4)):
        monday = MONDAY - dt.timedelta(weeks=weeks)
        rows += came(monday + dt.timedelta(hours=9), count) + came(monday + dt.timedelta(days=1, hours=9), 2)
    return table("user_id registered_at", rows)


def test_registrations_compares_each_day_with_its_weekday(users: ibis.Table) -> None:
    frame = registrations(users, Window(MONDAY, MONDAY + dt.timedelta(days=2)))
    assert frame["on"].tolist() == [dt.date(2025, 3, 3), dt.date(2025, 3, 4)]
    assert frame["registrations"].tolist() == [10, 0]
    assert frame["baseline"].tolist() == [2.5, 2.0]
    assert frame.loc[0, ["baseline", "baseline_low", "baseline_high"]].tolist() == list(prediction([1, 2, 3, 4]))
    assert frame.loc[1, ["baseline_low", "baseline_high"]].tolist() == [2.0, 2.0]


def test_registrations_looks_back_no_further_than_asked(users: ibis.Table) -> None:
    frame = registrations(users, Window(MONDAY, MONDAY + dt.timedelta(days=1), baseline_weeks=3))
    assert frame["baseline"].tolist() == [3.0]


def test_the_first_days_of_first_orders_are_no_baseline(users: ibis.Table) -> None:
    """The table begins four weeks before; of its Mondays 1, 2, 3, 4 the first, or the first two, say nothing."""
    day = Window(MONDAY, MONDAY + dt.timedelta(days=1))

    assert registrations(users, day, unknown_days=7)["baseline"].tolist() == [3.0]
    assert registrations(users, day, unknown_days=8)["baseline"].isna().all()
    lift = registration_lift(users, day, unknown_days=28).iloc[0]
    assert (lift["registrations"], lift["baseline_windows"]) == (10, 0)
    assert math.isnan(lift["lift_rate"])


def test_registrations_without_three_weeks_before_have_no_baseline(users: ibis.Table) -> None:
    frame = registrations(users, Window(MONDAY, MONDAY + dt.timedelta(days=1), baseline_weeks=2))
    assert frame[["baseline", "baseline_low", "baseline_high"]].isna().all(axis=None)


def test_registrations_cuts_first_and_last_day_and_their_baseline_at_the_clock(table: MakeTable) -> None:
    evening = MONDAY + dt.timedelta(hours=20)
    rows = []
    for weeks in range(5):
        monday = evening - dt.timedelta(weeks=weeks)
        rows += came(monday - dt.timedelta(seconds=1), 50) + came(monday, 1) + came(monday + dt.timedelta(hours=23), 3)
        rows += came(monday + dt.timedelta(hours=24), 50)
    frame = registrations(table("user_id registered_at", rows), Window(evening, evening + dt.timedelta(days=1)))
    assert frame["on"].tolist() == [dt.date(2025, 3, 3), dt.date(2025, 3, 4)]
    assert frame["registrations"].tolist() == [1, 3]
    assert frame["baseline"].tolist() == [1.0, 3.0]


def test_registrations_of_a_long_window_take_weeks_that_end_before_it(users: ibis.Table) -> None:
    frame = registrations(
        users, Window(MONDAY - dt.timedelta(weeks=1), MONDAY + dt.timedelta(days=1), baseline_weeks=3)
    )
    assert frame["registrations"].tolist() == [4, 2, 0, 0, 0, 0, 0, 10]
    assert frame["baseline"].iloc[[0, 7]].tolist() == [2.0, 2.0]  # Mondays of 1, 2, 3 users, not the campaign's own 4


def test_registration_lift_compares_whole_windows(users: ibis.Table) -> None:
    row = registration_lift(users, Window(MONDAY, MONDAY + dt.timedelta(days=2))).iloc[0]
    assert row["registrations"] == 10
    assert row["baseline"] == 4.5
    assert row["lift_rate"] == pytest.approx(10 / 4.5 - 1)
    assert row["baseline_windows"] == 4
    _, low, high = prediction([3, 4, 5, 6])
    assert row["lift_low"] == pytest.approx(10 / high - 1)
    assert low == 0
    assert math.isnan(row["lift_high"])


def test_registration_lift_leaves_out_windows_before_the_first_user(users: ibis.Table) -> None:
    row = registration_lift(users, Window(MONDAY - dt.timedelta(weeks=2), MONDAY - dt.timedelta(weeks=1))).iloc[0]
    assert row["baseline_windows"] == 2
    assert row[["baseline", "lift_rate", "lift_low", "lift_high"]].isna().all()


def test_registration_lift_of_an_empty_table(table: MakeTable) -> None:
    row = registration_lift(table("user_id registered_at", []), Window(MONDAY, MONDAY + dt.timedelta(days=1))).iloc[0]
    assert (row["registrations"], row["baseline_windows"]) == (0, 0)


def test_registrations_refuses_no_baseline(users: ibis.Table) -> None:
    with pytest.raises(MetricError, match="baseline_weeks must be at least 1, got 0"):
        registrations(users, Window(MONDAY, MONDAY + dt.timedelta(days=1), baseline_weeks=0))


def test_registration_lift_of_a_real_shop(online_retail: Tables) -> None:
    week = Window(at("2011-10-03"), at("2011-10-10"))
    assert registration_lift(online_retail.users, week).loc[0, "registrations"] == 100
    assert registrations(online_retail.users, week)["registrations"].sum() == 100
