"""Params of a referral (老带新, 裂变): who invites whom, and what comes of it."""

from typing import ClassVar, Literal

from pydantic import Field

from retro.campaigns.base import CampaignParams
from retro.campaigns.fields import RETURN_FIGURES, SALE_TABLES, Days
from retro.words import Names


class Referral(CampaignParams):
    """Keys of a referral."""

    main_tables: ClassVar[tuple[Names, ...]] = (("users",), ("orders",))
    optional_tables: ClassVar[Names] = ("invitations", "campaign_costs", *SALE_TABLES, "points_ledger")
    judged_by: ClassVar[Names] = (
        "referral_share_rate",
        "referral_new_users",
        "referral_buyers",
        "referral_inviter_rate",
        "referral_registered_rate",
        "referral_bought_rate",
        "referral_k",
        "referral_cycle_days",
        "referral_cost_per_buyer",
        "referral_order_rate",
        "new_users",
        "incremental_gmv",
        *RETURN_FIGURES,
    )
    headlines: ClassVar[Names] = ("referral", "impact")
    headline_charts: ClassVar[Names] = ("referral", "referral_value", "impact")

    kind: Literal["referral"] = Field(description="Campaign type: picks the notebook and the keys below.")
    order_days: Days = Field(30, description="Days from registration in which orders of new users are compared.")
