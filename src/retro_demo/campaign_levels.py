"""The levels of the campaigns and of what surrounds them."""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Rate = Annotated[float, Field(ge=0, le=1)]


def _add_up(shares: dict[str, float]) -> dict[str, float]:
    if not math.isclose(sum(shares.values()), 1, abs_tol=1e-9):
        raise ValueError(f"shares must add up to 1, got {sum(shares.values()):.4f}")
    return shares


Share = Annotated[dict[str, Rate], AfterValidator(_add_up)]
"""Shares by name; they add up to 1."""


class LevelModel(BaseModel):
    """A section of `levels.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CampaignLevels(LevelModel):
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

    @model_validator(mode="after")
    def _one_for_each_day(self) -> NewUserWeekLevels:
        if len(self.brought) != (self.end - self.start).days:
            raise ValueError("brought must hold one number for each day of the week")
        return self


class PointsContestLevels(CampaignLevels):
    """The second campaign: who is invited, who is keen, what they do, who cheats."""

    seen_days: int
    held_out_rate: Rate
    keen: float
    keen_thrift: float
    keen_newcomer: float
    join_days: tuple[Rate, ...]
    visit_pull: float
    order_pull: float
    after_pull: float
    after_days: int
    wake_rate: Rate
    wake_stay_days: float
    sign_in_rate: Rate
    share_mean: float
    redeem_rate: Rate
    redeem_by_weekday: tuple[float, ...] = Field(min_length=7, max_length=7)
    referral_arrivals: float
    abuser_rate: Rate
    ring_size: int
    abuse: Share
    caught_rate: dict[str, Rate]


class PointsLevels(LevelModel):
    """The points programme, in and outside the contest."""

    sign_in: int
    contest_sign_in: int
    contest_share: int
    task: int
    carried_rate: Rate
    expired_rate: Rate
    redeem_rate: Rate
    rewards: dict[str, tuple[int, int]]
    tiers: dict[str, int]


class FlashSaleNightLevels(CampaignLevels):
    """The third campaign: who comes when, what they wish for, how much there is, and what follows."""

    announced: dt.datetime
    waiting_pull: float
    guest: float
    guest_thrift: float
    guest_urge: float
    drifted_rate: Rate
    competitor_rate: Rate
    live_stream_rate: Rate
    brought: tuple[float, float]
    channels: Share
    phases: Share
    burst_minutes: float
    session_minutes: float
    views: float
    buy: float
    buy_thrift: float
    buy_opening: float
    items: int
    off_rate: Rate
    slope: float
    more_lines: float
    more_pieces: float
    stocked: float
    stock_slope: float
    substitute_rate: Rate
    spend_and_save: tuple[tuple[int, int], ...]
    early_bird: tuple[int, int]
    early_bird_rate: Rate
    early_bird_pull: float
    pulled_forward: float
    pulled_forward_days: float
    fake_rate: Rate
    fakes: Share
    intercepted_rate: dict[str, Rate]


class MemberDayLevels(CampaignLevels):
    """The fourth campaign: who books, whose coupon expands, who comes, and what follows."""

    booking_opens: dt.datetime
    book: float
    book_thrift: float
    book_urge: float
    waiting_pull: float
    coupon: tuple[int, int]
    expand_rate: Rate
    expanded: dict[int, Rate]
    come_rate: dict[str, Rate]
    buy: float
    buy_booked: float
    buy_expanded: float
    buy_urge: float
    phases: Share
    session_minutes: float
    views: float
    pulled_forward: float
    pulled_forward_days: float


class HostLevels(LevelModel):
    """How many of a host's viewers buy, and how long they watch."""

    conversion_rate: Rate
    watch_minutes: float


class LiveLevels(LevelModel):
    """A programme of live streams: when its shows are, who hosts them in turn, and what viewers do."""

    start: dt.datetime
    weeks: int
    weekdays: tuple[int, ...]
    minutes: int
    hosts: dict[str, HostLevels]
    booked_share: Rate
    booked_came_rate: Rate
    click_rate: Rate
    comment_rate: Rate
    share_rate: Rate
    follow_rate: Rate
    sources: dict[str, Rate]
    paid_sources: tuple[str, ...]
    explained_minutes: float


class ReferralLevels(LevelModel):
    """Invitations: when they run, how many invite, how many friends follow, how soon, and what an order brings."""

    start: dt.datetime
    end: dt.datetime
    inviters_per_friend: float
    slope: float
    lag_hours: float
    chain_rate: Rate
    follow_rate: Rate
    own_rate: Rate
    reward_yuan: int
    reward_days: int


class CommunityLevels(LevelModel):
    """Community groups: how many and how large, who is asked and joins, who speaks, and what links and groups bring."""

    opened: dt.datetime
    start: dt.datetime
    end: dt.datetime
    groups: int
    sizes: tuple[float, ...]
    small_pull: float
    old_rate: Rate
    join_rate: dict[str, Rate]
    follow_rate: Rate
    lag_hours: float
    leave_rate: Rate
    moved_rate: Rate
    link_rate: Rate
    speaker_rate: Rate
    speaking_days: float
    messages: float


class ContentLevels(LevelModel):
    """Content of creators: how many, how they differ, what their pieces reach and cost, and searches for the brand."""

    start: dt.datetime
    end: dt.datetime
    creators: int
    contents_each: int
    kol_share: Rate
    topics: tuple[str, ...]
    spread: float
    skill_share: Rate
    paid_rate: Rate
    order_rate: Rate
    kol_orders: float
    conversion: dict[str, Rate]
    reach: dict[str, float]
    engaged: dict[str, Rate]
    impressions_each: float
    cost: dict[str, float]
    searches_from: dt.datetime
    searches_until: dt.datetime
    searches_a_day: float
    searches_per_impression: float
    search_lag_days: int


class WakeUpLevels(LevelModel):
    """A message to old customers who stopped ordering: to whom, over which channels, and how many it brought back."""

    name: str
    campaign_id: str
    start: dt.datetime
    no_order_days: int
    order_days: int
    held_out_rate: Rate
    moved_rate: Rate
    moved_visit_rate: Rate
    reach_rate: Rate
    opened_rate: Rate
    channels: Share
    channel_pull: dict[str, float]
    cost: dict[str, float]


class SceneLevels(LevelModel):
    """Scenes: when their campaign runs, which goods are in one, and which visits begin in one."""

    start: dt.date
    end: dt.date
    names: tuple[str, ...]
    product_rate: Rate
    visit_rate: Rate
    pull: Rate


class AdRates(LevelModel):
    """What a click on ads of a channel costs in yuan, how often one is clicked, and what follows on a click."""

    cpc: float
    ctr: Rate
    conversion: Rate


class AdLevels(LevelModel):
    """Ads: the rates of each channel, how many there are, and what everyday ones cost a day at scale 1."""

    channels: dict[str, AdRates]
    plans: int
    ads_each: int
    spread: float
    everyday_channel: str
    everyday_from: dt.date
    everyday_until: dt.date
    everyday_cost: int


class RivalLevels(LevelModel):
    """What respondents of a brand survey say of a rival."""

    name: str
    aided: Rate
    unaided: Rate
    considers: Rate
    mentions: float


class WaveLevels(LevelModel):
    """A wave of a brand survey: when, and what the population says of the own brand."""

    name: str
    start: dt.date
    days: int
    aided: Rate
    unaided: Rate
    considers: Rate
    mentions: float
    csat: float
    promoters: Rate
    detractors: Rate


class BrandWaveLevels(LevelModel):
    """A brand survey: whom it asks by cell, whom these stand for, how they lean to known brands, and its waves."""

    brand: str
    respondents: int
    sampled: tuple[Rate, ...]
    population: tuple[Rate, ...]
    leaning: tuple[float, ...]
    rivals: tuple[RivalLevels, ...]
    waves: tuple[WaveLevels, ...]


class BatchLevels(LevelModel):
    """Products launched together: when, in which categories, how they sell, and what others of these lose."""

    name: str
    campaign_id: str
    start: dt.date
    days: int
    items: int
    categories: tuple[str, ...]
    pieces_a_day: float
    novelty: float
    novelty_days: float
    taken_rate: Rate
    votes: float
    sampling_days: int
    costs: dict[str, int]


class NewGoodsLevels(LevelModel):
    """A brand's own shop that launches products; of one size at every scale."""

    users: int
    categories: dict[str, float]
    products: int
    pieces_a_day: float
    spread: float
    second_line_rate: Rate
    cancelled_rate: Rate
    margin_rate: Rate
    lot_days: int
    trigger_days: int
    transit_days: int
    on_time_rate: Rate
    voter_order_rate: Rate
    batches: tuple[BatchLevels, ...]


class Incident(LevelModel):
    """Something that broke: when, for whom, and how many payments failed because of it."""

    system: str
    severity: str
    start: dt.datetime
    end: dt.datetime
    channel: str | None
    fail_rate: Rate
    title: str


class Busy(LevelModel):
    """Days on which the warehouse takes longer, by when orders were paid."""

    start: dt.datetime
    end: dt.datetime
    factor: float


class ShippingLevels(LevelModel):
    """How long paid orders stay in the warehouse, and how many shipments nobody writes down."""

    hours: float
    spread: float
    busy: tuple[Busy, ...]
    unrecorded_rate: Rate


class BundleLevels(LevelModel):
    """Of the baskets with more than one line, how many begin with a bundle."""

    rate: Rate


class StorefrontLevels(LevelModel):
    """On which platforms orders are placed: by channel, those of the web on either of two."""

    platforms: dict[str, str]
    web: tuple[str, str]
    second_rate: Rate
    drawn_category: str
    drawn_rate: Rate
    outlet_rate: Rate
    outlet_clearance_rate: Rate


class CompetitorOffer(LevelModel):
    """What a competitor offered at the time."""

    competitor: str
    start: dt.datetime
    end: dt.datetime
    offer: str
    channel: str


class TrafficLevels(LevelModel):
    """Pages behind events."""

    pages: dict[str, float]
    anonymous: float
    refreshes: float


class CouponLevels(LevelModel):
    """Coupons that nobody used."""

    issued_per_used: float
    claimed_rate: Rate
    valid_days: int


class FeedbackLevels(LevelModel):
    """Reviews and surveys."""

    review_rate: Rate
    review_days: float
    ratings: dict[str, tuple[Rate, ...]]
    nps_rate: Rate
    week_answer_rate: Rate
    week_negative_rate: Rate
    night_answer_rate: Rate
    early_bird_rate: Rate


class SupportLevels(LevelModel):
    """Support tickets."""

    per_visit: Rate
    per_order: Rate
    week_factor: float
    answer_seconds: float
    answer_spread: float
