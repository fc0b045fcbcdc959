"""Params of a month (月度复盘): plan, KPIs and calendar."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from retro.campaigns.fields import TRADE_FIGURES, Days, FigureName, Money, Share
from retro.campaigns.trading import Trading
from retro.periods import Window
from retro.validation import FrozenModel
from retro.words import Bilingual, Names


class Kpi(FrozenModel):
    """The owner of a figure, and how often it is reviewed.

    Attributes:
        owner: The team or role; never a person's name, since pages are passed on.
        every: How often it is reviewed.
    """

    owner: Bilingual
    every: Literal["day", "week", "month", "quarter"] = "month"


class Plan(FrozenModel):
    """The year's GMV target and its split.

    Attributes:
        year: GMV of the year.
        quarters: Its split over the four quarters.
        months: The split of each quarter over its three months.
    """

    year: Decimal = Field(gt=0)
    quarters: tuple[Share, Share, Share, Share]
    months: tuple[Share, Share, Share]

    @field_validator("quarters", "months")
    @classmethod
    def _adds_up(cls, value: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
        if sum(value) != 1:
            raise ValueError(f"must add up to 1, got {sum(value):f}")
        return value


class Occasion(FrozenModel):
    """Something in the calendar that explains unusual days.

    Attributes:
        title: What it is called.
        start: Its first day.
        end: Its last day.
    """

    title: Bilingual
    start: dt.date
    end: dt.date

    @model_validator(mode="after")
    def _in_order(self) -> Occasion:
        if self.end < self.start:
            raise ValueError(f"end must not be before start ({self.start}), got {self.end}")
        return self


class Month(Trading):
    """Keys of a month."""

    main_tables: ClassVar[tuple[Names, ...]] = (("orders",), ("events",), ("users",))
    optional_tables: ClassVar[Names] = (
        "order_items",
        "products",
        "refunds",
        "support_tickets",
        "incidents",
        "campaign_costs",
    )
    judged_by: ClassVar[Names] = (
        "gmv",
        "orders",
        "new_users",
        "visits",
        "conversion_rate",
        "payment_rate",
        "order_value",
        "new_customer_gmv_rate",
        *TRADE_FIGURES,
    )
    ignored: ClassVar[Names] = ("budget_lines", "cost_per_point", "experiments", "voice")
    headlines: ClassVar[Names] = ("month_figures", "causes", "pacing")
    headline_charts: ClassVar[Names] = ("pacing",)
    body_pages: ClassVar[int] = 8

    kind: Literal["month"] = Field(description="Campaign type: picks the notebook and the keys below.")
    kpis: Mapping[FigureName, Kpi] = Field(
        default_factory=dict, description="Owner and frequency by figure: {gmv: {owner: Growth, every: week}}."
    )
    plan: Plan | None = Field(
        None, description="The year's GMV and its splits, each of which adds up to 1: `docs/metrics.md#pacing`."
    )
    calendar: tuple[Occasion, ...] = Field(
        (), description="Campaigns and holidays that explain unusual days: {title, start, end}, both days included."
    )

    high_value: Money | None = Field(
        None,
        gt=0,
        description="Bought in a year, from which on a customer is of high value; else what the top fifth reach.",
    )
    lifetime_days: Days = Field(365, description="Days ahead for which a new customer's purchases are estimated.")

    @field_validator("kpis")
    @classmethod
    def _known(cls, value: Mapping[str, Kpi]) -> Mapping[str, Kpi]:
        if unknown := [name for name in value if name not in cls.judged_by]:
            raise ValueError(f"has no figure {unknown[0]!r}; figures are {', '.join(cls.judged_by)}")
        return value

    @model_validator(mode="after")
    def _a_calendar_month(self) -> Month:
        start, end = self.window.start, self.window.end
        if start != start.replace(day=1, hour=0, minute=0) or end != (start + dt.timedelta(days=31)).replace(day=1):
            raise ValueError(f"start and end must be those of a calendar month, got {start} and {end}")
        return self

    @property
    def since(self) -> dt.datetime:
        """The first baseline day: a quarter of a year before the end."""
        return self.window.end - dt.timedelta(weeks=13)

    @property
    def pacing(self) -> Mapping[str, Decimal | tuple[Decimal, ...]]:
        """The plan as `metrics.pacing` takes it; empty without one."""
        return {} if self.plan is None else dict(self.plan)

    @property
    def unusual(self) -> tuple[Window, ...]:
        """The windows left out of the baseline: the calendar's, and those of other campaigns."""
        midnight = functools.partial(dt.datetime.combine, time=dt.time())
        day = dt.timedelta(days=1)
        dated = (Window(midnight(one.start), midnight(one.end + day)) for one in self.calendar)
        return (*dated, *self.roi.others)
