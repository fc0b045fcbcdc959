"""Outliers: whether one unit's value decides a difference of means."""

from dataclasses import dataclass

from retro.metrics.experiments.contrasts import Comparer, Contrast
from retro.metrics.experiments.estimates import difference_of_means

_MEANS = {"mean", "count"}


@dataclass(frozen=True)
class Outlier:
    """One value, and the difference without it.

    Attributes:
        arm: The arm that it stands in.
        value: The value.
        effect: The difference without it.
        interval: Its interval.
        p_value: How often chance alone makes such a difference.
    """

    arm: str
    value: float
    effect: float
    interval: tuple[float, float]
    p_value: float


def outlier(comparer: Comparer, place: int, arm: str, contrast: Contrast) -> Outlier | None:
    """The value of one unit that decides a difference of means; None where there is none, or it cannot be known.

    It decides where the difference without it lies more than a standard error away, or half of one and the result turns
    into another (clearly more, clearly less, neither).
    """
    _, metric = comparer.design.metrics[place]
    if metric.kind not in _MEANS or contrast.method != "welch" or min(contrast.units) < 3:  # noqa: PLR2004 - a rest with a spread
        return None
    arms = (comparer.design.control, arm)
    whole = [comparer.counts.moments(place, name) for name in arms]
    found: list[tuple[float, Outlier]] = []
    for at, name in enumerate(arms):
        value = comparer.counts.farthest(place, name)
        if value is None:
            continue
        parts = list(whole)
        parts[at] = whole[at].without(value)
        rest = difference_of_means(*parts)
        shift = abs(rest.effect - contrast.spread.effect)
        interval = rest.interval(comparer.design.alpha)
        turns = _side(interval) != _side(contrast.interval)
        if shift > rest.error * (0.5 if turns else 1.0):
            found.append((shift, Outlier(name, value, rest.effect, interval, rest.p_value if rest.error else 0.0)))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _side(interval: tuple[float, float]) -> int:
    low, high = interval
    return 1 if low > 0 else -1 if high < 0 else 0
