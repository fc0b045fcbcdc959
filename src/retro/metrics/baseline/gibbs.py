"""A structural time series fitted by Gibbs sampling, which predicts a series on unknown days.

The model is that of CausalImpact (Brodersen et al. 2015, Annals of Applied Statistics 9, 247-274) with its priors:

    value(t) = level(t) + forced(t) . a + optional(t) . b + noise(t),    level(t + 1) = level(t) + step(t)

Forced columns (weekdays, the profile of a week's hours) always belong to it. Optional columns, the covariates, each
have a spike at zero: a covariate that does not help is left out of most draws. A day that is not known, because a
campaign touched it, has no weight, so the same draw fills gaps and runs on into the future.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg.lapack import dptsv

from retro.errors import MetricError

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_LEVEL_DF, _NOISE_DF, _EXPECTED_R2, _MODEL_SIZE = 32.0, 50.0, 0.8, 3.0
_SLAB_WEIGHT, _SLAB_SHRINKAGE = 0.01, 0.5
"""Priors as in CausalImpact's `R/impact_model.R`: degrees of freedom, expected R2 and model size, g-prior."""

_VAGUE_DF = 1.0
"""Prior weight of the noise where there are no covariates that could explain anything."""

_BURN_IN = 0.1
_LEAST_KNOWN = 14


@dataclass(frozen=True)
class Draws:
    """Draws from the fitted model.

    Attributes:
        paths: Values as they could have been, noise included: one row per draw, one column per place of the series.
        expected: The mean path without noise.
        inclusion: How often each optional column belonged to the model, 0 to 1.
    """

    paths: Floats
    expected: Floats
    inclusion: Floats


def draw_paths(
    values: Floats, known: Flags, forced: Floats, optional: Floats, *, level_sd: float, draws: int, seed: int
) -> Draws:
    """Fit the model to the `known` values and draw whole paths, after a burn-in of a tenth more draws.

    Args:
        values: The series; values at unknown places are not read.
        known: Which values to fit.
        forced: Columns that always belong to the model, one row per place; may have no column.
        optional: Covariates with a spike, one row per place; may have no column.
        level_sd: Prior of the level's step from one place to the next, in standard deviations of the series.
        draws: Draws to keep.
        seed: Seed of the random numbers.

    Raises:
        MetricError: Fewer than 14 values are known, or they are all equal.
    """
    sample = values[known]
    if sample.size < _LEAST_KNOWN:
        raise MetricError(f"baseline: series must have {_LEAST_KNOWN} known values or more, got {sample.size}.")
    centre, spread = float(sample.mean()), float(sample.std(ddof=1))
    if spread == 0:
        raise MetricError(f"baseline: series must vary before the campaign, got {sample.size} times {centre:g}.")
    columns = np.hstack([_standardised(forced, known), _standardised(optional, known)])
    rng = np.random.default_rng(seed)
    scaled = np.where(known, (values - centre) / spread, 0.0)
    chain = _chain(scaled, known, columns, forced.shape[1], level_sd, rng)
    for _ in range(int(draws * _BURN_IN)):
        next(chain)
    signal = np.empty((draws, values.size))
    noise_sd, included = np.empty(draws), np.zeros(optional.shape[1])
    for row in range(draws):
        signal[row], noise_sd[row], inside = next(chain)
        included += inside[forced.shape[1] :]
    noise = rng.standard_normal(signal.shape) * noise_sd[:, None]
    return Draws((signal + noise) * spread + centre, signal.mean(axis=0) * spread + centre, included / draws)


def _standardised(columns: Floats, known: Flags) -> Floats:
    """Columns with mean 0 and spread 1 over the known places; one that never varies there says nothing and is 0."""
    if columns.shape[1] == 0:
        return columns
    seen = columns[known]
    spread = seen.std(axis=0, ddof=1)
    return np.where(spread > 0, (columns - seen.mean(axis=0)) / np.where(spread > 0, spread, 1), 0.0)


def _chain(
    values: Floats, known: Flags, columns: Floats, forced: int, level_sd: float, rng: np.random.Generator
) -> Iterator[tuple[Floats, float, Flags]]:
    """Draws without end of the signal, the noise's standard deviation, and the columns that belong to the model."""
    regression = _Regression(columns[known], forced, rng)
    last = int(np.flatnonzero(known)[-1]) + 1
    noise, step = 1 - _EXPECTED_R2, level_sd**2
    explained = np.zeros(values.size)
    while True:
        level = _draw_level(np.where(known, values - explained, 0.0), known, noise, step, rng)
        step = _draw_step(np.diff(level[:last]), level_sd, rng)
        beta, noise = regression.draw((values - level)[known])
        explained = columns @ beta
        yield level + explained, float(np.sqrt(noise)), regression.inside


def _draw_level(residual: Floats, known: Flags, noise: float, step: float, rng: np.random.Generator) -> Floats:
    """Draw the level given everything else.

    The level's precision matrix is tridiagonal. Solving it for the data plus a random vector whose covariance is that
    very matrix gives an exact draw, in one call.
    """
    size = residual.size
    weight = known / noise
    diagonal = weight + 2 / step
    diagonal[0] += 1 - 1 / step  # the first level's prior: around the first value, spread of the series
    diagonal[-1] -= 1 / step
    moves = rng.standard_normal(size - 1) / np.sqrt(step)
    target = weight * residual + np.sqrt(weight) * rng.standard_normal(size)
    target[0] += residual[np.argmax(known)] + rng.standard_normal()
    target[1:] += moves
    target[:-1] -= moves
    *_, level, failed = dptsv(diagonal, np.full(size - 1, -1 / step), target)
    if failed:
        raise MetricError("baseline: level must be solvable, got a singular system. Check the series for huge values.")
    return np.asarray(level, dtype=np.float64).ravel()


def _draw_step(moves: Floats, level_sd: float, rng: np.random.Generator) -> float:
    """Draw the variance of the level's steps, which never exceeds that of the series."""
    shape = (_LEVEL_DF + moves.size) / 2
    rate = (_LEVEL_DF * level_sd**2 + float(moves @ moves)) / 2
    return min(rate / float(rng.gamma(shape)), 1.0)


class _Regression:
    """Draws which columns belong to the model, their coefficients and the noise.

    The factorisation of a choice of columns does not depend on the draw, so it is cached.
    """

    def __init__(self, columns: Floats, forced: int, rng: np.random.Generator) -> None:
        self._columns, self._rng = columns, rng
        rows, width = columns.shape
        self._gram = columns.T @ columns
        shrunk = self._gram * (1 - _SLAB_SHRINKAGE) + np.diag(np.diag(self._gram)) * _SLAB_SHRINKAGE
        self._slab = shrunk * _SLAB_WEIGHT / rows
        optional = width - forced
        self._free = [place for place in range(forced, width) if self._gram[place, place] > 0]
        self._odds = _log_odds(min(1.0, _MODEL_SIZE / optional)) if optional else 0.0
        self.inside: Flags = np.diag(self._gram) > 0
        self._df = _NOISE_DF if optional else _VAGUE_DF
        self._prior = self._df * ((1 - _EXPECTED_R2) if optional else 1.0)
        self._half = (self._df + rows) / 2
        self._known: dict[bytes, tuple[npt.NDArray[np.intp], Floats, Floats, float]] = {}

    def draw(self, residual: Floats) -> tuple[Floats, float]:
        """Coefficients, 0 for columns that are left out, and the variance of the noise."""
        products, total = self._columns.T @ residual, self._prior + float(residual @ residual)
        self._choose(products, total)
        where, covariance, root, _ = self._work(self.inside)
        mean = covariance @ products[where]
        noise = (total - float(products[where] @ mean)) / 2 / float(self._rng.gamma(self._half))
        beta = np.zeros(self._columns.shape[1])
        beta[where] = mean + np.sqrt(noise) * (root @ self._rng.standard_normal(where.size))
        return beta, noise

    def _choose(self, products: Floats, total: float) -> None:
        """Offer each optional column, in random order, to come in or to leave."""
        if self._odds == np.inf:
            return
        current = self._score(self.inside, products, total)
        for place in self._rng.permutation(self._free):
            other = self.inside.copy()
            other[place] = not other[place]
            score = self._score(other, products, total)
            gain = score - current + (self._odds if other[place] else -self._odds)
            if np.log(self._rng.random()) < -np.logaddexp(0.0, -gain):
                self.inside, current = other, score

    def _score(self, inside: Flags, products: Floats, total: float) -> float:
        """Log of how well a choice of columns explains the residual, coefficients and noise integrated out."""
        where, covariance, _, volume = self._work(inside)
        part: Floats = products[where]
        explained = float(part @ covariance @ part)
        return float(volume - self._half * math.log((total - explained) / 2))

    def _work(self, inside: Flags) -> tuple[npt.NDArray[np.intp], Floats, Floats, float]:
        """Places, covariance, a root of it, and the log of the ratio of volumes, of a choice of columns."""
        key = inside.tobytes()
        if key not in self._known:
            where = np.flatnonzero(inside)
            slab = self._slab[np.ix_(where, where)]
            precision = self._gram[np.ix_(where, where)] + slab
            root = np.linalg.inv(np.linalg.cholesky(precision)).T
            volume = (np.linalg.slogdet(slab)[1] - np.linalg.slogdet(precision)[1]) / 2
            self._known[key] = where, root @ root.T, root, float(volume)
        return self._known[key]


def _log_odds(chance: float) -> float:
    return float(np.log(chance / (1 - chance))) if chance < 1 else np.inf
