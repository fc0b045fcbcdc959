"""Params of a report on experiments (A/B 实验)."""

from typing import ClassVar, Literal

from pydantic import Field

from retro.campaigns.base import CampaignParams
from retro.designs import Experiment as Design


class Experiment(CampaignParams):
    """Keys of a report on experiments."""

    required_tables: ClassVar[tuple[str, ...]] = ("exposures",)
    optional_tables: ClassVar[tuple[str, ...]] = ("outcomes", "orders", "events", "users")
    headlines: ClassVar[tuple[str, ...]] = ("experiments",)

    kind: Literal["experiment"] = Field(description="Campaign type: picks the notebook and the keys below.")
    experiments: tuple[Design, ...] = Field(
        min_length=1, description="The experiments: `docs/metrics.md#experiments` lists their keys."
    )
