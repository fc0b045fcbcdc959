"""Params of a reactivation (老客复活, 沉睡唤醒): who is eligible, who was held out, and what came of it."""

from typing import ClassVar, Literal

from pydantic import Field

from retro.campaigns.base import CampaignParams
from retro.campaigns.fields import RETURN_FIGURES, SALE_TABLES, Days
from retro.words import Names


class Reactivation(CampaignParams):
    """Keys of a reactivation; `roi.hold_out` names who was kept out of it at random."""

    required_tables: ClassVar[Names] = (
        "users",
        "orders",
    )  # who is old, and who came back, is read from what they bought
    main_tables: ClassVar[tuple[Names, ...]] = (("orders", "users"),)
    optional_tables: ClassVar[Names] = ("events", "contacts", "campaign_costs", *SALE_TABLES, "points_ledger")
    told_by: ClassVar[str] = "contacts"
    judged_by: ClassVar[Names] = (
        "win_back_came_rate",
        "win_back_rate",
        "win_back_buyers",
        "win_back_extra",
        "cost_per_win_back",
        "win_back_reached",
        "win_back_active_#_days_rate",
        "win_back_arpu",
        "incremental_gmv",
        *RETURN_FIGURES,
    )
    headlines: ClassVar[Names] = ("win_back", "impact")
    headline_charts: ClassVar[Names] = ("win_back",)

    kind: Literal["reactivation"] = Field(description="Campaign type: picks the notebook and the keys below.")
    no_order_days: Days = Field(180, description="Days without an order that make an old customer eligible.")
    no_visit_days: Days = Field(
        30, description="Days without a visit that do, the day before among them; not used where visits are not logged."
    )
    order_days: Days = Field(30, description="Days from the start in which a return counts.")
    active_days: tuple[Days, ...] = Field(
        (30, 60), min_length=1, description="Days after these, each the begin of a week in which people are looked for."
    )

    @property
    def arms(self) -> tuple[str, str, str] | None:
        """Experiment, invited arm and arm held out at random; None where nobody was."""
        held = self.hold_out
        return None if held is None else (held.experiment, held.invited, held.held_out)
