"""Estimates: the difference of two arms with its error, for shares, means, ratios and quantiles.

Means and ratios need their arms' moments alone, never the rows.

References:
    Deng, Knoblich and Lu 2018, Applying the Delta Method in Metric Analytics, https://arxiv.org/abs/1803.06336.
    Deng, Xu, Kohavi and Walker 2013, Improving the Sensitivity of Online Controlled Experiments by Utilizing
    Pre-Experiment Data (CUPED), https://doi.org/10.1145/2433396.2433413.
"""

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from retro.metrics.experiments.moments import Floats, Moments

_ROUNDING = 1e-12
"""What floats leave of a variance that is 0, relative to what was taken from each other."""


@dataclass(frozen=True)
class Estimate:
    """The difference of two arms, treatment less control.

    Attributes:
        control: Value of the control.
        treatment: Value of the treatment.
        error: Standard error of the difference.
        control_error: Standard error of the control's value.
        freedom: Degrees of freedom; infinite for the normal distribution.
        saved: Share of the variance that the pre-period took out, 0 to 1.
        theta: By how much the outcome follows the pre-period; NaN without one.
    """

    control: float
    treatment: float
    error: float
    control_error: float
    freedom: float = math.inf
    saved: float = 0.0
    theta: float = math.nan

    @property
    def effect(self) -> float:
        """Treatment less control."""
        return self.treatment - self.control

    @property
    def statistic(self) -> float:
        """The difference in standard errors."""
        return self.effect / self.error

    @property
    def p_value(self) -> float:
        """How often a difference of this size, either way, comes about by chance."""
        return float(2 * stdtr(self.freedom, -abs(self.statistic)))

    def interval(self, alpha: float) -> tuple[float, float]:
        """The two-sided interval that covers the true difference in `1 - alpha` of all experiments."""
        half = self.quantile(1 - alpha / 2) * self.error
        return self.effect - half, self.effect + half

    def quantile(self, share: float) -> float:
        """Quantile of the reference distribution."""
        return float(stdtrit(self.freedom, share)) if math.isfinite(self.freedom) else float(ndtri(share))

    def one_sided(self, side: str, alpha: float) -> tuple[float, float]:
        """Bound and p-value of a one-sided test: `greater` has a lower bound, `less` an upper one.

        Examples:
            >>> bound, p = Estimate(10.0, 12.0, error=1.0, control_error=0.7).one_sided("greater", 0.05)
            >>> round(bound, 3), round(p, 3)
            (0.355, 0.023)
        """
        sign = 1 if side == "greater" else -1
        bound = self.effect - sign * self.quantile(1 - alpha) * self.error
        return bound, float(stdtr(self.freedom, -sign * self.statistic))


def difference_of_shares(control: Moments, treatment: Moments) -> Estimate:
    """Two shares; the standard error is pooled, as the test of no difference wants it (Newcombe's interval is not)."""
    units = (control.units, treatment.units)
    pooled = (control.average * units[0] + treatment.average * units[1]) / sum(units)
    error = math.sqrt(pooled * (1 - pooled) * (1 / units[0] + 1 / units[1]))
    own = math.sqrt(control.average * (1 - control.average) / units[0])
    return Estimate(control.average, treatment.average, error, own)


def difference_of_means(control: Moments, treatment: Moments, *, adjust: bool = False) -> Estimate:
    """Two means per unit, by Welch's t, from moments of the outcome.

    With `adjust`, what the pre-period explains is taken out (CUPED), with one theta over both arms pooled.
    """
    arms = (control, treatment)
    plain = [arm.variance for arm in arms]
    if not adjust:
        return _welch(arms, [arm.average for arm in arms], plain)
    pooled = control + treatment
    spread = float(pooled.covariance[1, 1])
    theta = float(pooled.covariance[0, 1]) / spread if spread > 0 else 0.0
    means = [arm.average - theta * float(arm.mean[1] - pooled.mean[1]) for arm in arms]
    weights = np.array([1.0, -theta])
    left = [float(weights @ arm.covariance[:2, :2] @ weights) for arm in arms]
    found = _welch(arms, means, left)
    before = sum(variance / arm.units for variance, arm in zip(plain, arms, strict=True))
    return replace(found, saved=1 - found.error**2 / before if before else 0.0, theta=theta)


def difference_of_ratios(control: Moments, treatment: Moments, *, adjust: bool = False) -> Estimate:
    """Two ratios of sums, such as amount per order, by the delta method; the unit stays the one that was assigned.

    With `adjust`, what the same ratio of the pre-period explains is taken out (CUPED): the moments hold its sides too,
    and one theta over both arms pooled is that of the ratios' linear parts. Without a denominator before there is
    nothing to take out.
    """
    arms = (control, treatment)
    ratios, plain = [_ratio(arm, 0) for arm in arms], [_spread(arm, _gradient(arm, 0)) for arm in arms]
    found = _welch(arms, ratios, plain)
    if not adjust or not all(arm.mean[3] for arm in arms):
        return found
    pooled = control + treatment
    outcome, before = _gradient(pooled, 0), _gradient(pooled, 2)
    spread = float(before @ pooled.covariance @ before)
    theta = float(outcome @ pooled.covariance @ before) / spread if spread > 0 else 0.0
    values = [ratio - theta * (_ratio(arm, 2) - _ratio(pooled, 2)) for ratio, arm in zip(ratios, arms, strict=True)]
    left = _welch(arms, values, [_spread(arm, _gradient(arm, 0) - theta * _gradient(arm, 2)) for arm in arms])
    saved = 1 - left.error**2 / found.error**2 if found.error else 0.0
    return replace(left, saved=saved, theta=theta)


def _ratio(arm: Moments, place: int) -> float:
    """The variable at a place over the next one."""
    return float(arm.mean[place] / arm.mean[place + 1])


def _gradient(arm: Moments, place: int) -> Floats:
    """How the ratio of two means follows each of the variables."""
    gradient = np.zeros(len(arm.mean))
    gradient[place : place + 2] = np.array([1.0, -arm.mean[place] / arm.mean[place + 1]]) / arm.mean[place + 1]
    return gradient


def _spread(arm: Moments, gradient: Floats) -> float:
    """Variance per unit by the delta method."""
    variance = float(gradient @ arm.covariance @ gradient)
    # Where both go together in every unit, floats leave something of a variance that is 0.
    return 0.0 if variance < _ROUNDING * arm.variance / arm.mean[1] ** 2 else variance


def _welch(arms: tuple[Moments, Moments], values: list[float], variances: list[float]) -> Estimate:
    """The difference of two values from their variances per unit, with Welch and Satterthwaite's degrees of freedom."""
    units = [arm.units for arm in arms]
    own = [max(0.0, variance / count) for variance, count in zip(variances, units, strict=True)]
    below = sum(variance**2 / (count - 1) for variance, count in zip(own, units, strict=True))
    freedom = sum(own) ** 2 / below if below > 0 else math.inf
    return Estimate(values[0], values[1], math.sqrt(sum(own)), math.sqrt(own[0]), freedom)


class Quantile(NamedTuple):
    """A quantile of an arm, with the order statistics that bound it."""

    units: int
    value: float
    low: float
    high: float


def difference_of_quantiles(control: Quantile, treatment: Quantile, alpha: float = 0.05) -> Estimate:
    """Two quantiles, each bounded by order statistics at `alpha`: no bootstrap, no rows."""
    z = float(ndtri(1 - alpha / 2))
    errors = [(arm.high - arm.low) / (2 * z) * math.sqrt(1 - 1 / arm.units) for arm in (control, treatment)]
    return Estimate(control.value, treatment.value, math.hypot(*errors), errors[0])


def stratified(strata: list[tuple[int, Estimate]]) -> Estimate:
    """Estimates of strata weighed by their units: what is compared is alike, whatever the split in each was.

    Examples:
        >>> friday = Estimate(0.0202, 0.0230, error=0.001, control_error=0.0005)
        >>> saturday = Estimate(0.0100, 0.0120, error=0.001, control_error=0.0005)
        >>> round(stratified([(1, friday), (1, saturday)]).effect, 4)
        0.0024
    """
    weights = np.array([units for units, _ in strata], dtype=float)
    weights /= weights.sum()
    parts = [estimate for _, estimate in strata]

    def mean(name: str) -> float:
        return float(weights @ np.array([getattr(part, name) for part in parts]))

    def error(name: str) -> float:
        return float(np.sqrt(weights**2 @ np.array([getattr(part, name) ** 2 for part in parts])))

    freedom = min(part.freedom for part in parts)
    return Estimate(mean("control"), mean("treatment"), error("error"), error("control_error"), freedom, mean("saved"))
