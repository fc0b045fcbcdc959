"""How the trade of a sale or a period is looked into: prices, goods, bundles, shipping, refunds, enquiries."""

from decimal import Decimal
from itertools import pairwise
from typing import Annotated

from pydantic import Field, field_validator

from retro.campaigns.base import CampaignParams
from retro.campaigns.fields import Days, Money, Unit


class Trading(CampaignParams):
    """Keys of kinds that look into what was ordered."""

    shipped_within_hours: Annotated[int, Unit("hours")] = Field(
        48, ge=1, le=2160, description="Hours from payment within which orders were promised to leave."
    )
    refunded_within_days: Days = Field(7, description="Days from the order within which a refund counts as soon.")
    price_protected_days: Days = Field(
        15, description="Days from the order for which the difference to a lower price is paid back."
    )
    price_bands: tuple[Money, ...] = Field(
        (),
        description="Prices at which a price band ends, ascending; else round ones that part the pieces into fifths.",
    )
    top_goods: Annotated[int, Unit("products")] = Field(
        5, ge=1, le=50, description="Best sellers of each platform, or else shop."
    )
    enquiry_hours: Annotated[int, Unit("hours")] = Field(
        24, ge=1, le=2160, description="Hours from an enquiry within which an order counts as following it."
    )
    after_sale_days: Days = Field(
        7, description="Days after an order within which its buyer's enquiries are about that order."
    )

    @field_validator("price_bands")
    @classmethod
    def _ascending(cls, value: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
        if any(one <= 0 for one in value) or any(after <= before for before, after in pairwise(value)):
            raise ValueError(f"must be prices above 0, ascending, got {', '.join(map(str, value))}")
        return value
