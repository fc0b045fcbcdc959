"""Which report looks again at what an earlier one decided."""

from __future__ import annotations

import datetime as dt

from retro.judgement import Edition, looking_again


def node(place: str, start: str, end: str, previous: str = "", kind: str = "promotion_node") -> Edition:
    return Edition(place, kind, dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end), previous)


MID_YEAR = node("mid_year", "2025-06-16", "2025-06-21")
SCHOOL = node("back_to_school", "2025-08-15", "2025-08-22", previous="mid_year")
NINETY_NINE = node("ninety_nine", "2025-09-08", "2025-09-11", previous="mid_year")
DOUBLE_11 = node("double_11", "2025-10-31", "2025-11-12", previous="earlier/double_11")
DOUBLE_12 = node("double_12", "2025-12-11", "2025-12-13", previous="double_11")
NIGHT = node("night", "2025-11-20", "2025-11-21", kind="flash_sale_night")
ALL = (DOUBLE_12, NIGHT, DOUBLE_11, MID_YEAR, NINETY_NINE, SCHOOL)


def test_the_next_edition_looks_first_and_the_newest_of_the_kind_last() -> None:
    seen = ["back_to_school", "ninety_nine", "double_11", "double_12"]
    assert looking_again(MID_YEAR, dt.date(2025, 7, 1), ALL) == seen


def test_what_ended_before_an_action_was_due_looks_after_all_others() -> None:
    seen = ["ninety_nine", "double_11", "double_12", "back_to_school"]
    assert looking_again(MID_YEAR, dt.date(2025, 8, 31), ALL) == seen


def test_where_nobody_names_it_the_next_of_its_kind_looks_that_ends_once_it_was_due() -> None:
    assert looking_again(NINETY_NINE, dt.date(2025, 11, 5), ALL) == ["double_11", "double_12"]
    assert looking_again(NINETY_NINE, dt.date(2025, 11, 12), ALL) == ["double_12"]
    assert looking_again(DOUBLE_12, dt.date(2025, 1, 1), ALL) == []
