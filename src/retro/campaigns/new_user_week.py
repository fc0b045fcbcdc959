"""Params of a new-user week (新人福利周): registrations, funnel, retention, repurchase and cost."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from retro.campaigns.base import CampaignParams
from retro.campaigns.fields import SALE_TABLES, Days, Unit
from retro.words import Names


class NewUserWeek(CampaignParams):
    """Keys of a new-user week."""

    required_tables: ClassVar[Names] = ("users",)  # its subject are those who registered, whom no other table names
    main_tables: ClassVar[tuple[Names, ...]] = (("users",), ("orders",))
    optional_tables: ClassVar[Names] = (
        "events",
        "campaign_costs",
        "exposures",
        "outcomes",
        *SALE_TABLES,
        "points_ledger",
        "surveys",
        "reviews",
        "support_tickets",
    )
    judged_by: ClassVar[Names] = (
        "new_users",
        "new_user_lift_rate",
        "funnel_total_rate",
        "day_#_retention_rate",
        "repurchase_rate",
        "reach_rate",
        "first_order_rate",
        "task_completion_rate",
        "value_per_new_user",
        "first_day_value",
        "campaign_cost",
        "cac_acquisition_only",
        "cac_all_cost",
        "negative_feedback_rate",
        "negative_review_rate",
        "support_in_time_rate",
    )

    headlines: ClassVar[Names] = ("registrations", "retention", "roi", "repurchase", "experiments")
    ignored: ClassVar[Names] = ("compare", "offer")

    kind: Literal["new_user_week"] = Field(description="Campaign type: picks the notebook and the keys below.")
    funnel_steps: tuple[str, ...] = Field(
        ("register", "log_in", "task_complete", "order"),
        min_length=2,
        description="Event names from first step to last.",
    )
    funnel_return: str | None = Field(
        "log_in", description="Event after the last step by which a user counts as retained; null leaves that step out."
    )
    funnel_days: Days = Field(7, description="Time from the first step within which the last must follow.")
    retention_days: tuple[Days, ...] = Field(
        (1, 3, 7, 14, 30), min_length=1, description="Days after registration on which activity counts as retained."
    )
    repurchase_days: Days = Field(28, description="Days after the first order within which a second order counts.")
    value_days: Days = Field(30, description="Days after registration within which a new user's contribution counts.")
    touch_events: Names = Field(
        ("task_start",), description="Events that only a user who saw the campaign leaves behind."
    )
    task_started: str = Field("task_start", description="Event that starts a task; its `detail` is the task's name.")
    task_completed: str = Field("task_complete", description="Event that finishes a task.")
    funnel_by: Names = Field(("channel", "device"), description="Columns by which the funnel is taken apart.")
    cohort_months: Annotated[int, Unit("months")] = Field(
        6, ge=2, le=24, description="Monthly cohorts shown, up to the campaign's own."
    )
    acquisition_categories: Names = Field(
        ("media", "sms"), description="Cost categories that count as acquisition cost."
    )

    @property
    def touch_experiments(self) -> tuple[str, ...]:
        """Experiments whose exposures count as a touch of the campaign."""
        return tuple(experiment.id for experiment in self.experiments if experiment.unit == "user")

    @property
    def funnel_path(self) -> Mapping[str, str]:
        """The steps by name; the last is the return of those who took all others."""
        steps = {step: step for step in self.funnel_steps}
        return steps if self.funnel_return is None else {**steps, "retained": self.funnel_return}

    @property
    def funnel_window(self) -> dt.timedelta:
        """The time allowed from the first step."""
        return dt.timedelta(days=self.funnel_days)
