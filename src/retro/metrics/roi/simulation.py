"""Simulation: all that is uncertain about a campaign's money, drawn jointly once."""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from retro.metrics.baseline import Impact
from retro.metrics.baseline.impact import ENDS
from retro.metrics.pnl import Statement

Floats = npt.NDArray[np.float64]

MARGIN_SD = 0.025
"""Standard deviation of a margin that the params state, in points of sales."""

RETURNS_SD = 0.25
"""That of returns still to come, relative to what is expected of them."""

BREAKAGE_WEIGHT = 20
"""How many points of known fate the breakage of points counts as: a beta prior around its rate."""

_SEED = 20250301


@dataclass(frozen=True, eq=False)
class Simulation:
    """Joint draws of a campaign's money: row `i` of each is one world.

    Attributes:
        gained: Added contribution before campaign cost: the effect, less returns still to come, with the margin drawn.
        cost: Booked cost that is not already in the price, and points still to be redeemed; None where nothing is
            booked.
        net: `gained` less `cost`; None likewise.
        mean_gained, mean_cost: The same without chance, which figures are told from.
    """

    gained: Floats
    cost: Floats | None
    mean_gained: float
    mean_cost: float | None

    @property
    def net(self) -> Floats | None:  # noqa: D102 - said above
        return None if self.cost is None else self.gained - self.cost

    @property
    def mean_net(self) -> float | None:
        """What is left on average; None where nothing is booked."""
        return None if self.mean_cost is None else self.mean_gained - self.mean_cost

    @property
    def chance(self) -> float:
        """Share of the draws in which the net contribution is above 0; NaN where nothing is booked."""
        return float("nan") if self.net is None else float((self.net > 0).mean())


def simulate(statement: Statement, contribution: Impact | None, gmv: Impact) -> Simulation | None:
    """Draw effect, returns still to come, margin and breakage of points together; None where no effect is known.

    The effect brings its own draws. What else is uncertain is independent of it and of each other, and its prior is
    stated: returns still to come are gamma with a relative standard deviation of 0.25, a margin that the params state
    is normal with one of 2.5 points of added sales, breakage is beta with the weight of 20 points of known fate. What
    is booked, and a margin that goods' costs tell, is known. The generator is seeded, so that the same data gives the
    same draws.
    """
    if contribution is None or not contribution.known:
        return None
    effect, rng = contribution.draws.sum(axis=1), np.random.default_rng(_SEED)
    coming = returns_to_come(statement)
    shape = RETURNS_SD**-2
    lost = coming * rng.gamma(shape, 1 / shape, effect.size)
    stated = any(caveat.name == "margin_from_params" for caveat in statement.caveats)
    sales = float(gmv.effects["effect"].iloc[-1]) if gmv.known else 0.0
    margin = (MARGIN_SD * sales if stated else 0.0) * rng.standard_normal(effect.size)
    mean = float(contribution.effects["effect"].iloc[-1])
    booked = booked_cost(statement)
    if booked is None:
        return Simulation(effect - lost + margin, None, mean - coming, None)
    points, breakage = float(-(statement.amount("points") or 0)), statement.breakage
    kept = points * _redeemed(breakage, rng, effect.size)
    cost = float(booked)
    return Simulation(effect - lost + margin, cost + kept, mean - coming, cost + points)


def ends(draws: Floats) -> tuple[float, float]:
    """The 95 % interval of draws."""
    low, high = np.percentile(draws, ENDS)
    return float(low), float(high)


def deducted_cost(statement: Statement) -> Decimal | None:
    """The campaign's cost that is not already in the price, points included; None where nothing is booked."""
    booked = booked_cost(statement)
    return None if booked is None else booked - (statement.amount("points") or Decimal(0))


def booked_cost(statement: Statement) -> Decimal | None:
    """What is booked and not already in the price; None where nothing is booked."""
    if statement.cost is None:
        return None
    in_the_price = sum(
        (caveat.amount or Decimal(0) for caveat in statement.caveats if caveat.name == "coupons_in_price"), Decimal(0)
    )
    return statement.cost - in_the_price


def returns_to_come(statement: Statement) -> float:
    """The contribution that returns still to come will take: what is paid back less the goods that come back."""
    coming, net = statement.amount("expected_returns"), statement.amount("net_revenue")
    goods = statement.amount("goods")
    if not coming or net is None or goods is None:
        return 0.0
    rate = -coming / (net - coming)
    return float(-coming + goods * rate / (1 - rate)) if rate < 1 else float(-coming)


def _redeemed(breakage: float, rng: np.random.Generator, size: int) -> Floats:
    """Points redeemed in each draw over those expected to be."""
    if not 0 < breakage < 1:
        return np.ones(size)
    draws: Floats = rng.beta(BREAKAGE_WEIGHT * (1 - breakage), BREAKAGE_WEIGHT * breakage, size) / (1 - breakage)
    return draws
