"""Params of a year (年度复盘), which is made from the reports of its quarters, their campaigns and its months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from retro.campaigns.base import CampaignParams
from retro.campaigns.fields import Different, Money, ReportName
from retro.campaigns.month import Plan
from retro.periods import months_later
from retro.words import Names

_QUARTER, _YEAR = 3, 12

_RATES = ("change", "multiple", "ratio", "rate")
"""Units of figures that a part of a year has like the whole."""


class Year(CampaignParams):
    """Keys of a year."""

    from_reports: ClassVar[bool] = True
    main_tables: ClassVar[tuple[Names, ...]] = (("orders", "users"), ("events",))
    optional_tables: ClassVar[Names] = ("campaign_costs", "order_items", "products")
    judged_by: ClassVar[Names] = (
        "gmv",
        "gmv_change_year_ago",
        "buyers_change_year_ago",
        "buyer_value_change_year_ago",
        "quarters_pace_rate",
        "campaigns_net_contribution",
        "campaigns_cost",
        "campaigns_new_users",
        "targets_of_year_missed",
        "misses_without_action",
    )
    ignored: ClassVar[Names] = ("budget_lines", "cost_per_point", "experiments", "voice")
    headlines: ClassVar[Names] = ("campaigns_compared", "quarters_paced", "next_plan")
    headline_charts: ClassVar[Names] = ("campaigns_compared", "quarters_paced")
    body_pages: ClassVar[int] = 14
    whole: ClassVar[str] = "a year: its quarters' figures are of everybody"

    kind: Literal["year"] = Field(description="Campaign type: picks the notebook and the keys below.")
    quarters: Annotated[tuple[ReportName, ReportName, ReportName, ReportName], Different] = Field(
        description="Reports of the year's quarters in order, such as 2025Q1/quarter; their campaigns come with them."
    )
    months: Annotated[tuple[ReportName, ...], Different] = Field(
        (), description="Reports of the year's months, such as 2025Q1/2025-03, whose KPIs and causes it takes over."
    )
    campaigns: Annotated[tuple[ReportName, ...], Different] = Field(
        (), description="Reports of further campaigns, which no quarter lists, such as 2025Q2/live_programme."
    )
    plan: Plan | None = Field(
        None, description="The year's GMV and its splits, each of which adds up to 1: `docs/metrics.md#quarters_paced`."
    )
    high_value: Money = Field(
        Decimal(1000), gt=0, description="Bought in a year, from which on a member is of high value."
    )

    @model_validator(mode="after")
    def _twelve_months(self) -> Self:
        start, end = self.window.start, self.window.end
        if start != start.replace(day=1, hour=0, minute=0) or end != months_later(start, _YEAR):
            raise ValueError(f"start and end must be those of twelve calendar months, got {start} and {end}")
        return self

    @property
    def reports(self) -> tuple[str, ...]:
        """The reports whose figures this one is made from; the campaigns of its quarters come with these."""
        return (*self.quarters, *self.months, *self.campaigns)

    @property
    def reviews(self) -> tuple[str, ...]:
        """The reviews among them."""
        return (*self.quarters, *self.months)

    @property
    def shares(self) -> Mapping[str, Decimal | None]:
        """The GMV that the plan has for each quarter, by its report; None without a plan."""
        plan = self.plan
        return {
            name: None if plan is None else plan.year * plan.quarters[place] for place, name in enumerate(self.quarters)
        }

    def quarter_end(self, report: str) -> dt.datetime:
        """The first moment after a quarter."""
        return months_later(self.start.replace(tzinfo=None), _QUARTER * (1 + self.quarters.index(report)))

    def to_date(self, until: dt.datetime | None) -> Self:
        """The year so far: its whole months that were observed, without the goals that only a whole year can reach.

        Goals that are sums wait until the year is over, but for a goal of 0, which holds for any part. Nothing is cut
        where the year is over, or its first month is not.
        """
        start = self.start.replace(tzinfo=None)
        if until is None or until >= self.window.end or months_later(start, 1) > until:
            return self
        end = dt.datetime(until.year, until.month, 1, tzinfo=self.end.tzinfo)
        sums = {goal.name for goal in self.goals if goal.unit not in _RATES}
        targets = {name: target for name, target in self.targets.items() if name not in sums or not target}
        return self.model_copy(update={"end": end, "targets": targets})
