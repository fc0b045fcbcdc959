"""Estimates: the difference of two arms with its error, for shares, means, ratios and quantiles.

Variances of ratios, covariances and the pooling of arms are tea-tasting's, fed with moments; no other place knows it.
Its results are not used: their relative interval is taken in logarithms, which turns round where a mean changes sign,
calls -10 against -5 a fall, and overflows for a mean near 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri, stdtr, stdtrit

from retro.metrics.experiments.moments import Moments

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
    """Two means per unit, by Welch's t.

    Args:
        control: Moments of the outcome, and of the pre-period where `adjust` is set.
        treatment: The same.
        adjust: Take out what the pre-period explains (CUPED), with one theta over both arms pooled.
    """
    return _difference(control, treatment, None, "v1" if adjust else None)


def difference_of_ratios(control: Moments, treatment: Moments) -> Estimate:
    """Two ratios of sums, such as amount per order, by the delta method; the unit stays the one that was assigned."""
    return _difference(control, treatment, "v1", None)


def _difference(control: Moments, treatment: Moments, per: str | None, before: str | None) -> Estimate:
    """Two means of `v0`, over those of `per`, less what `before` explains."""
    arms = [_aggregates(moments) for moments in (control, treatment)]
    pooled = arms[0] + arms[1]
    spread = pooled.ratio_var(before, None) if before else 0.0
    theta = float(pooled.ratio_cov("v0", per, before, None) / spread) if spread > 0 else 0.0
    means, variances, plain = [], [], []
    for arm in arms:
        shift = theta * (arm.mean(before) - pooled.mean(before)) if before else 0.0
        shared = arm.ratio_cov("v0", per, before, None) if before else 0.0
        own = arm.ratio_var("v0", per)
        if own < _ROUNDING * arm.var("v0") / arm.mean(per) ** 2:
            own = 0.0  # both go together in every unit
        means.append(float(arm.mean("v0") / arm.mean(per) - shift))
        plain.append(float(own / arm.count()))
        known = theta * theta * arm.ratio_var(before, None) if before else 0.0
        variances.append(max(0.0, float((own + known - 2 * theta * shared) / arm.count())))
    return Estimate(
        control=means[0],
        treatment=means[1],
        error=math.sqrt(sum(variances)),
        control_error=math.sqrt(variances[0]),
        freedom=_welch(variances, [arm.count() for arm in arms]),
        saved=1 - sum(variances) / sum(plain) if sum(plain) else 0.0,
        theta=theta if before else math.nan,
    )


def _welch(variances: list[float], units: list[int]) -> float:
    """Welch and Satterthwaite's degrees of freedom, from the variances of the means."""
    below = sum(variance**2 / (count - 1) for variance, count in zip(variances, units, strict=True))
    return sum(variances) ** 2 / below if below > 0 else math.inf


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


def _aggregates(moments: Moments) -> Any:  # noqa: ANN401 - a type of tea-tasting
    from tea_tasting.aggr import Aggregates  # noqa: PLC0415 - takes a second, which reports without experiments save

    covariance, names = moments.covariance, [f"v{place}" for place in range(len(moments.mean))]
    pairs = [(first, second) for first in range(len(names)) for second in range(first)]
    return Aggregates(
        count_=moments.units,
        mean_=dict(zip(names, moments.mean.tolist(), strict=True)),
        var_=dict(zip(names, covariance.diagonal().tolist(), strict=True)),
        cov_={(names[first], names[second]): float(covariance[first, second]) for first, second in pairs},
    )
