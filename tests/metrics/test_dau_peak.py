"""Five Wednesdays by hand, one of them inside another campaign."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from retro.errors import MetricError
from retro.metrics import dau_peak, prediction
from retro.periods import Window

START, END = dt.datetime(2025, 3, 26), dt.datetime(2025, 3, 27)
FIRST = dt.date(2025, 2, 18)


def days(before: int = 0) -> pd.DataFrame:
    """A hundred users a day, on Wednesdays more from week to week, 300 on the day."""
    dates = [FIRST + dt.timedelta(days=place) for place in range(-before, 37)]
    dau = [0 if on < FIRST else 300 if on == START.date() else 100 + (on.toordinal() % 7 == 3) * on.day for on in dates]
    return pd.DataFrame({"on": dates, "dau": dau})


def test_the_day_stands_beside_the_same_weekdays_before() -> None:
    frame = dau_peak(days(), Window(START, END, baseline_weeks=4))

    (row,) = frame[frame["during"]].to_dict("records")
    assert (row["on"], row["dau"], row["weeks"]) == (START.date(), 300, 4)
    baseline = [119, 112, 105, 126]  # 19, 12 and 5 March, 26 February
    assert (row["baseline"], row["low"], row["high"]) == pytest.approx(prediction(baseline))
    assert frame[~frame["during"]]["baseline"].isna().all()


def test_days_of_other_campaigns_are_not_baseline() -> None:
    others = [Window(dt.datetime(2025, 3, 11, 20), dt.datetime(2025, 3, 12, 8))]
    (row,) = dau_peak(days(), Window(START, END, baseline_weeks=4), others=others).query("during").to_dict("records")

    assert row["baseline"] == pytest.approx(np.mean([119, 105, 126]))
    assert row["weeks"] == 3


def test_two_weeks_are_no_baseline_level() -> None:
    (row,) = dau_peak(days(), Window(START, END, baseline_weeks=2)).query("during").to_dict("records")

    assert row["weeks"] == 2
    assert np.isnan(row["baseline"])


def test_days_before_the_data_begin_are_left_out() -> None:
    assert dau_peak(days(before=20), Window(START, END))["on"].iloc[0] == FIRST


def test_no_weeks_are_refused() -> None:
    with pytest.raises(MetricError, match="baseline_weeks must be at least 1, got 0"):
        dau_peak(days(), Window(START, END, baseline_weeks=0))


def test_lost_days_and_a_stray_user_of_long_ago_are_no_baseline() -> None:
    """Of five Wednesdays before, one was not exported: it is no day on which nobody came."""
    frame = days(before=400)
    frame.loc[frame["on"] == dt.date(2025, 3, 12), "dau"] = 0
    frame.loc[0, "dau"] = 1

    found = dau_peak(frame, Window(START, END, baseline_weeks=4))

    (row,) = found[found["during"]].to_dict("records")
    assert (row["weeks"], row["baseline"]) == (3, pytest.approx(np.mean([119, 105, 126])))
    assert found["on"].iloc[0] == FIRST
