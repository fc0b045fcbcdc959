"""Flash-sale night (限时折扣夜): what was sold by the hour, what it added, and what it earned."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from retro.campaigns.base import CampaignParams, Goal


class FlashSaleNight(CampaignParams):
    """Keys of a flash-sale night."""

    required_tables: ClassVar[tuple[str, ...]] = ("orders",)
    optional_tables: ClassVar[tuple[str, ...]] = (
        "users",
        "campaign_costs",
        "order_items",
        "products",
        "refunds",
        "coupons",
        "points_ledger",
    )
    goals: ClassVar[tuple[Goal, ...]] = (
        Goal("gmv", "money"),
        Goal("orders", "orders"),
        Goal("peak_hour_orders", "orders"),
        Goal("incremental_gmv", "money"),
        Goal("incremental_lift_rate", "change"),
        Goal("campaign_cost", "money", better="lower"),
        Goal("contribution", "money"),
        Goal("output_input_ratio", "ratio"),
        Goal("incremental_roi", "change"),
    )
    headlines: ClassVar[tuple[str, ...]] = ("hourly_sales", "impact", "roi")

    kind: Literal["flash_sale_night"] = Field(description="Campaign type: picks the notebook and the keys below.")
