import numpy as np
import pytest
from scipy import stats

from retro.metrics import kaplan_meier, log_rank, survival_quantile

RNG = np.random.default_rng(7)


def test_kaplan_meier_agrees_with_scipy() -> None:
    durations, happened = RNG.integers(1, 20, 200).astype(float), RNG.random(200) < 0.6
    data = stats.CensoredData(durations[happened], right=durations[~happened])
    expected = stats.ecdf(data).sf
    curve = kaplan_meier(durations, happened)
    assert curve["survival"].to_numpy() == pytest.approx(expected.evaluate(curve["duration"]))
    interval = expected.confidence_interval(method="log-log")
    inner = curve["survival"] > 0
    assert curve["low"][inner].to_numpy() == pytest.approx(interval.low.evaluate(curve["duration"][inner]))
    assert curve["high"][inner].to_numpy() == pytest.approx(interval.high.evaluate(curve["duration"][inner]))


def test_kaplan_meier_takes_counts() -> None:
    one_by_one = kaplan_meier([1, 1, 2, 2, 2], [1, 0, 1, 1, 0])
    counted = kaplan_meier([1, 1, 2, 2], [1, 0, 1, 0], [1, 1, 2, 1])
    assert counted.equals(one_by_one)


def test_kaplan_meier_of_nobody() -> None:
    assert kaplan_meier([], []).empty
    assert np.isnan(survival_quantile(kaplan_meier([1, 2], [0, 0])))


def test_log_rank_agrees_with_scipy() -> None:
    one, other = RNG.exponential(5, 60).round(1), RNG.exponential(8, 80).round(1)
    expected = stats.logrank(one, other)
    found = log_rank([one, other], [np.ones(60), np.ones(80)])
    assert found.chi2 == pytest.approx(expected.statistic**2)
    assert found.p_value == pytest.approx(expected.pvalue)


def test_log_rank_of_three_groups_alike_is_near_zero() -> None:
    same = [np.arange(1, 10)] * 3
    assert log_rank(same, [np.ones(9)] * 3).chi2 == pytest.approx(0, abs=1e-9)


def test_log_rank_takes_counts() -> None:
    plain = log_rank([[1, 1, 3], [2, 4, 4]], [[1, 1, 0], [1, 1, 1]])
    counted = log_rank([[1, 3], [2, 4]], [[1, 0], [1, 1]], [[2, 1], [1, 2]])
    assert counted.chi2 == pytest.approx(plain.chi2)
