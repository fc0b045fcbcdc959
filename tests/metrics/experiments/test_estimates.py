from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import tea_tasting as tt
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportions_ztest,
)
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW
from tea_tasting.aggr import Aggregates

from retro.metrics.experiments.estimates import (
    Estimate,
    difference_of_means,
    difference_of_ratios,
    difference_of_shares,
    stratified,
)
from retro.metrics.experiments.intervals import holm, lift, newcombe, relative
from retro.metrics.experiments.moments import Moments, together
from retro.metrics.experiments.power import detectable
from retro.metrics.experiments.sequential import always_valid
from retro.metrics.experiments.split import alike_p_value, split_p_value

RNG = np.random.default_rng(7)
CONTROL, TREATMENT = RNG.lognormal(1, 1, 400), RNG.lognormal(1.1, 1, 380)
BEFORE = CONTROL * 0.7 + RNG.normal(0, 1, 400), TREATMENT * 0.7 + RNG.normal(0, 1, 380)


def moments(*variables: np.ndarray) -> Moments:
    return Moments.of_values(*(values.tolist() for values in variables))


def test_moments_of_parts_add_up_without_losing_digits() -> None:
    offset = CONTROL + 1e9
    parts = [moments(offset[start::7]) for start in range(7)]

    whole = together(parts)
    assert whole.units == 400
    assert whole.variance == pytest.approx(np.var(offset - 1e9, ddof=1), rel=1e-6)
    assert together([]).units == 0


def test_one_unit_has_no_variance() -> None:
    assert math.isnan(Moments.of_values([3.0]).variance)


def test_means_are_welchs() -> None:
    estimate = difference_of_means(moments(CONTROL), moments(TREATMENT))

    oracle = CompareMeans(DescrStatsW(TREATMENT), DescrStatsW(CONTROL))
    assert estimate.p_value == pytest.approx(stats.ttest_ind(TREATMENT, CONTROL, equal_var=False).pvalue, rel=1e-9)
    assert estimate.interval(0.05) == pytest.approx(oracle.tconfint_diff(usevar="unequal"), rel=1e-9)
    bound, p_value = estimate.one_sided("greater", 0.05)
    assert bound == pytest.approx(oracle.tconfint_diff(alternative="larger", usevar="unequal")[0], rel=1e-9)
    assert p_value == pytest.approx(stats.ttest_ind(TREATMENT, CONTROL, equal_var=False, alternative="greater").pvalue)


def aggregates(*variables: np.ndarray) -> Aggregates:
    names = [f"v{place}" for place in range(len(variables))]
    covariance = np.atleast_2d(np.cov(np.array(variables)))
    return Aggregates(
        count_=len(variables[0]),
        mean_={name: float(np.mean(values)) for name, values in zip(names, variables, strict=True)},
        var_={name: float(covariance[place, place]) for place, name in enumerate(names)},
        cov_={
            (names[one], names[other]): float(covariance[one, other])
            for one, other in itertools.combinations(range(len(names)), 2)
        },
    )


def test_the_pre_periods_correction_is_that_of_tea_tasting() -> None:
    estimate = difference_of_means(moments(CONTROL, BEFORE[0]), moments(TREATMENT, BEFORE[1]), adjust=True)

    oracle = tt.Mean("v0", "v1").analyze_aggregates(aggregates(CONTROL, BEFORE[0]), aggregates(TREATMENT, BEFORE[1]))
    assert estimate.effect == pytest.approx(oracle.effect_size, rel=1e-9)
    assert estimate.p_value == pytest.approx(oracle.pvalue, rel=1e-9)
    correlation = np.corrcoef(np.r_[CONTROL, TREATMENT], np.r_[BEFORE])[0, 1]
    assert estimate.saved == pytest.approx(correlation**2, abs=0.02)


def test_ratios_are_those_of_tea_tasting() -> None:
    orders = RNG.integers(1, 5, 400).astype(float), RNG.integers(1, 5, 380).astype(float)
    estimate = difference_of_ratios(moments(CONTROL, orders[0]), moments(TREATMENT, orders[1]))

    oracle = tt.RatioOfMeans("v0", "v1").analyze_aggregates(
        aggregates(CONTROL, orders[0]), aggregates(TREATMENT, orders[1])
    )
    assert estimate.interval(0.05) == pytest.approx(
        (oracle.effect_size_ci_lower, oracle.effect_size_ci_upper), rel=1e-9
    )


def test_ratios_corrected_by_the_pre_periods_are_those_of_tea_tasting() -> None:
    orders, before = ([RNG.integers(1, 5, count).astype(float) for count in (400, 380)] for _ in range(2))
    control = (CONTROL, orders[0], BEFORE[0], before[0])
    treatment = (TREATMENT, orders[1], BEFORE[1], before[1])
    estimate = difference_of_ratios(moments(*control), moments(*treatment), adjust=True)

    oracle = tt.RatioOfMeans("v0", "v1", "v2", "v3").analyze_aggregates(aggregates(*control), aggregates(*treatment))
    assert estimate.effect == pytest.approx(oracle.effect_size, rel=1e-9)
    assert estimate.p_value == pytest.approx(oracle.pvalue, rel=1e-9)
    plain = difference_of_ratios(moments(*control[:2]), moments(*treatment[:2]))
    assert estimate.saved == pytest.approx(1 - estimate.error**2 / plain.error**2)
    nothing = np.zeros(400), np.zeros(380)
    without = difference_of_ratios(
        moments(*control[:2], nothing[0], nothing[0]), moments(*treatment[:2], nothing[1], nothing[1]), adjust=True
    )
    assert (without.effect, without.saved) == (plain.effect, 0.0)


def test_a_pre_period_without_spread_changes_nothing() -> None:
    flat = np.ones(400), np.ones(380)

    adjusted = difference_of_means(moments(CONTROL, flat[0]), moments(TREATMENT, flat[1]), adjust=True)

    assert adjusted.effect == pytest.approx(difference_of_means(moments(CONTROL), moments(TREATMENT)).effect)
    assert adjusted.theta == 0


@pytest.mark.parametrize(
    ("control", "treatment"), [((20034, 44700), (20119, 45489)), ((1, 34), (7, 34)), ((0, 20), (3, 25))]
)
def test_shares_are_those_of_statsmodels(control: tuple[int, int], treatment: tuple[int, int]) -> None:
    estimate = difference_of_shares(Moments.of_share(*control), Moments.of_share(*treatment))

    z, p_value = proportions_ztest([treatment[0], control[0]], [treatment[1], control[1]])
    assert (estimate.statistic, estimate.p_value) == pytest.approx((z, p_value), rel=1e-9)
    oracle = confint_proportions_2indep(*treatment, *control, method="newcomb", compare="diff")
    assert newcombe(control, treatment) == pytest.approx(oracle, abs=1e-7)


def test_lift_is_refused_where_the_control_may_be_zero() -> None:
    assert lift(Estimate(0.1, 1.0, error=0.2, control_error=0.1)) is None
    assert relative(Estimate(-2.0, 3.0, error=1.0, control_error=0.5)).rate == 2.5


def test_strata_undo_simpsons_paradox() -> None:
    days = {"friday": ((20000, 990000), (230, 10000)), "saturday": ((5000, 500000), (6000, 500000))}
    parts = [(Moments.of_share(*control), Moments.of_share(*treatment)) for control, treatment in days.values()]
    pooled = difference_of_shares(parts[0][0] + parts[1][0], parts[0][1] + parts[1][1])

    fair = stratified([(one.units + other.units, difference_of_means(one, other)) for one, other in parts])

    assert pooled.effect < 0 < fair.effect
    assert fair.effect == pytest.approx((0.023 - 20 / 990) / 2 + 0.002 / 2)  # a million units each


def test_holm_is_that_of_statsmodels() -> None:
    p_values = [0.01, 0.04, 0.03, 0.005, 0.8]

    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])
    assert holm([]) == []


def test_the_detectable_difference_is_that_of_statsmodels() -> None:
    assert detectable(math.sqrt(2 / 1000)) == pytest.approx(
        NormalIndPower().solve_power(nobs1=1000, power=0.8, alpha=0.05), rel=1e-3
    )


def test_an_always_valid_interval_is_wider_than_a_fixed_one_and_holds_its_p_value() -> None:
    low, high, p_value = always_valid(0.3, 0.1, 5000)

    assert (high - low) / 2 > 1.96 * 0.1
    assert (low > 0) == (p_value < 0.05)
    edge = always_valid((high - low) / 2, 0.1, 5000)
    assert edge[2] == pytest.approx(0.05)


def test_a_split_is_judged_by_its_plan() -> None:
    assert split_p_value([900, 100], [9, 1]) == 1.0
    assert split_p_value([600, 400], [1, 1]) == pytest.approx(2.54e-10, rel=0.003)
    assert split_p_value([0, 0], [1, 1]) == 1.0
    assert alike_p_value([[5, 0], [7, 0]]) == 1.0
    assert alike_p_value([[30, 10], [20, 40]]) == pytest.approx(
        stats.chi2_contingency([[30, 10], [20, 40]], correction=False).pvalue
    )
