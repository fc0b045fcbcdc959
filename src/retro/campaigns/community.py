"""Params of a community (社群, 私域): who joins the shop's groups, who speaks in them, and what members buy."""

from typing import ClassVar, Literal

from pydantic import Field

from retro.campaigns.base import CampaignParams
from retro.campaigns.fields import RETURN_FIGURES, SALE_TABLES, Days
from retro.words import Names


class Community(CampaignParams):
    """Keys of a community."""

    main_tables: ClassVar[tuple[Names, ...]] = (("orders", "users"), ("community_members",))
    optional_tables: ClassVar[Names] = (
        "community_members",
        "community_groups",
        "community_messages",
        "campaign_costs",
        *SALE_TABLES,
        "points_ledger",
    )
    judged_by: ClassVar[Names] = (
        "community_gmv",
        "community_again_rate",
        "community_members",
        "community_groups",
        "community_net_growth",
        "community_accepted_rate",
        "community_speaker_rate",
        "community_buyer_rate",
        "community_link_gmv",
        "community_gmv_rate",
        "community_points_per_gmv",
        "matched_effect",
        "incremental_gmv",
        *RETURN_FIGURES,
    )
    headlines: ClassVar[Names] = ("community", "matched_participants", "impact")
    headline_charts: ClassVar[Names] = ("matched_participants", "community", "impact")

    kind: Literal["community"] = Field(description="Campaign type: picks the notebook and the keys below.")
    group_sizes: tuple[int, ...] = Field(
        (200, 300), min_length=1, description="Members from which on the next class of group size begins."
    )
    matched_days: Days = Field(
        56, description="Days before the start whose purchases those who joined and the others are matched on."
    )
