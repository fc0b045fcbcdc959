"""Power: the smallest difference that an experiment of this size can detect."""

from scipy.special import ndtri

POWER = 0.8
"""How often a difference of the detectable size should be found, unless a caller asks for another."""


def detectable(error: float, *, alpha: float = 0.05, power: float = POWER) -> float:
    """The smallest difference that an experiment with this standard error finds with this power.

    Examples:
        >>> round(detectable(0.005), 4)
        0.014
    """
    return float(ndtri(1 - alpha / 2) + ndtri(power)) * error
