"""Intervals of shares and of relative lift, and the correction for several tests at once."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retro.metrics.experiments.estimates import Estimate
from retro.metrics.intervals import wilson


def newcombe(control: tuple[int, int], treatment: tuple[int, int], alpha: float = 0.05) -> tuple[float, float]:
    """Newcombe's hybrid score interval for the difference of two shares (hits and units), treatment less control.

    Holds for small arms and shares near 0 or 1, where the normal interval is too narrow or leaves -1 to 1.

    References:
        Newcombe (1998), Statistics in Medicine 17, method 10.

    Examples:
        >>> low, high = newcombe((1, 34), (7, 34))
        >>> round(low, 3), round(high, 3)
        (0.019, 0.34)
    """
    (hits0, units0), (hits1, units1) = control, treatment
    low, high = wilson([hits0, hits1], [units0, units1], 1 - alpha)
    rate0, rate1 = hits0 / units0, hits1 / units1
    down = math.hypot(rate1 - low[1], high[0] - rate0)
    up = math.hypot(high[1] - rate1, rate0 - low[0])
    return rate1 - rate0 - down, rate1 - rate0 + up


@dataclass(frozen=True)
class Lift:
    """A relative effect: the difference over the size of the control's value, `|control|`.

    Attributes:
        rate: The lift; -0.5 is half of the control's value lost, whatever its sign.
        error: Its standard error, by the delta method.
    """

    rate: float
    error: float


def lift(estimate: Estimate, alpha: float = 0.05) -> Lift | None:
    """The relative effect; None where the control's own interval covers 0.

    Examples:
        >>> lift(Estimate(-10.0, -5.0, error=1.0, control_error=0.7)).rate
        0.5
        >>> lift(Estimate(0.5, 1.0, error=1.0, control_error=0.7)) is None
        True
    """
    if abs(estimate.control) <= estimate.quantile(1 - alpha / 2) * estimate.control_error:
        return None
    return relative(estimate)


def relative(estimate: Estimate) -> Lift:
    """The relative effect of any control but 0."""
    size = abs(estimate.control)
    own = estimate.control_error**2
    treatments = max(0.0, estimate.error**2 - own)
    error = math.sqrt(treatments / size**2 + own * estimate.treatment**2 / size**4)
    return Lift(estimate.effect / size, error)


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values by Holm: below alpha, a difference may be claimed, with alpha the risk of any false claim.

    Examples:
        >>> [round(p, 4) for p in holm([0.0744, 0.00155])]
        [0.0744, 0.0031]
    """
    p, order = np.asarray(p_values, dtype=float), np.argsort(p_values)
    factors = len(p) - np.arange(len(p))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(p[order] * factors))
    return [float(value) for value in adjusted]
