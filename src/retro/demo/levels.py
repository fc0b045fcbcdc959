"""Levels: `levels.yaml` as a frozen model. Rates are 0 to 1, money in yuan, counts at scale 1."""

from __future__ import annotations

import datetime as dt
import functools
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from retro.errors import RetroError
from retro.files import read_yaml

Rate = Annotated[float, Field(ge=0, le=1)]
Share = dict[str, Rate]
"""Shares by name; they add up to 1."""

_HERE = Path(__file__).parent


class _Levels(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PeopleLevels(_Levels):
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


class VisitingLevels(_Levels):
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
    home_channel_rate: Rate
    second_session_rate: Rate
    session_minutes: float
    session_spread: float


class BuyingLevels(_Levels):
    """When people order, how much, and what becomes of an order."""

    urge: float
    urge_spread: float
    honeymoon: float
    honeymoon_days: float
    purse_spread: float
    more_lines: float
    more_pieces: float
    unpaid_rate: Rate
    pending_rate: Rate
    refund_rate: Rate
    refund_days: float
    refund_spread: float
    fraud_rate: Rate
    pay_seconds: float
    coupon_rate: Rate
    coupons: tuple[tuple[int, int], ...]
    top_up_share: Rate
    top_up_rate: Rate


class GoodsLevels(_Levels):
    """The catalogue."""

    products: int
    slope: float
    categories: Share
    price_median: dict[str, float]
    price_spread: float
    pools: Share
    pool_margin: dict[str, Rate]


class Node(_Levels):
    """A few days of the year in which every shop sells more, or less."""

    name: str
    start: dt.date
    end: dt.date
    approach: int
    arrivals: float
    visits: float
    orders: float


class SeasonLevels(_Levels):
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


class SessionLevels(_Levels):
    """What people do on a visit."""

    views: float
    views_before_order: float
    cart_rate: Rate
    sign_in_rate: Rate
    share_rate: Rate
    search_rate: Rate


class CampaignLevels(_Levels):
    """What every campaign has: a window of local time, what it spent, and where the media money went."""

    start: dt.datetime
    end: dt.datetime
    costs: dict[str, int]
    media_channels: Share


class NewUserWeekLevels(CampaignLevels):
    """The first campaign: whom it brought, and what it changed for newcomers."""

    brought: tuple[float, ...]
    channels: Share
    brought_appetite: float
    brought_stay: float
    brought_urge: float
    pulled_forward_rate: Rate
    pulled_forward_days: int
    task_days: int
    task_pull: float
    discount_rate: Rate
    discount_days: int
    discount_pull: float
    tasks: tuple[str, ...]
    task_rate: Rate
    reach_rate: Rate
    hint_pull: float
    hint_task_pull: float
    popup_lost_rate: Rate
    popup_both_rate: Rate

    @model_validator(mode="after")
    def _one_for_each_day(self) -> NewUserWeekLevels:
        if len(self.brought) != (self.end - self.start).days:
            raise ValueError("brought must hold one number for each day of the week")
        return self


class Levels(_Levels):
    """All levels of the shop."""

    people: PeopleLevels
    visiting: VisitingLevels
    buying: BuyingLevels
    goods: GoodsLevels
    seasons: SeasonLevels
    sessions: SessionLevels
    new_user_week: NewUserWeekLevels


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
