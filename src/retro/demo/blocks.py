"""Blocks: the shop's people live through the 15 months a few ten thousand at a time.

A shop of any scale needs the memory of one block. People of different blocks share the calendar, the catalogue and
the campaigns, and have random streams of their own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retro.demo.clock import EVENT_DAY
from retro.demo.events import Events, record_events
from retro.demo.experiments import Exposures, expose
from retro.demo.new_user_week import join_new_user_week, newcomers
from retro.demo.orders import NONE, Baskets, Orders, place_orders
from retro.demo.people import ITSELF, Arrivals, People
from retro.demo.setting import Setting
from retro.demo.visits import Visits, live
from retro.demo.worlds import happens

_BLOCK_SIZE = 40_000


@dataclass(frozen=True)
class Lived:
    """What the people of one block did.

    Attributes:
        people: The people.
        visits: All their visits, in every world.
        orders: All their orders, in every world.
        baskets: The lines of all these orders.
        recorded: The visits of the actual world in the time for which events are kept.
        placed: The orders of the actual world; `visit` is a position in `recorded`.
        events: What happened on the recorded visits; `order` is a position in `placed`.
        exposures: Which arms of the experiments they saw.
    """

    people: People
    visits: Visits
    orders: Orders
    baskets: Baskets
    recorded: Visits
    placed: Orders
    events: Events
    exposures: Exposures


def expected_arrivals(setting: Setting) -> tuple[Arrivals, ...]:
    """Whom to expect: the ordinary arrivals first, then those whom campaigns bring."""
    channels = list(setting.levels.people.channels.values())
    ordinary = Arrivals(brought_by=ITSELF, a_day=setting.seasons.arrivals, channels=channels)
    return (ordinary, *newcomers(setting))


def count_blocks(setting: Setting, arrivals: Sequence[Arrivals]) -> int:
    """How many blocks the people are split into."""
    expected = setting.levels.people.members_at_start + sum(float(some.a_day.sum()) for some in arrivals)
    return max(1, math.ceil(expected * setting.scale / _BLOCK_SIZE))


def live_block(setting: Setting, people: People) -> Lived:
    """Let the people of one block come, buy and leave."""
    week = join_new_user_week(setting, people)
    campaigns = [week]
    visits = live(setting, campaigns, people)
    orders, baskets = place_orders(setting, campaigns, week, people, visits)
    kept = happens(visits.worlds) & (visits.day >= EVENT_DAY)
    recorded = visits.take(kept)
    placed = orders.take(happens(orders.worlds)).on(np.where(kept, np.cumsum(kept) - 1, NONE))
    events = record_events(setting, week, people, recorded, placed)
    exposures = expose(setting, week, people)
    return Lived(people, visits, orders, baskets, recorded, placed, events, exposures)
