"""Levels: `levels.yaml` as a frozen model. Rates are 0 to 1, money in yuan, counts at scale 1."""

from __future__ import annotations

import datetime as dt
import functools
from pathlib import Path

from pydantic import Field, ValidationError

from retro.errors import RetroError
from retro.files import read_yaml
from retro_demo.campaign_levels import (
    AdLevels,
    BrandWaveLevels,
    BundleLevels,
    CampaignLevels,
    CommunityLevels,
    CompetitorOffer,
    ContentLevels,
    CouponLevels,
    FeedbackLevels,
    FlashSaleNightLevels,
    Incident,
    LevelModel,
    LiveLevels,
    MemberDayLevels,
    NewGoodsLevels,
    NewUserWeekLevels,
    PointsContestLevels,
    PointsLevels,
    Rate,
    ReferralLevels,
    SceneLevels,
    Share,
    ShippingLevels,
    StorefrontLevels,
    SupportLevels,
    TrafficLevels,
    WakeUpLevels,
)

_HERE = Path(__file__).parent


class PeopleLevels(LevelModel):
    """Who arrives, and how people differ."""

    members_at_start: int
    founded_days_before: int
    arrivals_a_day: tuple[float, float]
    bounce_rate: Rate
    channels: Share
    devices: Share
    city_tiers: Share
    channel_appetite: dict[str, float]
    channel_urge: dict[str, float]
    city_purse: dict[str, float]


class VisitingLevels(LevelModel):
    """How often people come, and for how long they stay with the shop."""

    appetite: float
    appetite_spread: float
    novelty: float
    novelty_days: float
    stay_days: float
    stay_spread: float
    comeback_rate: Rate
    comeback_after_days: float
    comeback_after_spread: float
    comeback_stay_days: float
    engagement_stay: float
    engagement_urge: float
    programme_rate: Rate
    home_channel_rate: Rate
    second_session_rate: Rate
    session_minutes: float
    session_spread: float


class BuyingLevels(LevelModel):
    """When people order, how much, and what becomes of an order."""

    urge: float
    urge_spread: float
    honeymoon: float
    honeymoon_days: float
    purse_spread: float
    more_lines: float
    more_pieces: float
    coupon_rate: Rate
    coupons: tuple[tuple[int, int], ...]
    top_up_share: Rate
    top_up_rate: Rate


class FateLevels(LevelModel):
    """What becomes of an order."""

    unpaid_rate: Rate
    pay_failed_rate: Rate
    pay_seconds: float
    refund_rate: Rate
    refund_by_category: dict[str, float]
    night_refund_factor: float
    refund_days: float
    refund_spread: float
    partial_rate: Rate
    fraud_rate: Rate
    reasons: Share


class GoodsLevels(LevelModel):
    """The catalogue."""

    products: int
    slope: float
    head: float
    categories: Share
    price_median: dict[str, float]
    price_spread: float
    pools: Share
    pool_margin: dict[str, Rate]


class Node(LevelModel):
    """A few days of the year in which every shop sells more, or less."""

    name: str
    start: dt.date
    end: dt.date
    approach: int
    arrivals: float
    visits: float
    orders: float


class SeasonLevels(LevelModel):
    """The calendar: weekdays, hours, Spring Festival, nodes, and what nobody can name."""

    weekday_arrivals: tuple[float, ...] = Field(min_length=7, max_length=7)
    weekday_visits: tuple[float, ...] = Field(min_length=7, max_length=7)
    weekday_orders: tuple[float, ...] = Field(min_length=7, max_length=7)
    festivals: tuple[dt.date, ...]
    festival_days: tuple[float, ...]
    festival_arrivals: tuple[float, ...]
    festival_visits: tuple[float, ...]
    festival_orders: tuple[float, ...]
    nodes: tuple[Node, ...]
    drift: float
    drift_memory: Rate
    noise: float
    hours_weekday: tuple[float, ...] = Field(min_length=24, max_length=24)
    hours_weekend: tuple[float, ...] = Field(min_length=24, max_length=24)


class SessionLevels(LevelModel):
    """What people do on a visit."""

    views: float
    views_before_order: float
    cart_rate: Rate
    sign_in_rate: Rate
    share_rate: Rate
    search_rate: Rate


class Levels(LevelModel):
    """All levels of the shop."""

    people: PeopleLevels
    visiting: VisitingLevels
    buying: BuyingLevels
    fates: FateLevels
    goods: GoodsLevels
    seasons: SeasonLevels
    sessions: SessionLevels
    new_user_week: NewUserWeekLevels
    points_contest: PointsContestLevels
    points: PointsLevels
    flash_sale_night: FlashSaleNightLevels
    member_day: MemberDayLevels
    wake_ups: tuple[WakeUpLevels, ...]
    live_programme: LiveLevels
    referral: ReferralLevels
    community: CommunityLevels
    new_goods: NewGoodsLevels
    content: ContentLevels
    scenes: SceneLevels
    brand_waves: BrandWaveLevels
    ads: AdLevels
    shipping: ShippingLevels
    storefronts: StorefrontLevels
    bundles: BundleLevels
    incidents: tuple[Incident, ...]
    competitor_offers: tuple[CompetitorOffer, ...]
    traffic: TrafficLevels
    coupons: CouponLevels
    feedback: FeedbackLevels
    support: SupportLevels

    @property
    def campaigns(self) -> tuple[CampaignLevels, ...]:
        """The campaigns, in the order of `CAMPAIGNS`."""
        return self.new_user_week, self.points_contest, self.flash_sale_night, self.member_day


@functools.cache
def load_levels() -> Levels:
    """The levels that the package ships.

    Raises:
        RetroError: The file does not fit; the line is named.
    """
    file = read_yaml(_HERE / "levels.yaml")
    try:
        return Levels.model_validate(file.data)
    except ValidationError as reason:
        first = reason.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise RetroError(f"{file.where(first['loc'])}: {where} does not fit: {first['msg']}.") from None
