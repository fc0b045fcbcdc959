"""Params of a report on experiments (A/B 实验)."""

from typing import ClassVar, Literal

from pydantic import Field

from retro.campaigns.base import CampaignParams
from retro.designs import Experiment as Design
from retro.words import Names


class Experiment(CampaignParams):
    """Keys of a report on experiments."""

    required_tables: ClassVar[Names] = ("exposures",)  # nothing else says who was in which arm
    main_tables: ClassVar[tuple[Names, ...]] = (("exposures",),)
    optional_tables: ClassVar[Names] = ("outcomes", "orders", "events", "users")
    headlines: ClassVar[Names] = ("experiments",)
    ignored: ClassVar[Names] = (
        "compare",
        "offer",
        "budget",
        "budget_lines",
        "cost_per_point",
        "baseline_weeks",
        "roi",
        "stated",
        "voice",
    )

    kind: Literal["experiment"] = Field(description="Campaign type: picks the notebook and the keys below.")
    experiments: tuple[Design, ...] = Field(
        min_length=1, description="The experiments: `docs/metrics.md#experiments` lists their keys."
    )
