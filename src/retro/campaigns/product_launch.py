"""Params of a product launch (新品, 共创, 货品生命周期): what new products sell, and old ones beside them."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from retro.campaigns.base import CampaignParams
from retro.campaigns.fields import RETURN_FIGURES, SALE_TABLES, Days
from retro.words import Names


class ProductLaunch(CampaignParams):
    """Keys of a product launch; a platform's product report is enough for a report."""

    main_tables: ClassVar[tuple[Names, ...]] = (("orders",), ("product_sales",))
    optional_tables: ClassVar[Names] = (
        "users",
        *SALE_TABLES,
        "stock",
        "votes",
        "samples",
        "reorders",
        "campaign_costs",
        "points_ledger",
    )
    judged_by: ClassVar[Names] = (
        "launch_items",
        "launch_units",
        "launch_gmv",
        "launch_units_each",
        "launch_lift_rate",
        "launch_sell_through_rate",
        "top_items_rate",
        "top_fifth_rate",
        "launch_stock_days",
        "sampling_days",
        "reorder_on_time_rate",
        "reorder_lot",
        "launch_voters",
        "voter_bought_rate",
        "neighbour_change_rate",
        "incremental_gmv",
        *RETURN_FIGURES,
    )
    headlines: ClassVar[Names] = ("product_launch", "first_sales", "impact")
    headline_charts: ClassVar[Names] = ("product_launch", "top_goods", "impact")

    kind: Literal["product_launch"] = Field(description="Campaign type: picks the notebook and the keys below.")
    launch_days: Days = Field(30, description="Days from the day of launch over which a new product is measured.")
    past_days: Days = Field(365, description="Days before the start whose launches are the past ones.")
    stage_days: tuple[Days, Days, Days] = Field(
        (30, 90, 180), description="The last day of the stages new, growth and mature, counted from the launch as 0."
    )
    top: Annotated[int, Field(ge=1)] = Field(20, description="How many products are the best.")
    neighbour_days: Days = Field(
        28, description="Days before the first launch, and from it on, over which older products are compared."
    )
    pace_days: Days = Field(28, description="Days whose sales say how long stock lasts.")
    settle_days: Days = Field(
        28, description="Days from the first known sale of the shop after which a product's first sale is late."
    )

    @field_validator("stage_days")
    @classmethod
    def _one_after_the_other(cls, value: tuple[int, int, int]) -> tuple[int, int, int]:
        if list(value) != sorted(set(value)):
            raise ValueError(f"must grow, got {', '.join(map(str, value))}")
        return value
