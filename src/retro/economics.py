"""Unit economics: costs that a shop's tables do not hold, from params; each use is named in the report."""

from decimal import Decimal

from pydantic import Field

from retro.validation import FrozenModel


class UnitEconomics(FrozenModel):
    """Costs of an order besides those booked for a campaign.

    A value that is not given is not taken as 0: the report names the lines it leaves out.

    Attributes:
        margin_rate: Goods margin as a share of what was paid, for orders whose goods' costs are not known.
        fulfilment_per_order: Packing, shipping and handling of one order.
        payment_fee_rate: Share of what was paid that the payment provider keeps.
        point_cost: What one point costs when it is redeemed.
        point_breakage_rate: Share of points that are never redeemed.
        vat_rate: Value added tax that prices include, as a share of the price without it; for the reconciliation only.
        refund_days: Days after which hardly any order is returned.
    """

    margin_rate: Decimal | None = Field(None, ge=-1, le=1)
    fulfilment_per_order: Decimal | None = Field(None, ge=0)
    payment_fee_rate: Decimal | None = Field(None, ge=0, lt=1)
    point_cost: Decimal | None = Field(None, ge=0)
    point_breakage_rate: Decimal = Field(Decimal(0), ge=0, le=1)
    vat_rate: Decimal | None = Field(None, ge=0, lt=1)
    refund_days: int = Field(30, ge=1, le=366)
