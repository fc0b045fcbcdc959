"""How the trade of a sale or a period is looked into: shipping and refunds."""

from typing import Annotated

from pydantic import Field

from retro.campaigns.base import CampaignParams
from retro.campaigns.fields import Days, Unit


class Trading(CampaignParams):
    """Keys of kinds that look into what was ordered."""

    shipped_within_hours: Annotated[int, Unit("hours")] = Field(
        48, ge=1, le=2160, description="Hours from payment within which orders were promised to leave."
    )
    refunded_within_days: Days = Field(7, description="Days from the order within which a refund counts as soon.")
