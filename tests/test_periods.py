from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from retro.errors import MetricError
from retro.periods import LUNAR_NEW_YEARS, Window, lunar_year_ago_window, previous_window, year_ago_window


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


NOON = at("2025-01-10T12:00")


def test_a_window_that_is_empty_is_refused() -> None:
    with pytest.raises(
        MetricError, match=r"end must be after start \(2025-01-10T12:00:00\), got '2025-01-10T12:00:00'"
    ):
        Window(NOON, NOON)


@pytest.mark.parametrize("name", ["start", "end", "observed_until"])
def test_a_window_in_another_zone_is_refused(name: str) -> None:
    times = {"start": NOON, "end": NOON + dt.timedelta(1), "observed_until": NOON}
    times[name] = times[name].replace(tzinfo=dt.UTC)
    with pytest.raises(MetricError, match=f"{name} must be a local time without a zone"):
        Window(**times)


def test_a_window_to_the_last_microsecond_of_a_day_is_refused() -> None:
    with pytest.raises(MetricError, match=r"end must be a whole second, .* half open"):
        Window(NOON, at("2025-01-10T23:59:59.999999"))


def test_a_window_needs_a_week_of_baseline() -> None:
    with pytest.raises(MetricError, match="baseline_weeks must be at least 1, got 0"):
        Window(NOON, NOON + dt.timedelta(1), baseline_weeks=0)


def test_a_window_that_was_never_observed_cannot_say_until_when() -> None:
    window = Window(NOON, NOON + dt.timedelta(1))
    with pytest.raises(MetricError, match="must say until when it was observed"):
        _ = window.observed_end


def test_what_ends_where_a_window_begins_does_not_touch_it() -> None:
    window = Window(NOON, NOON + dt.timedelta(1))
    assert [window.holds(moment) for moment in (window.start, window.end)] == [True, False]
    assert not window.touches(NOON - dt.timedelta(1), NOON)
    assert window.before(dt.timedelta(1)) == window.earlier(dt.timedelta(1))
    assert window.last_day == dt.date(2025, 1, 11)


@pytest.mark.parametrize(
    ("window", "before", "year_ago"),
    [
        (("2025-03-01", "2025-04-01"), ("2025-02-01", "2025-03-01"), ("2024-03-01", "2024-04-01")),
        (("2025-01-01", "2025-04-01"), ("2024-10-01", "2025-01-01"), ("2024-01-01", "2024-04-01")),
        (("2025-01-01", "2026-01-01"), ("2024-01-01", "2025-01-01"), ("2024-01-01", "2025-01-01")),
        (("2025-01-10", "2025-01-17"), ("2025-01-03", "2025-01-10"), ("2024-01-12", "2024-01-19")),
        (("2025-02-28T20:00", "2025-03-01T20:00"), ("2025-02-21T20:00", "2025-02-22T20:00"),
         ("2024-03-01T20:00", "2024-03-02T20:00")),
        (("2025-11-11", "2025-11-12"), ("2025-11-04", "2025-11-05"), ("2024-11-11", "2024-11-12")),
        (("2025-06-16T20:00", "2025-06-19"), ("2025-06-09T20:00", "2025-06-12"), ("2024-06-16T20:00", "2024-06-19")),
        (("2025-11-12", "2025-11-13"), ("2025-11-05", "2025-11-06"), ("2024-11-13", "2024-11-14")),
        (("2025-03-01", "2025-03-11"), ("2025-02-15", "2025-02-25"), ("2024-03-02", "2024-03-12")),
    ],
)  # fmt: skip
def test_calendar_periods_move_by_the_calendar_and_others_by_whole_weeks(
    window: tuple[str, str], before: tuple[str, str], year_ago: tuple[str, str]
) -> None:
    own = Window(*map(at, window))

    assert previous_window(own) == Window(*map(at, before))
    assert year_ago_window(own) == Window(*map(at, year_ago))


LEAP_MONTHS = {
    1990: 5, 1993: 3, 1995: 8, 1998: 5, 2001: 4, 2004: 2, 2006: 7, 2009: 5, 2012: 4, 2014: 9, 2017: 6, 2020: 4,
    2023: 2, 2025: 6, 2028: 5, 2031: 3, 2033: 11, 2036: 6, 2039: 5, 2042: 2, 2044: 7, 2047: 5, 2050: 3,
}  # fmt: skip
"""The lunar years with a leap month, and which one, as the Hong Kong Observatory publishes them."""


@pytest.mark.parametrize(
    "day",
    ["1990-01-27", "1997-02-07", "2000-02-05", "2007-02-18", "2012-01-23", "2015-02-19", "2020-01-25", "2021-02-12",
     "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2030-02-03", "2033-01-31", "2034-02-19", "2050-01-23"],
)  # fmt: skip
def test_new_years_are_the_published_ones(day: str) -> None:
    assert dt.date.fromisoformat(day) in LUNAR_NEW_YEARS


def test_there_is_a_new_year_for_every_year_between_21_january_and_20_february() -> None:
    assert [day.year for day in LUNAR_NEW_YEARS] == list(range(1990, 2052))
    assert all((1, 21) <= (day.month, day.day) <= (2, 20) for day in LUNAR_NEW_YEARS)


def test_lunar_years_have_thirteen_months_where_one_of_them_is_a_leap_month() -> None:
    for first, following in pairwise(LUNAR_NEW_YEARS):
        assert (following - first).days in ({383, 384, 385} if first.year in LEAP_MONTHS else {353, 354, 355})


def test_new_years_fall_on_new_moons() -> None:
    """The mean new moon (Meeus, Astronomical Algorithms, 49.1) is within 15 hours of the true one."""
    known, month = dt.datetime(2000, 1, 6, 14, 20) + dt.timedelta(hours=8), dt.timedelta(days=29.530588861)
    for day in LUNAR_NEW_YEARS:
        noon = dt.datetime.combine(day, dt.time(12))
        nearest = known + round((noon - known) / month) * month
        assert abs(noon - nearest) < dt.timedelta(hours=12 + 15), day


def test_the_days_before_a_festival_are_set_against_the_days_before_the_one_a_year_ago() -> None:
    assert lunar_year_ago_window(Window(at("2025-01-22"), at("2025-01-29"))) == Window(
        at("2024-02-03"), at("2024-02-10")
    )


@pytest.mark.parametrize(("year", "month"), [(1991, 1), (1991, 12), (2050, 1), (2050, 12)])
def test_every_month_of_the_years_covered_has_a_lunar_base(year: int, month: int) -> None:
    found = lunar_year_ago_window(Window(dt.datetime(year, month, 1), dt.datetime(year, month, 8)))

    assert found is not None
    assert 350 < (dt.datetime(year, month, 1) - found.start).days < 390


@pytest.mark.parametrize("year", [1989, 1990, 2052])
def test_years_without_a_known_lunar_new_year_have_no_lunar_base(year: int) -> None:
    assert lunar_year_ago_window(Window(dt.datetime(year, 2, 1), dt.datetime(year, 3, 1))) is None
