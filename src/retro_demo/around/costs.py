"""Costs: what each campaign spent, on what, through which channel, on which day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retro_demo.campaign_levels import CampaignLevels
from retro_demo.chance import Floats, Ints
from retro_demo.clock import DAY, day_of, second_of
from retro_demo.life.fates import NONE
from retro_demo.setting import Setting

CATEGORIES = ("media", "sms", "prizes", "coupons", "labour", "service", "technology", "other")


@dataclass(frozen=True)
class Costs:
    """Cost entries. Money in cents.

    Attributes:
        campaign: Position in `CAMPAIGNS`.
        category: Position in `CATEGORIES`.
        channel: Position in `levels.people.channels`, or `NONE`.
        day: Day of the shop's clock.
        amount: Cents.
    """

    campaign: Ints
    category: Ints
    channel: Ints
    day: Ints
    amount: Ints


def book_costs(setting: Setting, campaigns: Sequence[CampaignLevels], first: int = 0) -> Costs:
    """Book the costs of some of the setting's campaigns.

    They shrink with the scale, so that a registration costs the same at every scale.

    Args:
        setting: What all people share.
        campaigns: The campaigns.
        first: Position of the first of them in the setting's.
    """
    rows = [row for index, campaign in enumerate(campaigns, first) for row in _book(setting, index, campaign)]
    return Costs(*(np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)))


def _book(setting: Setting, index: int, campaign: CampaignLevels) -> list[tuple[int, int, int, int, int]]:
    """Book one campaign day by day: media by channel, the other categories for the whole campaign."""
    rng = setting.chance.of("costs", setting.campaigns[index])
    channels = list(setting.levels.people.channels)
    first = day_of(campaign.start.date())
    days = second_of(campaign.end - dt.timedelta(seconds=1)) // DAY + 1 - first  # a night is booked on both its days
    rows = []
    for category, yuan in campaign.costs.items():
        media = {channels.index(name): share for name, share in campaign.media_channels.items()}
        for channel, share in media.items() if category == "media" else [(NONE, 1.0)]:
            cents = _split(round(100 * yuan * setting.scale * share), rng.dirichlet(np.full(days, 12.0)))
            code = CATEGORIES.index(category)
            rows += [(index, code, channel, first + day, int(amount)) for day, amount in enumerate(cents)]
    return rows


def _split(total: int, weights: Floats) -> Ints:
    """Split cents so that the parts add up to the cent."""
    edges = np.round(total * np.cumsum(weights)).astype(np.int64)
    edges[-1] = total
    return np.asarray(np.diff(np.r_[0, edges]))
