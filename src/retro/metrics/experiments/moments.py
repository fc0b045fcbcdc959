"""Moments: counts, means and cross products of an arm; rows stay in the engine, and groups add up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Moments:
    """Count, means and centred cross products of a few variables over the same units.

    The first variable is the outcome; a second is what a ratio divides by, or the pre-period.

    Attributes:
        units: How many units.
        mean: Mean of each variable.
        cross: Sum over the units of the products of deviations from the means, by pair of variables.

    Examples:
        >>> arm = Moments.of_values([1.0, 2.0, 6.0])
        >>> arm.units, arm.average, arm.variance
        (3, 3.0, 7.0)
        >>> halves = Moments.of_values([1.0]) + Moments.of_values([2.0, 6.0])
        >>> (halves.average, halves.variance) == (arm.average, arm.variance)
        True
    """

    units: int
    mean: Floats
    cross: Floats

    @classmethod
    def none(cls, variables: int = 1) -> Self:
        """The moments of no unit."""
        return cls(0, np.zeros(variables), np.zeros((variables, variables)))

    @classmethod
    def of_values(cls, *variables: Sequence[float]) -> Self:
        """The moments of values that are at hand."""
        values = np.asarray(variables, dtype=float)
        mean = values.mean(axis=1)
        centred = values - mean[:, None]
        return cls(values.shape[1], mean, centred @ centred.T)

    @classmethod
    def of_sums(cls, units: int, total: float, squares: float) -> Self:
        """The moments of one variable from its sum and its sum of squares."""
        mean = total / units
        return cls(units, np.array([mean]), np.array([[squares - total * mean]]))

    @classmethod
    def of_share(cls, hits: int, units: int) -> Self:
        """The moments of a yes or no."""
        rate = hits / units
        return cls(units, np.array([rate]), np.array([[units * rate * (1 - rate)]]))

    @classmethod
    def of_variance(cls, units: int, mean: float, variance: float) -> Self:
        """The moments of one variable from its mean and its sample variance."""
        return cls(units, np.array([mean]), np.array([[variance * (units - 1)]]))

    def __add__(self, other: Self) -> Self:
        """The moments of both groups together (Chan, Golub and LeVeque 1979)."""
        if not self.units or not other.units:
            return self if self.units else other
        units = self.units + other.units
        apart = other.mean - self.mean
        mean = self.mean + apart * other.units / units
        cross = self.cross + other.cross + np.outer(apart, apart) * (self.units * other.units / units)
        return type(self)(units, mean, cross)

    @property
    def average(self) -> float:
        """Mean of the outcome."""
        return float(self.mean[0])

    @property
    def variance(self) -> float:
        """Sample variance of the outcome; NaN for fewer than two units."""
        return float(self.covariance[0, 0])

    @property
    def covariance(self) -> Floats:
        """Sample covariances; NaN for fewer than two units."""
        if self.units < 2:  # noqa: PLR2004 - one unit has no spread
            return np.full_like(self.cross, np.nan)
        return self.cross / (self.units - 1)

    def without(self, value: float) -> Self:
        """The moments of one variable without one unit of this value.

        Examples:
            >>> rest = Moments.of_values([1.0, 2.0, 6.0]).without(6.0)
            >>> rest.units, rest.average, rest.variance
            (2, 1.5, 0.5)
        """
        left = self.units - 1
        apart = value - self.average
        mean, cross = self.average - apart / left, float(self.cross[0, 0]) - apart**2 * self.units / left
        return type(self)(left, np.array([mean]), np.array([[max(0.0, cross)]]))

    def only(self, *variables: int) -> Self:
        """The moments of some of the variables."""
        chosen = list(variables)
        return type(self)(self.units, self.mean[chosen], self.cross[np.ix_(chosen, chosen)])


def together(groups: Iterable[Moments]) -> Moments:
    """The moments of all groups; of none, no unit."""
    total: Moments | None = None
    for group in groups:
        total = group if total is None else total + group
    return total if total is not None else Moments.none()
