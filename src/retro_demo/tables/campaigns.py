"""The tables around campaigns: campaign_costs, incidents, competitor_offers."""

from __future__ import annotations

import numpy as np

from retro_demo.around.costs import CATEGORIES, Costs
from retro_demo.chance import Ints
from retro_demo.clock import second_of
from retro_demo.levels import Levels
from retro_demo.life.fates import NONE
from retro_demo.setting import Setting
from retro_demo.tables.arrow import Columns, days, integers, moments, money, names, texts, words


def campaign_costs(setting: Setting, costs: Costs, first: int = 1) -> Columns:
    """One row for each cost entry, numbered from `first` on."""
    return {
        "cost_id": names("c", first + np.arange(costs.day.size), 5),
        "campaign_id": words(costs.campaign, setting.campaigns),
        "category": words(costs.category, CATEGORIES),
        "channel": words(costs.channel, list(setting.levels.people.channels)),
        "incurred_on": days(costs.day),
        "amount": money(costs.amount),
    }


def incidents(levels: Levels, tried: Ints) -> Columns:
    """One row for each incident.

    Args:
        levels: The shop's levels.
        tried: One row for each incident: payments tried while it lasted, and how many of them failed; `NONE` where it
            had nothing to do with payments.
    """
    channels = list(levels.people.channels)
    known = levels.incidents
    channel = [NONE if some.channel is None else channels.index(some.channel) for some in known]
    return {
        "incident_id": names("i", np.arange(1, len(known) + 1), 4),
        "system": texts([some.system for some in known]),
        "severity": texts([some.severity for some in known]),
        "channel": words(np.array(channel), channels),
        "started_at": moments(np.array([second_of(some.start) for some in known])),
        "ended_at": moments(np.array([second_of(some.end) for some in known])),
        "title": texts([some.title for some in known]),
        "requests": integers(tried[:, 0], missing=NONE),
        "failed_requests": integers(tried[:, 1], missing=NONE),
    }


def competitor_offers(levels: Levels) -> Columns:
    """One row for each offer that a competitor made at the time of a campaign."""
    known, channels = levels.competitor_offers, list(levels.people.channels)
    return {
        "offer_id": names("o", np.arange(1, len(known) + 1), 4),
        "competitor": texts([some.competitor for some in known]),
        "starts_at": moments(np.array([second_of(some.start) for some in known])),
        "ends_at": moments(np.array([second_of(some.end) for some in known])),
        "offer": texts([some.offer for some in known]),
        "channel": words(np.array([channels.index(some.channel) for some in known]), channels),
    }
