"""Params of a quarter (季度复盘), which is made from the reports of its campaigns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from retro.campaigns.fields import SALE_TABLES, TRADE_FIGURES, Days, Different, FigureName, Money, ReportName
from retro.campaigns.trading import Trading
from retro.figures import known
from retro.validation import FrozenModel
from retro.words import Bilingual, Names

_FIGURE = re.compile(r"[a-z0-9_]+")


class Taken(FrozenModel):
    """A figure that a campaign's own report recorded.

    Attributes:
        report: The report, such as 2025Q1/new_user_week.
        figure: The figure's name there.
    """

    report: ReportName
    figure: FigureName

    @field_validator("figure")
    @classmethod
    def _a_name(cls, value: str) -> str:
        if not (_FIGURE.fullmatch(value) or known(value)):
            raise ValueError(f"must be the name of a figure such as new_users, got {value!r}")
        return value


class PlannedRisk(FrozenModel):
    """A risk of the plan.

    Attributes:
        title: What it is.
        systems: The systems whose incidents it covers.
        measure: What was prepared.
    """

    title: Bilingual
    systems: Names
    measure: Bilingual


class Quarter(Trading):
    """Keys of a quarter."""

    from_reports: ClassVar[bool] = True
    main_tables: ClassVar[tuple[Names, ...]] = (("orders", "users"), ("events",))
    optional_tables: ClassVar[Names] = (
        "campaign_costs",
        *SALE_TABLES,
        "points_ledger",
        "surveys",
        "reviews",
        "support_tickets",
        "incidents",
        "exposures",
        "outcomes",
    )
    judged_by: ClassVar[Names] = (
        "gmv",
        "gmv_change_year_ago",
        "campaigns_new_users",
        "day_#_retention_rate",
        "night_gmv",
        "campaigns_cost",
        "campaigns_net_contribution",
        "dau_mean",
        "activity_rate",
        "active_buyer_rate",
        "new_customer_gmv_rate",
        *TRADE_FIGURES,
        "newcomer_path_second_order_rate",
        "members_per_operator",
        "nps",
        "csat",
    )
    ignored: ClassVar[Names] = ("budget_lines", "cost_per_point", "experiments", "voice")
    headlines: ClassVar[Names] = ("campaigns_compared", "quarter_sales", "customer_contribution")
    headline_charts: ClassVar[Names] = ("campaigns_compared",)
    body_pages: ClassVar[int] = 14
    whole: ClassVar[str] = "a quarter: its campaigns' figures are of everybody. Restrict a campaign's report"

    kind: Literal["quarter"] = Field(description="Campaign type: picks the notebook and the keys below.")
    campaigns: Annotated[tuple[ReportName, ...], Different] = Field(
        min_length=1, description="Reports of the quarter's campaigns, such as 2025Q1/new_user_week; made before it."
    )
    months: Annotated[tuple[ReportName, ...], Different] = Field(
        (), description="Reports of the quarter's months, such as 2025Q1/2025-03, whose located causes it takes over."
    )
    taken: Mapping[FigureName, Taken] = Field(
        default_factory=dict,
        description="Goals answered by a campaign's report: {name: {report: 2025Q1/new_user_week, figure: new_users}}.",
    )
    participation: Mapping[ReportName, str] = Field(
        default_factory=dict,
        description="How one takes part in a campaign: register, order (the default), or the name of an event.",
    )
    operators: int | None = Field(None, ge=1, description="People who operate the shop.")
    high_value: Money = Field(
        Decimal(1000), gt=0, description="Bought in a year, from which on a member is of high value."
    )
    path_days: Days = Field(28, description="Time for each half of a path.")
    lifetime_days: Days = Field(365, description="Days ahead for which a new customer's purchases are estimated.")
    risks: Mapping[str, PlannedRisk] = Field(
        default_factory=dict, description="Risks of the plan: {name: {title: ..., systems: [payment], measure: ...}}."
    )

    @model_validator(mode="after")
    def _taken_from_campaigns(self) -> Quarter:
        for name in self.participation:
            if name not in self.campaigns:
                raise ValueError(f"participation: report must be one of campaigns, got {name!r}")
        for name, taken in self.taken.items():
            if taken.report not in self.campaigns:
                raise ValueError(f"taken.{name}: report must be one of campaigns, got {taken.report!r}")
        return self

    @property
    def reports(self) -> tuple[str, ...]:
        """The reports whose figures this one is made from."""
        return (*self.campaigns, *self.months)

    @property
    def reviews(self) -> tuple[str, ...]:
        """The reviews among them."""
        return self.months
