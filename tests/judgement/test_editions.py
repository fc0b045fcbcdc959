"""Which report looks again at what an earlier one decided."""

from __future__ import annotations

import datetime as dt

from retro.judgement import Edition, looking_again

at = dt.datetime.fromisoformat
MID_YEAR = Edition("mid_year", "promotion_node", at("2025-06-16"))
SCHOOL = Edition("back_to_school", "promotion_node", at("2025-08-15"), previous="mid_year")
NINETY_NINE = Edition("ninety_nine", "promotion_node", at("2025-09-08"), previous="mid_year")
DOUBLE_11 = Edition("double_11", "promotion_node", at("2025-10-31"), previous="earlier/double_11")
DOUBLE_12 = Edition("double_12", "promotion_node", at("2025-12-11"), previous="double_11")
NIGHT = Edition("night", "flash_sale_night", at("2025-11-20"))
ALL = (DOUBLE_12, NIGHT, DOUBLE_11, MID_YEAR, NINETY_NINE, SCHOOL)


def test_the_next_edition_looks_first_and_the_newest_of_the_kind_last() -> None:
    assert looking_again(MID_YEAR, dt.date(2025, 7, 1), ALL) == [
        "back_to_school",
        "ninety_nine",
        "double_11",
        "double_12",
    ]


def test_where_nobody_names_it_the_next_of_its_kind_looks_that_begins_once_it_was_due() -> None:
    assert looking_again(NINETY_NINE, dt.date(2025, 10, 31), ALL) == ["double_11", "double_12"]
    assert looking_again(NINETY_NINE, dt.date(2025, 11, 1), ALL) == ["double_12"]
    assert looking_again(DOUBLE_12, dt.date(2025, 1, 1), ALL) == []
