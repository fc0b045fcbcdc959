"""Always-valid intervals, for looks before the end."""

import math


def always_valid(
    effect: float, error: float, units: int, *, alpha: float = 0.05, tuned_for: int = 5000
) -> tuple[float, float, float]:
    """An interval (lower and upper end) and a p-value that hold at every look at once, however often one looks.

    The asymptotic confidence sequence for a mean, over the units of both arms; `alpha` is how often it may ever miss
    the true difference. It is narrowest at `tuned_for` units.

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
