"""Params of a points contest (会员积分赛): participation, points, tiers, reactivation and ROI."""

from typing import ClassVar, Literal

from pydantic import Field

from retro.campaigns.base import CampaignParams
from retro.campaigns.fields import RETURN_FIGURES, SALE_TABLES, Days
from retro.campaigns.roi import HoldOut
from retro.validation import FrozenModel
from retro.words import Names


class AbuseLimits(FrozenModel):
    """Limits from which on collecting points counts as abuse.

    Attributes:
        acts: Events that earn points and that a script can repeat.
        acts_per_minute: Acts of a member within a minute.
        users_per_device: Members with an act on one device.
        sign_ins_per_hour: Members who sign in on one device within an hour.
    """

    acts: Names = ("share", "sign_in")
    acts_per_minute: int = Field(6, ge=2)
    users_per_device: int = Field(4, ge=2)
    sign_ins_per_hour: int = Field(4, ge=2)


class PointsContest(CampaignParams):
    """Keys of a points contest."""

    main_tables: ClassVar[tuple[Names, ...]] = (("events", "users"), ("points_ledger",), ("orders",))
    optional_tables: ClassVar[Names] = (
        "exposures",
        "leaderboard",
        "member_tiers",
        "offers",
        "campaign_costs",
        *SALE_TABLES,
    )
    judged_by: ClassVar[Names] = (
        "participation_rate",
        "active_participation_rate",
        "reactivated_members",
        "points_redemption_rate",
        "leaderboard_error_rate",
        "points_liability",
        "tier_penetration_rate",
        "abuser_rate",
        "redeemer_purchase_rate",
        "participant_repurchase_rate",
        "incremental_gmv",
        "incremental_lift_rate",
        *RETURN_FIGURES,
    )
    headlines: ClassVar[Names] = ("participation", "offers", "roi", "experiments", "impact")
    headline_charts: ClassVar[Names] = ("experiments", "participation")
    ignored: ClassVar[Names] = ("compare", "offer", "voice")

    kind: Literal["points_contest"] = Field(description="Campaign type: picks the notebook and the keys below.")
    invitation: str | None = Field(
        None,
        description="The `experiment_id` in `exposures` that says who was invited; without it, every member of before "
        "the start counts as eligible.",
    )
    invited_arm: str = Field("invited", description="The arm of it that was invited.")
    held_out_arm: str | None = Field(
        None, description="The arm of it that was kept out at random, if one was: it says who comes back anyway."
    )
    join_event: str = Field("join", description="The event by which a member takes part.")
    seen_days: Days = Field(
        30, description="Days before the start within which any event tells a member seen lately from a silent one."
    )
    tiers: tuple[str, ...] = Field(
        ("member", "silver", "gold", "diamond"), min_length=2, description="Tiers from the lowest to the highest."
    )
    penetration_tier: str = Field("silver", description="The lowest tier that counts for tier penetration.")
    abuse: AbuseLimits = Field(
        AbuseLimits(), description="Limits beyond which points count as collected by script: `docs/metrics.md#abuse`."
    )
    purchase_days: Days = Field(
        7, description="Days after the first redemption within which an order counts as following it."
    )
    repurchase_days: Days = Field(
        30, description="Days after the end within which participants' orders count as repurchase."
    )
    active_days: Days = Field(
        30, description="Days after the end on which the week begins that tells which reactivated members stayed."
    )

    @property
    def hold_out(self) -> HoldOut | None:
        """Those who were kept from the invitation at random."""
        if self.roi.hold_out is not None or self.invitation is None or self.held_out_arm is None:
            return self.roi.hold_out
        return HoldOut(experiment=self.invitation, invited=self.invited_arm, held_out=self.held_out_arm)
