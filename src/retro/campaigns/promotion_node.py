"""Params of a promotion node (大促节点: 38, 618, 开学季, 99, 双11, 双12, 冷冬节): phases, goods and ROI."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from retro.campaigns.fields import RETURN_FIGURES, SALE_TABLES, TRADE_FIGURES, Unit
from retro.campaigns.sale import Sale
from retro.words import Names


class PromotionNode(Sale):
    """Keys of a promotion node; its window is the burst. What a chain's shops took is enough for a report."""

    main_tables: ClassVar[tuple[Names, ...]] = (("orders",), ("events",), ("shop_sales",))
    optional_tables: ClassVar[Names] = (
        "users",
        "campaign_costs",
        *SALE_TABLES,
        "points_ledger",
        "member_tiers",
        "stock",
        "support_tickets",
    )
    judged_by: ClassVar[Names] = (
        "gmv",
        "net_gmv",
        "orders",
        "burst_phase_gmv_gain",
        "balance_paid_rate",
        "saved_bought_rate",
        "units_per_order",
        "active_item_rate",
        "sell_through_rate",
        "lost_gmv",
        *TRADE_FIGURES,
        "traffic_margin_rate",
        "profit_margin_rate",
        "new_buyer_rate",
        "visitor_value",
        "joining_rate",
        "quarter_share",
        "return_buyer_rate",
        "incremental_gmv",
        "incremental_lift_rate",
        *RETURN_FIGURES,
    )
    headlines: ClassVar[Names] = ("node_phases", "impact", "pools")

    kind: Literal["promotion_node"] = Field(description="Campaign type: picks the notebook and the keys below.")
    preheat_days: Annotated[int, Unit("days")] = Field(45, ge=1, le=120, description="Days of the pre-heat.")
    after_days: Annotated[int, Unit("days")] = Field(7, ge=1, le=120, description="Days of the return after the burst.")
    saving_events: tuple[str, ...] = Field(
        ("add_to_cart", "favourite"), min_length=1, description="Events by which people save goods for the burst."
    )
