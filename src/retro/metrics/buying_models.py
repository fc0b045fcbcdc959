"""Buying models: BG/NBD for the number of repeat purchases, Gamma-Gamma for their value.

References:
    Fader, Hardie & Lee (2005), "Counting your customers" the easy way; Fader & Hardie (2013), The Gamma-Gamma model of
    monetary value.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betaln, digamma, gammaln, hyp2f1

from retro.errors import MetricError

Floats = npt.NDArray[np.float64]

_STEP = 1e-3
"""Step of a parameter's logarithm, for central differences."""

_FEWEST = 10
"""Fewer repeat buyers cannot identify four parameters."""


class ShortHistoryError(MetricError):
    """Orders hold too few repeat buyers, or too short a time, for a model of buying."""


@dataclass(frozen=True)
class BgNbd:
    """Purchases and drop-out: rates of purchase are gamma(r, alpha), chances of dropping out beta(a, b).

    Attributes:
        r: Shape of the purchase rates.
        alpha: Their scale, in the time unit of the histories.
        a: First parameter of the chance to drop out after a purchase.
        b: Second one.
        covariance: Of the logarithms of r, alpha, a and b, from the likelihood; empty where not fitted.
    """

    r: float
    alpha: float
    a: float
    b: float
    covariance: Floats = field(default_factory=lambda: np.empty((0, 0)), compare=False)

    def expected_future(
        self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike, duration: float
    ) -> Floats:
        """Repeats expected of buyers with these histories within a duration from now."""
        x, t_x, big_t = (np.asarray(values, dtype=float) for values in (frequency, recency, age))
        pairs, at = np.unique(x + 1j * big_t, return_inverse=True)  # the slow function sees each pair once
        since, repeats = self.alpha + pairs.imag, self.r + pairs.real
        reached = hyp2f1(repeats, self.b + pairs.real, self.a + self.b + pairs.real - 1, duration / (since + duration))
        grown = (1 - (since / (since + duration)) ** repeats * reached)[at].reshape(x.shape)
        future: Floats = (self.a + self.b + x - 1) / (self.a - 1) * grown * self.probability_active(x, t_x, big_t)
        return future

    def probability_active(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> Floats:
        """The probability that buyers with these histories still buy; 1 without a repeat, as in the model."""
        x, t_x, big_t = (np.asarray(values, dtype=float) for values in (frequency, recency, age))
        gone = self.a / (self.b + np.maximum(x, 1) - 1) * ((self.alpha + big_t) / (self.alpha + t_x)) ** (self.r + x)
        active: Floats = 1 / (1 + np.where(x > 0, gone, 0.0))
        return active

    def spread_future(
        self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike, duration: float
    ) -> Floats:
        """Variance of the repeats of one such buyer: they may have left, and their rate is known only by and by.

        Dropping out within the duration is taken at its mean.
        """
        future = self.expected_future(frequency, recency, age, duration)
        active = self.probability_active(frequency, recency, age)
        rate = future / active
        spread: Floats = active * (rate + rate**2 * (1 + 1 / (self.r + np.asarray(frequency, dtype=float)))) - future**2
        return spread


@dataclass(frozen=True)
class GammaGamma:
    """Spending: the amounts of a buyer are gamma(p, nu), and nu is gamma(q, v) over buyers.

    Attributes:
        p: Shape of one buyer's amounts.
        q: Shape of the buyers' means.
        v: Their scale.
        covariance: Of the logarithms of p, q and v; empty where not fitted.
        correlation: Of frequency and mean amount among repeat buyers; the model takes it to be 0.
    """

    p: float
    q: float
    v: float
    covariance: Floats = field(default_factory=lambda: np.empty((0, 0)), compare=False)
    correlation: float = float("nan")

    def expected_amount(self, frequency: npt.ArrayLike, mean_amount: npt.ArrayLike) -> Floats:
        """The expected value of a buyer's next purchase: their mean, shrunk to that of all buyers."""
        x, mean = np.asarray(frequency, dtype=float), np.asarray(mean_amount, dtype=float)
        known = self.p * x / (self.p * x + self.q - 1)
        amount: Floats = (1 - known) * self.p * self.v / (self.q - 1) + known * mean
        return amount


def fit_bg_nbd(summary: pd.DataFrame) -> BgNbd:
    """Fit BG/NBD by maximum likelihood to what `buying_summary` returns.

    Raises:
        ShortHistoryError: There are too few repeat buyers, or the fit does not settle.
    """
    x, t_x, big_t, n = (summary[name].to_numpy(dtype=float) for name in ("frequency", "recency", "age", "buyers"))
    _check_enough(float(n[x > 0].sum()))
    both = _bg_nbd_loss(x, t_x, big_t, n)

    def loss(logs: Floats) -> float:
        return both(logs)[0]

    scale = max(float(big_t.max()) / 10, 1e-3)
    logs = _minimum(loss, np.log([0.5, scale, 1.0, 2.0]), "BG/NBD", lambda logs: both(logs)[1])
    r, alpha, a, b = np.exp(logs).tolist()
    return BgNbd(r, alpha, a, b, _covariance(loss, logs, float(n.sum())))


def _bg_nbd_loss(x: Floats, t_x: Floats, big_t: Floats, n: Floats) -> Callable[[Floats], tuple[float, Floats]]:
    """Minus the mean log-likelihood of a buyer at the logarithms of r, alpha, a and b, and its slopes there."""
    counts, at = np.unique(x, return_inverse=True)  # few: the slow functions see each number of repeats once
    before = np.maximum(counts, 1) - 1

    def loss(logs: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = np.exp(logs)
        at_end, at_last = np.log(alpha + big_t), np.log(alpha + t_x)
        still = (betaln(a, b + counts) - betaln(a, b))[at] - (r + x) * at_end
        left = (betaln(a + 1, b + before) - betaln(a, b))[at] - (r + x) * at_last
        either = np.where(x > 0, np.logaddexp(still, left), still)
        found = (gammaln(r + counts) - gammaln(r))[at] + r * np.log(alpha) + either
        stays = np.exp(still - either)
        goes = 1 - stays
        by_r = (digamma(r + counts) - digamma(r))[at] + np.log(alpha) - stays * at_end - goes * at_last
        by_alpha = r / alpha - (r + x) * (stays / (alpha + big_t) + goes / (alpha + t_x))
        shared = (digamma(a + b) - digamma(a + b + counts))[at]
        by_b = shared - digamma(b) + stays * digamma(b + counts)[at] + goes * digamma(b + before)[at]
        # `sum` and not `@`, which spreads over all cores for nothing.
        slopes = np.array([(n * by).sum() for by in (by_r, by_alpha, shared + goes / a, by_b)]) * np.exp(logs)
        return -float((n * found).sum() / n.sum()), -slopes / n.sum()

    return loss


def fit_gamma_gamma(amounts: pd.DataFrame) -> GammaGamma:
    """Fit Gamma-Gamma by maximum likelihood to what `repeat_amounts` returns.

    Raises:
        ShortHistoryError: There are too few repeat buyers, or the fit does not settle.
    """
    x, mean, n = (amounts[name].to_numpy(dtype=float) for name in ("frequency", "mean_amount", "buyers"))
    _check_enough(float(n.sum()))

    def loss(logs: Floats) -> float:
        p, q, v = np.exp(logs)
        each = (
            gammaln(p * x + q)
            - gammaln(p * x)
            - gammaln(q)
            + q * np.log(v)
            + (p * x - 1) * np.log(mean)
            + p * x * np.log(x)
            - (p * x + q) * np.log(v + mean * x)
        )
        return -float((n * each).sum() / n.sum())

    logs = _minimum(loss, np.log([1.0, 2.0, float(mean.mean())]), "Gamma-Gamma")
    covariance = _covariance(loss, logs, float(n.sum()))
    p, q, v = np.exp(logs).tolist()
    if q <= 1:
        raise ShortHistoryError(f"lifetime: mean amounts must vary less between buyers, got q = {q:.2f}, at most 1.")
    return GammaGamma(p, q, v, covariance, _correlation(x, mean, n))


def _check_enough(repeat_buyers: float) -> None:
    if repeat_buyers < _FEWEST:
        raise ShortHistoryError(
            f"lifetime: orders must hold at least {_FEWEST} buyers who came back, got {repeat_buyers:.0f}."
        )


def _minimum(
    loss: Callable[[Floats], float], begin: Floats, model: str, slopes: Callable[[Floats], Floats] | None = None
) -> Floats:
    """Minimise the loss over the parameters' logarithms: by gradient, else robustly and then refined."""
    if slopes is not None:
        direct = minimize(loss, begin, jac=slopes, method="BFGS", options={"gtol": 1e-7})
        if direct.success and np.isfinite(direct.fun):
            return np.asarray(direct.x, dtype=float)
    rough = minimize(loss, begin, method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-4, "fatol": 1e-9})
    fine = minimize(loss, rough.x, jac=slopes, method="BFGS", options={"gtol": 1e-7})
    best: Any = fine if fine.fun <= rough.fun else rough
    if not (rough.success and np.isfinite(best.fun)):
        raise ShortHistoryError(f"lifetime: {model} must settle on its parameters, got none. Give it a longer history.")
    return np.asarray(best.x, dtype=float)


def _covariance(loss: Callable[[Floats], float], logs: Floats, buyers: float) -> Floats:
    """The covariance of the estimates, from the curvature of the loss, by central differences."""
    steps = np.eye(len(logs)) * _STEP
    curvature = [
        [
            loss(logs + one + other) - loss(logs + one - other) - loss(logs - one + other) + loss(logs - one - other)
            for other in steps
        ]
        for one in steps
    ]
    return np.linalg.pinv(np.array(curvature) / (4 * _STEP**2) * buyers).astype(np.float64)


def _correlation(x: Floats, y: Floats, weights: Floats) -> float:
    covariance = np.cov(x, y, aweights=weights)
    spread = float(np.sqrt(covariance[0, 0] * covariance[1, 1]))
    return float(covariance[0, 1]) / spread if spread > 0 else float("nan")
