"""Params of a report on ads alone (广告投放): what they cost, showed and brought by channel, plan and ad."""

from typing import ClassVar, Literal

from pydantic import Field

from retro.campaigns.base import CampaignParams
from retro.words import Names


class Ads(CampaignParams):
    """Keys of a report on ads; nothing in it estimates what they brought beyond what would have come anyway."""

    required_tables: ClassVar[Names] = ("ads",)  # no sentence is true without it
    main_tables: ClassVar[tuple[Names, ...]] = (("ads",),)
    optional_tables: ClassVar[Names] = ("orders",)
    judged_by: ClassVar[Names] = (
        "ad_cost",
        "ad_cost_rate",
        "ad_impressions",
        "ad_click_rate",
        "ad_clicks",
        "ad_cpm",
        "ad_cpc",
        "ad_conversions",
        "ad_cpa",
    )
    headlines: ClassVar[Names] = ("ads",)
    ignored: ClassVar[Names] = (
        "compare",
        "offer",
        "experiments",
        "budget",
        "budget_lines",
        "cost_per_point",
        "baseline_weeks",
        "roi",
        "voice",
    )

    kind: Literal["ads"] = Field(description="Campaign type: picks the notebook and the keys below.")
    own_only: bool = Field(
        default=False, description="Only ads of `campaign_id`, and of no campaign; else those of all campaigns."
    )

    @property
    def ads_of(self) -> str | None:
        """The campaign whose ads count; None for those of all."""
        return self.campaign_id if self.own_only else None
