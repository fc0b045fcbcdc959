"""Params of the ROI: days around the campaign, other campaigns, unit economics."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from pydantic import Field, field_validator, model_validator

from retro.campaigns.fields import Share
from retro.economics import UnitEconomics
from retro.periods import Window
from retro.validation import FrozenModel, repeated
from retro.words import Bilingual


class Span(FrozenModel):
    """A half-open span of local time.

    Attributes:
        start: First moment.
        end: First moment after it.
    """

    start: dt.datetime
    end: dt.datetime

    @field_validator("start", "end")
    @classmethod
    def _local(cls, value: dt.datetime) -> dt.datetime:
        if value.tzinfo is not None:
            raise ValueError("must be a local time without a zone, such as 2025-01-10T00:00")
        return value

    @model_validator(mode="after")
    def _end_after_start(self) -> Span:
        if self.end <= self.start:
            raise ValueError(f"end must be after start ({self.start.isoformat()}), got {self.end.isoformat()}")
        return self

    @property
    def window(self) -> Window:
        """When it was."""
        return Window(self.start, self.end)


class CostBand(FrozenModel):
    """A group of costs, and the share of GMV that the plan allows it.

    Attributes:
        categories: The cost categories that belong to it.
        low: Least share of GMV, 0 to 1.
        high: Largest share of GMV, 0 to 1.
    """

    categories: tuple[str, ...] = Field(min_length=1)
    low: Share = Decimal(0)
    high: Share

    @model_validator(mode="after")
    def _high_above_low(self) -> CostBand:
        if self.high < self.low:
            raise ValueError(f"high must not be below low ({self.low}), got {self.high}")
        return self


class HoldOut(FrozenModel):
    """People who were kept out of a campaign at random: the best evidence of what it added.

    Attributes:
        experiment: The `experiment_id` in `exposures`.
        invited: The arm that the campaign was for.
        held_out: The arm that was kept out of it.
    """

    experiment: str
    invited: str
    held_out: str


class Neighbour(Span):
    """Another campaign of the shop.

    Attributes:
        title: What it is called in sentences; else its id is.
        anticipation_days: Days before its start on which people may hold back orders.
        settling_days: Days after its end on which people may buy less or more.
        hold_out: People kept out of it at random, who tell its effect where its days are also this campaign's.
    """

    title: Bilingual | None = None
    anticipation_days: int = Field(0, ge=0, le=60)
    settling_days: int = Field(0, ge=0, le=120)
    hold_out: HoldOut | None = None


class RoiParams(FrozenModel):
    """Params of baseline, P&L and attribution.

    Attributes:
        history_weeks: Weeks before the start from which the baseline is learned; None for all.
        anticipation_days: Days before the start on which people may hold back orders.
        settling_days: Days after the end on which people may buy less. Set it before the campaign.
        campaigns: Other campaigns by id: they claim orders too, their days are left out of the baseline, and what they
            added on days that this campaign touched too is estimated together with it.
        unusual: Other spans left out of the baseline, such as the big nodes of the year.
        untouched: Values by column of orders, users or products that the campaign left alone, such as
            `{category: [food]}`: what they sold is the synthetic control of the time series.
        holidays: Days of a moving holiday, earlier ones too, from which its effect is learned.
        attribution: How overlapping campaigns share an order.
        cost_bands: Groups of costs by name with the share of GMV that the plan allows; each category in one at most.
        economics: Costs that the tables do not hold.
        hold_out: People kept out at random, whose difference then tells the effect in place of the time series.
    """

    history_weeks: int | None = Field(None, ge=4, le=260)
    anticipation_days: int = Field(0, ge=0, le=60)
    settling_days: int = Field(14, ge=0, le=120)
    campaigns: Mapping[str, Neighbour] = Field(default_factory=dict)
    unusual: tuple[Span, ...] = ()
    untouched: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    holidays: tuple[dt.date, ...] = ()
    attribution: Literal["last_touch", "first_touch", "split"] = "last_touch"
    cost_bands: Mapping[str, CostBand] = Field(default_factory=dict)
    economics: UnitEconomics = UnitEconomics()
    hold_out: HoldOut | None = None

    @field_validator("cost_bands")
    @classmethod
    def _categories_once(cls, value: Mapping[str, CostBand]) -> Mapping[str, CostBand]:
        if twice := repeated(category for band in value.values() for category in band.categories):
            raise ValueError(f"must hold each category once, got {twice[0]!r} twice")
        return value

    @property
    def cost_groups(self) -> Mapping[str, tuple[str, ...]]:
        """Cost categories by group of the plan."""
        return {name: band.categories for name, band in self.cost_bands.items()}

    @property
    def others(self) -> tuple[Window, ...]:
        """The windows left out of the baseline."""
        return tuple(span.window for span in (*self.campaigns.values(), *self.unusual))
