"""Ads: what the media money of campaigns, and everyday search ads, showed and brought, day by day and ad by ad.

Ads bring nobody: what a campaign books as media is said to have been charged for ads, to the cent, and what these
showed, and how often they were clicked, follows from the costs and the rates of their channel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retro_demo.around.costs import CATEGORIES, Costs
from retro_demo.campaign_levels import AdLevels, AdRates
from retro_demo.chance import Floats, Ints, places
from retro_demo.clock import day_of
from retro_demo.life.fates import NONE
from retro_demo.setting import Setting
from retro_demo.tables.arrow import Columns, days, integers, money, texts, words
from retro_demo.worlds import CAMPAIGNS

_RATES = ("cpc", "ctr", "conversion")
_NEVER = AdRates(cpc=1.0, ctr=1.0, conversion=0.0)
"""Of channels that sell no ads."""


@dataclass(frozen=True)
class Ads:
    """Ads by day. Money in cents.

    Attributes:
        campaign: Position in `CAMPAIGNS`, or `NONE` for everyday ads.
        channel: Position in `levels.people.channels`.
        plan: Which of the platform's campaigns.
        ad: Which ad of it.
        day: Day of the shop's clock.
        cost: Charged.
        impressions: How often it was shown.
        clicks: How often it was clicked.
        conversions: As the platform counts them.
    """

    campaign: Ints
    channel: Ints
    plan: Ints
    ad: Ints
    day: Ints
    cost: Ints
    impressions: Ints
    clicks: Ints
    conversions: Ints


def show_ads(setting: Setting, costs: Costs) -> Ads:
    """Divide media money over ads, and draw what they showed and brought."""
    levels, rng = setting.levels.ads, setting.chance.of("ads")
    media = costs.category == CATEGORIES.index("media")
    booked = [column[media] for column in (costs.campaign, costs.channel, costs.day, costs.amount)]
    spent = [np.r_[one, other] for one, other in zip(booked, _everyday(setting, levels), strict=True)]
    size = levels.plans * levels.ads_each
    shares = rng.dirichlet(np.full(size, 6.0), spent[0].size)
    edges = np.round(spent[3][:, None] * np.cumsum(shares, axis=1)).astype(np.int64)
    edges[:, -1] = spent[3]
    campaign, channel, day = (np.repeat(column, size) for column in spent[:3])
    cost = np.diff(edges, axis=1, prepend=0).ravel()
    number = places(np.full(spent[0].size, size))
    rates = [levels.channels.get(name, _NEVER) for name in setting.levels.people.channels]
    cpc, seen, brought = (np.array([getattr(rate, key) for rate in rates])[channel] for key in _RATES)
    quality = _quality(rng, levels, size)[number]
    clicks = rng.poisson(cost / 100 / cpc * quality)
    impressions = clicks + rng.poisson(cost / 100 / cpc * (1 / seen - 1))
    return Ads(
        campaign, channel, number // levels.ads_each, number % levels.ads_each, day, cost, impressions, clicks,
        rng.binomial(clicks, brought),
    )  # fmt: skip


def _quality(rng: np.random.Generator, levels: AdLevels, size: int) -> Floats:
    """How often each ad is clicked beside the mean of its channel; the mean over ads is 1."""
    drawn = np.exp(levels.spread * rng.standard_normal(size))
    return np.asarray(drawn / drawn.mean())


def _everyday(setting: Setting, levels: AdLevels) -> tuple[Ints, Ints, Ints, Ints]:
    """Search ads of no campaign, each day alike but for its noise: campaign, channel, day, cents."""
    channel = list(setting.levels.people.channels).index(levels.everyday_channel)
    day = np.arange(day_of(levels.everyday_from), day_of(levels.everyday_until))
    noise = np.exp(0.1 * setting.chance.of("everyday-ads").standard_normal(day.size))
    cents = np.round(100 * levels.everyday_cost * setting.scale * noise).astype(np.int64)
    return np.full(day.size, NONE), np.full(day.size, channel), day, cents


def ads(setting: Setting, shown: Ads) -> Columns:
    """One row per ad and day."""
    channels = list(setting.levels.people.channels)
    owners = ("everyday", *CAMPAIGNS)
    named = zip(shown.campaign + 1, shown.channel, shown.plan, strict=True)
    plans = [f"{owners[owner]} {channels[channel]} {plan + 1}" for owner, channel, plan in named]
    return {
        "shown_on": days(shown.day),
        "channel": words(shown.channel, channels),
        "ad_campaign": texts(plans),
        "ad_id": texts([f"{plan}.{ad + 1}" for plan, ad in zip(plans, shown.ad, strict=True)]),
        "campaign_id": words(shown.campaign, CAMPAIGNS),
        "impressions": integers(shown.impressions),
        "clicks": integers(shown.clicks),
        "cost": money(shown.cost),
        "conversions": integers(shown.conversions),
    }


def ads_truth(setting: Setting, shown: Ads) -> dict[str, dict[str, int]]:
    """What ads of each channel cost in cents, showed and brought in all."""
    counted = ("cost", "impressions", "clicks", "conversions")
    return {
        name: {key: int(getattr(shown, key)[shown.channel == place].sum()) for key in counted}
        for place, name in enumerate(setting.levels.people.channels)
        if name in setting.levels.ads.channels
    }
