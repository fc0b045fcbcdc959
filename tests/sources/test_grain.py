"""Grain: how finely moments are known."""

import datetime as dt

import ibis
import pytest

from retro.sources.grain import grain_of

START = dt.datetime(2025, 1, 1)


@pytest.mark.parametrize(
    ("moments", "grain"),
    [
        ([START + dt.timedelta(minutes=7 * n) for n in range(200)], "minute"),
        ([START + dt.timedelta(hours=7 * n) for n in range(200)], "hour"),
        ([START + dt.timedelta(days=n) for n in range(200)], "day"),
        ([START + dt.timedelta(days=n, hours=12) for n in range(200)], "day"),
        ([(START + dt.timedelta(days=n)).date() for n in range(200)], "day"),
        ([dt.datetime(2025, 1 + n % 12, 1) for n in range(200)], "month"),
        ([START] * 200, "day"),
        ([START + dt.timedelta(days=n) for n in range(99)], "minute"),
        ([START + dt.timedelta(days=n, minutes=750) for n in range(2000)], "day"),
        ([*[START + dt.timedelta(days=n) for n in range(2000)], START + dt.timedelta(minutes=7)], "minute"),
        ([*[None] * 2000, *[START + dt.timedelta(hours=n) for n in range(200)]], "hour"),
        ([*[None] * 2000, START, START + dt.timedelta(hours=7, minutes=1)], "minute"),
    ],
    ids=[
        "minutes",
        "hours",
        "midnights",
        "noons",
        "dates",
        "months",
        "one day",
        "too few rows",
        "off the hour",
        "late minutes",
        "late hours",
        "nearly empty",
    ],
)
def test_a_column_says_how_finely_it_is_known(moments: list[dt.datetime | None], grain: str) -> None:
    assert grain_of(ibis.memtable({"at": moments}), "at") == grain


def test_what_is_no_moment_has_no_coarse_grain() -> None:
    assert grain_of(ibis.memtable({"at": ["a"] * 200}), "at") == "minute"
    assert grain_of(ibis.memtable({"at": ["a"] * 200}), "on") == "minute"
