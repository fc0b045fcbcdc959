from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from retro.periods import LUNAR_NEW_YEARS, lunar_year_ago_window, previous_window, year_ago_window


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("window", "before", "year_ago"),
    [
        (("2025-03-01", "2025-04-01"), ("2025-02-01", "2025-03-01"), ("2024-03-01", "2024-04-01")),
        (("2025-01-01", "2025-04-01"), ("2024-10-01", "2025-01-01"), ("2024-01-01", "2024-04-01")),
        (("2025-01-01", "2026-01-01"), ("2024-01-01", "2025-01-01"), ("2024-01-01", "2025-01-01")),
        (("2025-01-10", "2025-01-17"), ("2025-01-03", "2025-01-10"), ("2024-01-12", "2024-01-19")),
        (("2025-02-28T20:00", "2025-03-01T20:00"), ("2025-02-21T20:00", "2025-02-22T20:00"),
         ("2024-03-01T20:00", "2024-03-02T20:00")),
        (("2025-03-01", "2025-03-11"), ("2025-02-15", "2025-02-25"), ("2024-03-02", "2024-03-12")),
    ],
)  # fmt: skip
def test_calendar_periods_move_by_the_calendar_and_others_by_whole_weeks(
    window: tuple[str, str], before: tuple[str, str], year_ago: tuple[str, str]
) -> None:
    start, end = map(at, window)

    assert previous_window(start, end) == tuple(map(at, before))
    assert year_ago_window(start, end) == tuple(map(at, year_ago))


def test_lunar_years_last_twelve_or_thirteen_months() -> None:
    assert {(later - earlier).days for earlier, later in pairwise(LUNAR_NEW_YEARS)} <= {353, 354, 355, 383, 384, 385}


def test_the_days_before_a_festival_are_set_against_the_days_before_the_one_a_year_ago() -> None:
    assert lunar_year_ago_window(at("2025-01-22"), at("2025-01-29")) == (at("2024-02-03"), at("2024-02-10"))


@pytest.mark.parametrize("year", [2014, 2015, 2037])
def test_years_without_a_known_lunar_new_year_have_no_lunar_base(year: int) -> None:
    assert lunar_year_ago_window(dt.datetime(year, 2, 1), dt.datetime(year, 3, 1)) is None
