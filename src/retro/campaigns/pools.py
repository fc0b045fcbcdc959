"""Product pools: how a campaign's items are planned, and the limits of their margins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from retro.validation import FrozenModel

Share = Annotated[float, Field(ge=0, le=1)]


class MarginLimit(FrozenModel):
    """Limits of the gross margin of a pool's items.

    Attributes:
        at_most: Upper limit, from 0 to 1.
        at_least: Lower limit, from 0 to 1.
    """

    at_most: Share | None = None
    at_least: Share | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> MarginLimit:
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("must have either at_most or at_least")
        return self

    def held(self, rate: float) -> bool:
        """Whether a margin lies within the limits.

        Examples:
            >>> MarginLimit(at_most=0.08).held(0.05), MarginLimit(at_least=0.35).held(0.05)
            (True, False)
        """
        return rate <= self.at_most if self.at_most is not None else rate >= (self.at_least or 0.0)


def _plan() -> Mapping[str, float]:
    return {"traffic": 4, "profit": 3, "image": 2, "clearance": 1}


def _limits() -> Mapping[str, MarginLimit]:
    return {"traffic": MarginLimit(at_most=0.08), "profit": MarginLimit(at_least=0.35)}


PoolPlan = Annotated[
    Mapping[str, Annotated[float, Field(ge=0)]],
    Field(default_factory=_plan, description="Planned parts of the product pools, in any scale."),
]

MarginLimits = Annotated[
    Mapping[str, MarginLimit],
    Field(
        default_factory=_limits,
        description="Limit of the gross margin by pool: {at_most: 0.08} or {at_least: 0.35}.",
    ),
]
