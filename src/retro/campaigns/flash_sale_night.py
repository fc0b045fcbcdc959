"""Params of a flash-sale night (限时折扣夜): rush, goods, payments, reviews and ROI."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from retro.campaigns.fields import RETURN_FIGURES, SALE_TABLES, TRADE_FIGURES, Minutes, Unit
from retro.campaigns.sale import Sale, Share
from retro.words import Names


class FlashSaleNight(Sale):
    """Keys of a flash-sale night."""

    main_tables: ClassVar[tuple[Names, ...]] = (("orders",), ("events",), ("page_views",))
    optional_tables: ClassVar[Names] = (
        "users",
        "campaign_costs",
        *SALE_TABLES,
        "points_ledger",
        "member_tiers",
        "stock",
        "support_tickets",
        "incidents",
        "competitor_offers",
        "surveys",
        "reviews",
    )
    judged_by: ClassVar[Names] = (
        "gmv",
        "net_gmv",
        "orders",
        "peak_hour_orders",
        "peak_minute_views",
        "funnel_total_rate",
        "units_per_order",
        "active_item_rate",
        "sell_through_rate",
        "lost_gmv",
        *TRADE_FIGURES,
        "traffic_margin_rate",
        "profit_margin_rate",
        "payment_success_rate",
        "own_offer_rate",
        "review_score",
        "negative_review_rate",
        "new_buyer_rate",
        "visitor_value",
        "joining_rate",
        "quarter_share",
        "return_buyer_rate",
        "incremental_gmv",
        "incremental_lift_rate",
        *RETURN_FIGURES,
    )
    headlines: ClassVar[Names] = ("gmv_race", "impact", "pools")

    kind: Literal["flash_sale_night"] = Field(description="Campaign type: picks the notebook and the keys below.")
    preheat_minutes: Minutes = Field(60, ge=0, le=1440, description="Minutes before the start that are shown.")
    opening_minutes: Minutes = Field(60, ge=1, le=1440, description="Length of the opening burst.")
    midnight_minutes: Minutes = Field(60, ge=0, le=720, description="Minutes after 00:00 that count as midnight.")
    closing_minutes: Minutes = Field(60, ge=1, le=1440, description="Length of the last stretch.")
    payment_minutes: Minutes = Field(1, ge=1, le=60, description="Minutes that make one step of the payments.")
    device_users: Annotated[int, Unit("users")] = Field(
        2, ge=2, description="So many users who order on one device share it."
    )
    bulk_units: Annotated[int, Unit("pieces")] = Field(
        3, ge=2, description="So many pieces on an order's only line are bulk."
    )
    offer_question: str = Field(
        "preferred_offer", description="Question of the survey that asks whose offer is preferred."
    )
    own_offer: str = Field("early_bird", description="The answer to it that stands for our own offer.")
    negative_stars: Annotated[int, Unit("stars")] = Field(
        2, ge=1, le=4, description="So many stars or fewer are a negative review."
    )
    negative_alarm: Share = Field(0.05, description="Share of negative reviews that raises the alarm.")
    least_people: Annotated[int, Unit("users")] = Field(5, ge=2, description="Groups of fewer people are masked.")
