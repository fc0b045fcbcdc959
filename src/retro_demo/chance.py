"""Chance: seeded random streams by name, and the few shapes that people's lives are drawn from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Chance:
    """Random streams by name, so that a new table, or a new draw in one, changes no other.

    Attributes:
        seed: The seed of the whole shop.

    Examples:
        >>> Chance(1).of("people", 0).random() == Chance(1).of("people", 0).random()
        True
        >>> Chance(1).of("people", 0).random() == Chance(1).of("people", 1).random()
        False
    """

    seed: int

    def of(self, *names: str | int) -> np.random.Generator:
        """The stream of a name, always from its beginning."""
        digest = hashlib.sha256("/".join(map(str, (self.seed, *names))).encode()).digest()
        words = np.frombuffer(digest, dtype="<u4").tolist()
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))


def probability(log_odds: Floats) -> Floats:
    """The probability of log-odds.

    Examples:
        >>> probability(np.array([0.0, np.log(3)])).round(2).tolist()
        [0.5, 0.75]
    """
    return 1 / (1 + np.exp(-log_odds))


def pick(rng: np.random.Generator, weights: npt.ArrayLike, size: int) -> Ints:
    """Draw positions in `weights`, each as often as its weight says."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(edges[:-1] / edges[-1], rng.random(size), side="right").astype(np.int64)


def spread(rng: np.random.Generator, median: float, sigma: float, size: int) -> Floats:
    """Draw lognormal values: half of them below `median`, log standard deviation `sigma`."""
    return median * np.exp(sigma * rng.standard_normal(size))


def places(lengths: Ints) -> Ints:
    """Number the members of consecutive groups from 0.

    Examples:
        >>> places(np.array([2, 0, 3])).tolist()
        [0, 1, 0, 1, 2]
    """
    starts = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum()), dtype=np.int64) - np.repeat(starts, lengths)


def nth_of_owner(owners: Ints) -> Ints:
    """Number each owner's rows from 0; rows of one owner stand together.

    Examples:
        >>> nth_of_owner(np.array([7, 7, 3, 9, 9, 9])).tolist()
        [0, 1, 0, 0, 1, 2]
    """
    if not owners.size:
        return np.zeros(0, dtype=np.int64)
    first = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
    return places(np.diff(np.r_[first, owners.size]))
