"""Points contest (会员积分赛): who took part, where the points went, what it moved, and what it earned."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Literal

from pydantic import Field

from retro.campaigns.base import CampaignParams, Goal


class PointsContest(CampaignParams):
    """Keys of a points contest."""

    required_tables: ClassVar[tuple[str, ...]] = ("users", "orders", "events")
    optional_tables: ClassVar[tuple[str, ...]] = (
        "exposures",
        "points_ledger",
        "leaderboard",
        "member_tiers",
        "campaign_costs",
        "order_items",
        "products",
        "refunds",
        "coupons",
    )
    goals: ClassVar[tuple[Goal, ...]] = (
        Goal("participation_rate", "rate"),
        Goal("active_participation_rate", "rate"),
        Goal("points_redemption_rate", "rate"),
        Goal("leaderboard_error_rate", "rate", better="lower"),
        Goal("points_liability", "money", better="lower"),
        Goal("tier_penetration_rate", "rate"),
        Goal("incremental_gmv", "money"),
        Goal("incremental_lift_rate", "change"),
        Goal("campaign_cost", "money", better="lower"),
        Goal("contribution", "money"),
        Goal("output_input_ratio", "ratio"),
        Goal("incremental_roi", "change"),
    )
    headlines: ClassVar[tuple[str, ...]] = ("participation", "impact", "roi")

    kind: Literal["points_contest"] = Field(description="Campaign type: picks the notebook and the keys below.")
    invitation: str | None = Field(
        None,
        description="The `experiment_id` in `exposures` that says who was invited; without it, every member of before "
        "the start counts as eligible.",
    )
    invited_arm: str = Field("invited", description="The arm of it that was invited.")
    join_event: str = Field("join", description="The event by which a member takes part.")
    seen_days: int = Field(
        30,
        ge=1,
        le=366,
        description="Days before the start within which any event tells a member seen lately from a silent one.",
        json_schema_extra={"unit": "days"},
    )
    cost_per_point: Decimal | None = Field(
        None,
        ge=0,
        description="What a redeemed point costs, to value those that are still out; the P&L takes "
        "`roi.economics.point_cost`, so that prizes booked as cost are not counted twice.",
        json_schema_extra={"unit": "the source's currency"},
    )
    tiers: tuple[str, ...] = Field(
        ("member", "silver", "gold", "diamond"), min_length=2, description="Tiers from the lowest to the highest."
    )
    penetration_tier: str = Field("silver", description="The lowest tier that counts for tier penetration.")
