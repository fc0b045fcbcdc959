"""What a chart asks of its frame."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd
import pytest

from retro.charts.frames import checked, drawn, floats, known
from retro.errors import MetricError


def test_checked_names_the_columns_it_needs() -> None:
    with pytest.raises(
        MetricError, match=r"^charts.funnel: frame must have the columns step, users, got step, user. Pass what"
    ):
        checked(pd.DataFrame({"step": ["a"], "user": [1]}), "funnel", ("step", "users"))


def test_checked_refuses_an_empty_chart() -> None:
    with pytest.raises(
        MetricError,
        match=r"^charts.funnel: frame must have rows, got none. Say that the section is not covered.$",
    ):
        checked(pd.DataFrame({"step": []}), "funnel", ("step",))


def test_checked_renumbers_and_leaves_the_callers_frame_alone() -> None:
    frame = pd.DataFrame({"step": ["a", "b"]}, index=[5, 9])
    assert checked(frame, "funnel", ("step",)).index.tolist() == [0, 1]
    assert frame.index.tolist() == [5, 9]


def test_drawn_refuses_a_chart_of_unknowns() -> None:
    frame = pd.DataFrame({"rate": [float("nan"), None]})
    with pytest.raises(MetricError, match=r"charts.retention: column 'rate' must hold a value, got only missing ones."):
        drawn(frame, "retention", "rate")


def test_floats_reads_decimals_and_missing_integers() -> None:
    assert floats(pd.Series([Decimal("1.5"), None])).isna().tolist() == [False, True]
    assert floats(pd.Series(pd.array([1, pd.NA], dtype="Int64"))).isna().tolist() == [False, True]


@pytest.mark.parametrize(("value", "expected"), [(0, True), (None, False), (pd.NA, False), (float("nan"), False)])
def test_known_tells_zero_from_missing(value: object, expected: bool) -> None:
    assert known(value) is expected
