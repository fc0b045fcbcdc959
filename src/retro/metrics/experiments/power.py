"""Power: how many units an experiment needs, and what one of this size could have seen."""

from __future__ import annotations

import math

from scipy.optimize import brentq
from scipy.special import nctdtr, ndtr, ndtri, stdtrit

POWER = 0.8
"""How often a difference of the detectable size should be found, unless a caller asks for another."""


def units_for_shares(
    baseline: float, treatment: float, *, alpha: float = 0.05, power: float = POWER, sides: int = 2
) -> float:
    """Units that each of two even arms needs to tell two shares apart; a fraction, to be rounded up.

    Examples:
        >>> round(units_for_shares(0.5, 0.75, power=0.9), 2)
        76.71
    """
    pooled = (baseline + treatment) / 2
    null = float(ndtri(1 - alpha / sides)) * math.sqrt(2 * pooled * (1 - pooled))
    real = float(ndtri(power)) * math.sqrt(baseline * (1 - baseline) + treatment * (1 - treatment))
    return ((null + real) / (treatment - baseline)) ** 2


def units_for_means(deviation: float, effect: float, *, alpha: float = 0.05, power: float = POWER) -> float:
    """Units that each of two even arms needs to tell two means `effect` apart, by Student's t.

    Args:
        deviation: Standard deviation of the outcome.
        effect: The difference to be found.
        alpha: Two-sided level.
        power: How often it should be found.

    Examples:
        >>> round(units_for_means(1.0, 1.0, power=0.9677), 1)
        30.0
    """
    size = abs(effect) / deviation
    start = 2 * ((float(ndtri(1 - alpha / 2)) + float(ndtri(power))) / size) ** 2
    return float(brentq(lambda units: power_of_means(size, units, alpha=alpha) - power, 2.0, 2 * start + 50))


def power_of_means(size: float, units: float, *, alpha: float = 0.05) -> float:
    """How often Student's t over two even arms finds a difference of `size` standard deviations.

    Examples:
        >>> round(power_of_means(1.0, 30), 6)
        0.967708
    """
    freedom, shift = 2 * (units - 1), size * math.sqrt(units / 2)
    critical = stdtrit(freedom, 1 - alpha / 2)
    return float(1 - nctdtr(freedom, shift, critical) + nctdtr(freedom, shift, -critical))


def power_of_shares(baseline: float, treatment: float, units: float, *, alpha: float = 0.05, sides: int = 2) -> float:
    """How often a test of two even arms of so many units tells two shares apart.

    Examples:
        >>> round(power_of_shares(0.5, 0.75, 76.70692), 3)
        0.9
    """
    pooled = (baseline + treatment) / 2
    critical = float(ndtri(1 - alpha / sides)) * math.sqrt(2 * pooled * (1 - pooled))
    spread = math.sqrt(baseline * (1 - baseline) + treatment * (1 - treatment))
    return float(ndtr((abs(treatment - baseline) * math.sqrt(units) - critical) / spread))


def detectable(error: float, *, alpha: float = 0.05, power: float = POWER) -> float:
    """The smallest difference that an experiment with this standard error finds with this power.

    Examples:
        >>> round(detectable(0.005), 4)
        0.014
    """
    return float(ndtri(1 - alpha / 2) + ndtri(power)) * error
