"""Looking before the end: intervals that hold at every look, alpha spent in portions, a split watched as it grows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammaln, ndtr

from retro.metrics.experiments.moments import Floats

_STEPS = 2001
"""Points of the grid on which the sums of looks are integrated; more does not change four digits."""

_FAR = 12.0
"""Standard deviations beyond which nothing happens."""


def always_valid(
    effect: float, error: float, units: int, *, alpha: float = 0.05, tuned_for: int = 5000
) -> tuple[float, float, float]:
    """An interval and a p-value that hold at every look at once, however often and whenever one looks.

    The asymptotic confidence sequence for a mean, over the units of both arms.

    Args:
        effect: The difference.
        error: Its standard error.
        units: Units of both arms.
        alpha: How often it may ever miss the true difference.
        tuned_for: Units at which it is narrowest.

    Returns:
        Lower end, upper end, p-value.

    References:
        Waudby-Smith et al. (2021), arXiv:2103.06476, equations 9 and 155.

    Examples:
        >>> low, high, p = always_valid(0.50336, 0.33341, 6461, tuned_for=1000)
        >>> round(low, 4), round(high, 4), p
        (-0.5584, 1.5652, 1.0)
    """
    weight = units * _tuning(alpha, tuned_for)
    half = error * math.sqrt(2 * (weight + 1) / weight * math.log(math.sqrt(weight + 1) / alpha))
    evidence = (effect / error) ** 2 * weight / (2 * (weight + 1))
    p_value = min(1.0, math.exp(0.5 * math.log(weight + 1) - evidence))
    return effect - half, effect + half, p_value


def _tuning(alpha: float, tuned_for: int) -> float:
    """The mixture's variance, squared rho, that makes the interval narrowest at so many units."""
    doubled = -2 * math.log(alpha)
    return (doubled + math.log(doubled + 1)) / tuned_for


def spent_alpha(
    cumulative_units: Sequence[int], expected_total: int, *, alpha: float = 0.05, power: float = 2, sides: int = 2
) -> list[float]:
    """The level at which each of a few planned looks may claim a difference, spending `alpha * t ** power`.

    `t` is the share of the units seen by then, of those expected or of those that came in the end if they were more.

    Args:
        cumulative_units: Units at each look, growing.
        expected_total: Units expected at the last look.
        alpha: Risk over all looks.
        power: How late alpha is spent.
        sides: 1 or 2.

    References:
        Lan and DeMets (1983); the integral is Armitage, McPherson and Rowe's (1969).
    """
    total = max(expected_total, *cumulative_units)
    times = np.asarray(cumulative_units, dtype=float) / total
    steps = np.diff(times, prepend=0.0)
    portions = np.diff(alpha * times**power, prepend=0.0)
    where, mass, levels = np.zeros(1), np.ones(1), []
    for time, step, portion in zip(times, np.sqrt(steps), portions, strict=True):
        bound = _bound(where, mass, step, portion / sides) / math.sqrt(time)
        levels.append(float(sides * ndtr(-bound)))
        edge = bound * math.sqrt(time)
        grid = np.linspace(-edge if sides == 2 else -_FAR * math.sqrt(time), edge, _STEPS)  # noqa: PLR2004 - both sides
        kernel = np.exp(-(((grid[:, None] - where) / step) ** 2) / 2) / (step * math.sqrt(2 * math.pi))
        where, mass = grid, (kernel @ mass) * (grid[1] - grid[0])
    return levels


def _bound(where: Floats, mass: Floats, step: float, portion: float) -> float:
    """The sum above which a portion of all paths comes, of those that went on from `where`."""

    def beyond(bound: float) -> float:
        return float(mass @ ndtr((where - bound) / step)) - portion

    return float(brentq(beyond, 0.0, _FAR, xtol=1e-10))


def sequential_split(
    arms: Iterable[Sequence[int]], shares: Sequence[float], *, concentration: float = 100, alpha: float = 0.05
) -> tuple[int | None, float]:
    """Watch the split of arriving units: the first unit at which it is too far off, and the p-value there.

    The Bayes factor of a Dirichlet prior round the planned shares against those shares holds at every unit.

    Args:
        arms: One row per unit, 1 for its arm and 0 for the others; or counts per batch of units.
        shares: Planned shares.
        concentration: How closely the prior keeps to the planned shares.
        alpha: Risk of ever raising a false alarm.

    Returns:
        Units seen at the alarm, or None where there was none; the p-value then, or at the end.

    References:
        Lindon and Malek (2022), Anytime-Valid Inference for Multinomial Count Data.
    """
    planned = np.asarray(shares, dtype=float) / np.sum(shares)
    prior, counts, p_value = planned * concentration, np.zeros(len(planned)), 1.0
    for batch in arms:
        counts += np.asarray(batch, dtype=float)
        p_value = min(p_value, split_evidence(counts.tolist(), prior.tolist(), planned.tolist()))
        if p_value <= alpha:
            return int(counts.sum()), p_value
    return None, p_value


def split_evidence(counts: Sequence[float], prior: Sequence[float], planned: Sequence[float]) -> float:
    """The anytime-valid p-value of a split by its counts alone."""
    seen, before = np.asarray(counts, dtype=float), np.asarray(prior, dtype=float)
    factor = gammaln(before.sum()) - gammaln(before.sum() + seen.sum())
    factor += float(np.sum(gammaln(before + seen) - gammaln(before)) - seen @ np.log(planned))
    return float(min(1.0, math.exp(min(0.0, -factor))))
