"""The plan of an evaluation, registered before the campaign: how its effect will be told, and from which figure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

from pydantic import Field, field_validator

from retro.campaigns.fields import KnownFigure
from retro.campaigns.roi import Span
from retro.files import canonical_json, text_hash
from retro.words import Bilingual

Estimator = Literal["hold_out", "time_series"]


class Plan(Span):
    """What was decided before anybody saw a result; `retro plan` proposes it.

    Attributes:
        registered_on: The day on which it was decided.
        estimator: What tells the effect: people held out at random, or the series of days before.
        anticipation_days: Days before the start that belong to the effect.
        settling_days: Days after the end that belong to it.
        primary: The figure that decides, by its name in the ledger.
        hypotheses: What is expected, one sentence each.
        hold_out_share: The share of people held out at random.
        detectable: The smallest effect on GMV that is found in 8 of 10 campaigns, in the source's currency.
    """

    registered_on: dt.date
    estimator: Estimator
    anticipation_days: int = Field(0, ge=0, le=60)
    settling_days: int = Field(14, ge=0, le=120)
    primary: KnownFigure = "net_contribution"
    hypotheses: tuple[Bilingual, ...] = ()
    hold_out_share: Decimal | None = Field(None, gt=0, lt=1)
    detectable: Decimal | None = Field(None, gt=0)

    @field_validator("hold_out_share")
    @classmethod
    def _as_written(cls, value: Decimal | None) -> Decimal | None:
        return None if value is None else value.normalize()

    @property
    def digest(self) -> str:
        """The plan in twelve digits; another plan has others."""
        return text_hash(canonical_json(self.model_dump(mode="json")))[:12]
