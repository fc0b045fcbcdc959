import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from retro.metrics.intervals import add_rate, prediction, wilson


@pytest.mark.parametrize(("hits", "total"), [(0, 7), (7, 7), (1, 3), (14, 100), (4_972, 10_000)])
def test_wilson_agrees_with_scipy(hits: int, total: int) -> None:
    expected = stats.binomtest(hits, total).proportion_ci(method="wilson")
    low, high = wilson([hits], [total])
    assert low[0] == pytest.approx(expected.low, abs=1e-12)
    assert high[0] == pytest.approx(expected.high, abs=1e-12)


def test_wilson_ends_at_exactly_0_and_1() -> None:
    low, high = wilson([0, 9], [9, 9])
    assert low[0] == 0
    assert high[1] == 1


def test_wilson_of_nobody_is_missing() -> None:
    low, high = wilson([0, 0], [0, np.nan])
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_prediction_is_students_t_for_one_more_value() -> None:
    mean, low, high = prediction([10, 12, 14])
    half = stats.t.ppf(0.975, 2) * 2 * math.sqrt(1 + 1 / 3)
    assert (mean, low, high) == (12, pytest.approx(12 - half), pytest.approx(12 + half))


def test_prediction_is_never_negative() -> None:
    assert prediction([0, 1, 20])[1] == 0


def test_prediction_of_fewer_than_three_is_missing() -> None:
    assert np.isnan(prediction([5, 6])).all()


def test_add_rate_leaves_missing_counts_missing() -> None:
    frame = pd.DataFrame({"hits": pd.array([1, None], "Int64"), "total": [4, 4]})
    rated = add_rate(frame, "hits", "total")
    assert rated["rate"].tolist()[0] == 0.25
    assert rated[["rate", "low", "high"]].iloc[1].isna().all()
