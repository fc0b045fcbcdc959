"""Params of brand research (品牌调研): a wave of a survey beside the one before it, and rivals."""

from typing import ClassVar, Literal

from pydantic import Field

from retro.campaigns.base import CampaignParams
from retro.campaigns.fields import RETURN_FIGURES, SALE_TABLES
from retro.words import Names


class BrandWave(CampaignParams):
    """Keys of brand research; the survey alone is enough for a report."""

    main_tables: ClassVar[tuple[Names, ...]] = (("orders",), ("brand_waves",))
    optional_tables: ClassVar[Names] = ("users", "brand_waves", "campaign_costs", *SALE_TABLES, "points_ledger")
    judged_by: ClassVar[Names] = (
        "brand_aided_rate",
        "brand_unaided_rate",
        "brand_consider_rate",
        "brand_csat",
        "brand_nps",
        "brand_mention_gap",
        "brand_aided_change",
        "brand_unaided_change",
        "brand_consider_change",
        "brand_csat_change",
        "brand_nps_change",
        "incremental_gmv",
        *RETURN_FIGURES,
    )
    headlines: ClassVar[Names] = ("brand_wave", "brand_rivals", "impact")
    headline_charts: ClassVar[Names] = ("brand_wave", "brand_rivals", "impact")

    kind: Literal["brand_wave"] = Field(description="Campaign type: picks the notebook and the keys below.")
    brand: str = Field("", description="The own brand, as `brand_waves` calls it; the others are rivals.")
