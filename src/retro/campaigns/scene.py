"""Params of a scene campaign (场景): goods sold for an occasion, their sets, and visits that begin in one."""

from typing import ClassVar, Literal

from pydantic import Field

from retro.campaigns.base import CampaignParams
from retro.campaigns.fields import RETURN_FIGURES, SALE_TABLES
from retro.words import Names


class Scene(CampaignParams):
    """Keys of a scene campaign; the period before is as long as the campaign."""

    main_tables: ClassVar[tuple[Names, ...]] = (("orders",), ("events",))
    optional_tables: ClassVar[Names] = (
        "users",
        "events",
        "product_scenes",
        "campaign_costs",
        *SALE_TABLES,
        "points_ledger",
    )
    judged_by: ClassVar[Names] = (
        "scene_share_rate",
        "landing_converted_rate",
        "landing_bounced_rate",
        "landing_converted_change",
        "landing_bounced_change",
        "landing_views_change",
        "*_scene_gmv",
        "*_bought_rate",
        "*_set_rate",
        "incremental_gmv",
        *RETURN_FIGURES,
    )
    headlines: ClassVar[Names] = ("scenes", "impact")
    headline_charts: ClassVar[Names] = ("scenes", "scene_landing", "impact")

    kind: Literal["scene"] = Field(description="Campaign type: picks the notebook and the keys below.")
