"""Sales of goods: what a flash-sale night and a promotion node are asked alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, model_validator

from retro.campaigns.fields import Days, Unit
from retro.campaigns.trading import Trading
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


class Sale(Trading):
    """Keys of a campaign that sells goods from pools of planned margins."""

    funnel_steps: tuple[str, ...] = Field(
        ("view", "add_to_cart", "order", "pay"), min_length=2, description="Event names from first step to last."
    )
    funnel_hours: Annotated[int, Unit("hours")] = Field(
        24, ge=1, le=8784, description="Time from the first step within which the last must follow."
    )
    pool_plan: Mapping[str, Annotated[float, Field(ge=0)]] = Field(
        default_factory=_plan, description="Planned parts of the product pools, in any scale."
    )
    margin_limits: Mapping[str, MarginLimit] = Field(
        default_factory=_limits, description="Limit of the gross margin by pool: {at_most: 0.08} or {at_least: 0.35}."
    )
    return_days: Days = Field(
        30, description="Days after the first order of the sale within which buyers who buy again have come back."
    )

    @property
    def funnel_window(self) -> dt.timedelta:
        """The time allowed from the first step."""
        return dt.timedelta(hours=self.funnel_hours)
