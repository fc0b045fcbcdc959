"""Models of buying: BG/NBD for when somebody buys again, Gamma-Gamma for how much they spend then.

References:
    Fader, Hardie & Lee (2005), "Counting your customers" the easy way; Fader & Hardie (2013), The Gamma-Gamma model of
    monetary value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

from retro.errors import MetricError

Floats = npt.NDArray[np.float64]

_FEWEST = 10
"""Four parameters cannot be told from fewer repeat buyers."""


@dataclass(frozen=True)
class BgNbd:
    """Buying and dropping out: rates of purchase are gamma(r, alpha), chances of dropping out beta(a, b).

    Attributes:
        r: Shape of the purchase rates.
        alpha: Their scale, in the time unit of the histories.
        a: First parameter of the chance to drop out after a purchase.
        b: Second one.
        log_likelihood: Of the histories it was fitted to.
        standard_errors: Of r, alpha, a and b, from the curvature.
    """

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = float("nan")
    standard_errors: tuple[float, ...] = ()

    def expected_purchases(self, duration: npt.ArrayLike) -> Floats:
        """Repeats expected of a new buyer within a duration."""
        t = np.asarray(duration, dtype=float)
        reached = hyp2f1(self.r, self.b, self.a + self.b - 1, t / (self.alpha + t))
        left = (self.alpha / (self.alpha + t)) ** self.r * reached
        purchases: Floats = (self.a + self.b - 1) / (self.a - 1) * (1 - left)
        return purchases

    def probability(self, repeats: int, duration: float) -> float:
        """How likely a new buyer makes exactly so many repeats within a duration."""
        share = duration / (self.alpha + duration)
        terms = np.arange(repeats + 1)
        log_terms = gammaln(self.r + terms) - gammaln(self.r) - gammaln(terms + 1) + terms * np.log(share)
        mass = np.exp(log_terms + self.r * np.log1p(-share))
        alive = np.exp(betaln(self.a, self.b + repeats) - betaln(self.a, self.b)) * mass[-1]
        if repeats == 0:
            return float(alive)
        gone = np.exp(betaln(self.a + 1, self.b + repeats - 1) - betaln(self.a, self.b)) * (1 - mass[:-1].sum())
        return float(alive + gone)

    def expected_future(
        self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike, duration: float
    ) -> Floats:
        """Repeats expected of buyers with these histories within a duration from now."""
        x, t_x, big_t = (np.asarray(values, dtype=float) for values in (frequency, recency, age))
        since = self.alpha + big_t
        reached = hyp2f1(self.r + x, self.b + x, self.a + self.b + x - 1, duration / (since + duration))
        grown = 1 - (since / (since + duration)) ** (self.r + x) * reached
        future: Floats = (self.a + self.b + x - 1) / (self.a - 1) * grown * self.probability_active(x, t_x, big_t)
        return future

    def probability_active(self, frequency: npt.ArrayLike, recency: npt.ArrayLike, age: npt.ArrayLike) -> Floats:
        """How likely buyers with these histories still buy; 1 for those without a repeat, as the model has it."""
        x, t_x, big_t = (np.asarray(values, dtype=float) for values in (frequency, recency, age))
        gone = self.a / (self.b + np.maximum(x, 1) - 1) * ((self.alpha + big_t) / (self.alpha + t_x)) ** (self.r + x)
        active: Floats = 1 / (1 + np.where(x > 0, gone, 0.0))
        return active


@dataclass(frozen=True)
class GammaGamma:
    """Spending: the amounts of a buyer are gamma(p, nu), and nu is gamma(q, v) over buyers.

    Attributes:
        p: Shape of one buyer's amounts.
        q: Shape of the buyers' means.
        v: Their scale.
        correlation: Of frequency and mean amount among repeat buyers; the model takes it to be 0.
        buyers: How many it was fitted to.
    """

    p: float
    q: float
    v: float
    correlation: float = float("nan")
    buyers: int = 0

    def expected_amount(self, frequency: npt.ArrayLike, mean_amount: npt.ArrayLike) -> Floats:
        """What the next purchase of a buyer is worth: their own mean, drawn to everybody's as far as it is young."""
        x, mean = np.asarray(frequency, dtype=float), np.asarray(mean_amount, dtype=float)
        known = self.p * x / (self.p * x + self.q - 1)
        amount: Floats = (1 - known) * self.p * self.v / (self.q - 1) + known * mean
        return amount


def fit_bg_nbd(summary: pd.DataFrame) -> BgNbd:
    """Fit BG/NBD by maximum likelihood.

    Args:
        summary: `frequency`, `recency`, `age` and `buyers`, as `buying_summary` returns.

    Raises:
        MetricError: There are too few repeat buyers, or the fit does not settle.
    """
    x, t_x, big_t, n = (summary[name].to_numpy(dtype=float) for name in ("frequency", "recency", "age", "buyers"))
    _check_enough(float(n[x > 0].sum()))

    def loss(logs: Floats) -> float:
        r, alpha, a, b = np.exp(logs)
        still = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + big_t)
        left = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + t_x)
        either = np.where(x > 0, np.logaddexp(still, left), still)
        return -float(n @ (gammaln(r + x) - gammaln(r) + r * np.log(alpha) + either)) / float(n.sum())

    scale = max(float(big_t.max()) / 10, 1e-3)
    logs = _minimum(loss, np.log([0.5, scale, 1.0, 2.0]), "BG/NBD")
    parameters = np.exp(logs)
    total = float(n.sum())
    r, alpha, a, b = (float(value) for value in parameters)
    errors = _standard_errors(lambda values: loss(np.log(values)) * total, parameters)
    return BgNbd(r, alpha, a, b, -loss(logs) * total, errors)


def fit_gamma_gamma(amounts: pd.DataFrame) -> GammaGamma:
    """Fit Gamma-Gamma by maximum likelihood.

    Args:
        amounts: `frequency`, `mean_amount` and `buyers`, as `repeat_amounts` returns.

    Raises:
        MetricError: There are too few repeat buyers, or the fit does not settle.
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
        return -float(n @ each) / float(n.sum())

    p, q, v = np.exp(_minimum(loss, np.log([1.0, 2.0, float(mean.mean())]), "Gamma-Gamma"))
    return GammaGamma(float(p), float(q), float(v), _correlation(x, mean, n), int(n.sum()))


def _check_enough(repeat_buyers: float) -> None:
    if repeat_buyers < _FEWEST:
        raise MetricError(
            f"lifetime: orders must hold at least {_FEWEST} buyers who came back, got {repeat_buyers:.0f}."
        )


def _minimum(loss: Callable[[Floats], float], begin: Floats, model: str) -> Floats:
    """The best logarithms of a model's parameters: first robustly, then to the last digit."""
    rough = minimize(loss, begin, method="Nelder-Mead", options={"maxiter": 4000, "xatol": 1e-8, "fatol": 1e-12})
    fine = minimize(loss, rough.x, method="BFGS", options={"gtol": 1e-9})
    best: Any = fine if fine.fun <= rough.fun else rough
    if not (rough.success and np.isfinite(best.fun)):
        raise MetricError(f"lifetime: {model} must settle on its parameters, got none. Give it a longer history.")
    return np.asarray(best.x, dtype=float)


def _standard_errors(loss: Callable[[Floats], float], parameters: Floats) -> tuple[float, ...]:
    """From the curvature of the negative log-likelihood, by central differences."""
    step = 1e-4 * np.maximum(np.abs(parameters), 1e-3)
    size = len(parameters)
    curvature = np.empty((size, size))
    for row in range(size):
        for column in range(size):
            one, other = np.eye(size)[row] * step, np.eye(size)[column] * step
            corners = loss(parameters + one + other) - loss(parameters + one - other)
            corners -= loss(parameters - one + other) - loss(parameters - one - other)
            curvature[row, column] = corners / (4 * step[row] * step[column])
    variances = np.diag(np.linalg.pinv(curvature))
    return tuple(float(error) for error in np.sqrt(np.where(variances > 0, variances, np.nan)))


def _correlation(x: Floats, y: Floats, weights: Floats) -> float:
    covariance = np.cov(x, y, aweights=weights)
    spread = float(np.sqrt(covariance[0, 0] * covariance[1, 1]))
    return float(covariance[0, 1]) / spread if spread > 0 else float("nan")
