"""Params of a member day (会员日): booking, expanding coupons, DAU peak and ROI."""

import datetime as dt
from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field

from retro.campaigns.base import CampaignParams
from retro.campaigns.fields import RETURN_FIGURES, Days
from retro.periods import Window
from retro.words import Names


class MemberDay(CampaignParams):
    """Keys of a member day."""

    main_tables: ClassVar[tuple[Names, ...]] = (("orders", "users"), ("events",))
    optional_tables: ClassVar[Names] = (
        "coupons",
        "member_tiers",
        "campaign_costs",
        "order_items",
        "products",
        "refunds",
        "points_ledger",
    )
    judged_by: ClassVar[Names] = (
        "booked_members",
        "booking_came_rate",
        "booking_order_rate",
        "coupon_expansion_rate",
        "expanding_redemption_rate",
        "gmv_per_subsidy",
        "dau_peak",
        "visitor_value",
        "joining_rate",
        "gmv",
        "incremental_gmv",
        *RETURN_FIGURES,
    )
    headlines: ClassVar[Names] = ("booking", "coupon_expansion", "impact")

    kind: Literal["member_day"] = Field(description="Campaign type: picks the notebook and the keys below.")
    booking_event: str = Field("book", description="The event by which a member books.")
    booking_days: Days = Field(5, description="Days before the start on which booking opens.")
    history_days: Days = Field(180, description="Days before the start among which the best earlier day is looked for.")
    tiers: tuple[str, ...] = Field(
        ("member", "silver", "gold", "diamond"), min_length=2, description="Tiers from the lowest to the highest."
    )

    @property
    def booking_opens(self) -> dt.datetime:
        """The moment at which booking opens, local."""
        return self.window.start - dt.timedelta(days=self.booking_days)

    @property
    def seen(self) -> Window:
        """The days of the campaign and those before it among which the best earlier day is sought."""
        window = self.window
        return replace(window, start=window.start - dt.timedelta(days=self.history_days))
