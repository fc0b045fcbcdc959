"""Params of a live programme (直播栏目): its shows, hosts and hours, beside the shop's everyday."""

from typing import ClassVar, Literal

from pydantic import Field

from retro.campaigns.base import CampaignParams
from retro.campaigns.fields import RETURN_FIGURES, SALE_TABLES
from retro.words import Names


class LiveProgramme(CampaignParams):
    """Keys of a live programme; a platform's export of its shows is enough for a report."""

    main_tables: ClassVar[tuple[Names, ...]] = (("orders",), ("live_sessions",))
    optional_tables: ClassVar[Names] = (
        "users",
        "events",
        "live_minutes",
        "live_items",
        "live_sources",
        "campaign_costs",
        *SALE_TABLES,
        "points_ledger",
    )
    judged_by: ClassVar[Names] = (
        "live_viewer_rate",
        "live_click_rate",
        "live_watch_minutes",
        "live_sessions",
        "live_viewers",
        "live_buyers",
        "live_gmv",
        "live_gpm",
        "live_interaction_ratio",
        "live_came_rate",
        "live_new_rate",
        "live_return_rate",
        "live_follow_rate",
        "live_followers",
        "live_paid_viewer_rate",
        "live_soon_rate",
        "incremental_gmv",
        *RETURN_FIGURES,
    )
    headlines: ClassVar[Names] = ("live_programme", "impact")
    headline_charts: ClassVar[Names] = ("live_programme", "live_hosts", "impact")

    kind: Literal["live_programme"] = Field(description="Campaign type: picks the notebook and the keys below.")
