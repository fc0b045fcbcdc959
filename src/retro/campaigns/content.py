"""Params of content (内容种草, 创作者): what creators' pieces reached and brought, and searches for the brand."""

from typing import ClassVar, Literal

from pydantic import Field

from retro.campaigns.base import CampaignParams
from retro.campaigns.fields import RETURN_FIGURES, SALE_TABLES, Days
from retro.words import Names


class Content(CampaignParams):
    """Keys of content; a platform's export of its pieces is enough for a report."""

    main_tables: ClassVar[tuple[Names, ...]] = (("orders",), ("content_pieces",))
    optional_tables: ClassVar[Names] = (
        "users",
        "content_pieces",
        "content_daily",
        "creators",
        "brand_searches",
        "campaign_costs",
        *SALE_TABLES,
        "points_ledger",
    )
    judged_by: ClassVar[Names] = (
        "content_gmv_rate",
        "contents",
        "content_impressions",
        "content_click_rate",
        "content_engaged_rate",
        "content_engaged_median",
        "content_interactions",
        "content_cost_per_engagement",
        "content_hit_rate",
        "content_top_rate",
        "content_buyer_rate",
        "content_gmv",
        "content_buyers",
        "content_new_buyers",
        "content_new_rate",
        "content_kept_rate",
        "brand_searches_extra_rate",
        "incremental_gmv",
        *RETURN_FIGURES,
    )
    headlines: ClassVar[Names] = ("content", "content_kinds", "content_top", "content_searches", "impact")
    headline_charts: ClassVar[Names] = ("content", "content_kinds", "impact")

    kind: Literal["content"] = Field(description="Campaign type: picks the notebook and the keys below.")
    search_lag_days: tuple[Days, Days] = Field(
        (3, 5),
        description="The first and the last day after content is seen on which it shows in searches for the brand.",
    )
