"""Blocks: the shop's people live through the 15 months a few ten thousand at a time.

A shop of any scale needs the memory of one block. People of different blocks share the calendar, the catalogue, the
campaigns and the stock of the night, and have random streams of their own. Since that stock is shared, every block is
met twice: first to hear what its guests wish for in the night, then, once the night is settled, to live.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from retro_demo.campaigns.flash_sale_night import attend_night, come_back_after, night_arrivals, night_visits
from retro_demo.campaigns.member_day import hold_member_day, member_orders, member_visits
from retro_demo.campaigns.new_user_week import join_new_user_week, newcomers
from retro_demo.campaigns.night_orders import buyers, night_orders
from retro_demo.campaigns.night_stock import Wishes
from retro_demo.campaigns.points_contest import join_points_contest, referrals, script_visits, wake_up
from retro_demo.chance import Ints
from retro_demo.clock import DAY, EVENT_DAY
from retro_demo.life.baskets import Baskets
from retro_demo.life.events import Events
from retro_demo.life.fates import NONE
from retro_demo.life.orders import Orders, merge_orders, place_orders
from retro_demo.life.people import ITSELF, Arrivals, People, make_people
from retro_demo.life.visits import Spells, Visits, live, make_spells
from retro_demo.recording import Campaigns, Met, record_events
from retro_demo.setting import Setting
from retro_demo.worlds import POINTS_CONTEST, happens

BLOCK_SIZE = 40_000


@dataclass(frozen=True)
class Block:
    """The people of one block as they meet the campaigns, before they live.

    Attributes:
        people: The people.
        spells: When they are with the shop.
        campaigns: The campaigns as they meet them; who buys in the night is not known yet.
    """

    people: People
    spells: Spells
    campaigns: Met


@dataclass(frozen=True)
class Lived:
    """What the people of one block did.

    Attributes:
        people: The people.
        campaigns: The campaigns as they met them.
        visits: All their visits, in every world.
        orders: All their orders, in every world.
        recorded: The visits of the actual world in the time for which events are kept.
        placed: The orders of the actual world; `visit` is a position in `recorded`, or `NONE`.
        lines: The lines of `placed`.
        costs: Cost of goods of `orders`, in cents.
        events: What happened on the recorded visits; redemptions are attempts.
    """

    people: People
    campaigns: Campaigns
    visits: Visits
    orders: Orders
    recorded: Visits
    placed: Orders
    lines: Baskets
    costs: Ints
    events: Events


def expected_arrivals(setting: Setting) -> tuple[Arrivals, ...]:
    """Whom to expect: the ordinary arrivals first, then those whom campaigns bring."""
    channels = list(setting.levels.people.channels.values())
    ordinary = Arrivals(brought_by=ITSELF, a_day=setting.seasons.arrivals, channels=channels)
    return (ordinary, *newcomers(setting), referrals(setting), night_arrivals(setting))


def meet_blocks(setting: Setting) -> Iterator[Block]:
    """All people of the shop, block by block, as they meet the campaigns; the same every time."""
    arrivals = expected_arrivals(setting)
    expected = setting.levels.people.members_at_start + sum(float(some.a_day.sum()) for some in arrivals)
    blocks = max(1, math.ceil(expected * setting.scale / BLOCK_SIZE))
    first_number = 0
    for number in range(blocks):
        people = make_people(setting, arrivals, number, setting.scale / blocks, first_number)
        yield _meet(setting, people)
        first_number += len(people)


def _meet(setting: Setting, people: People) -> Block:
    """See who of a block takes part in which campaign."""
    spells = make_spells(setting, people)
    week = join_new_user_week(setting, people)
    contest = join_points_contest(setting, people, spells, week.newcomer)
    spells += wake_up(setting, people, contest)
    return Block(people, spells, Met(week, contest, attend_night(setting, people, spells)))


def live_block(setting: Setting, block: Block, met: Wishes) -> Lived:
    """Let the people of one block come, buy and leave.

    Args:
        setting: What all people share.
        block: The people, and the campaigns as they meet them.
        met: What its guests of the night got.
    """
    people = block.people
    week, contest = block.campaigns.week, block.campaigns.contest
    night = buyers(block.campaigns.night, met, len(people))
    spells = block.spells + come_back_after(setting, people, night, block.spells)
    everyday = live(setting, (week, contest, night), people, spells)
    visits, places = together(everyday, night_visits(people, night.guests), script_visits(setting, people, contest))
    # The member day comes after all chances of the others are drawn, so that they are the same with and without it.
    day = hold_member_day(setting, people, visits)
    campaigns = Campaigns(week, contest, night, day)
    orders, lines = merge_orders(
        place_orders(setting, (week, contest, night, day), people, visits, week.offer),
        night_orders(setting, people, night, met, places[len(everyday) : len(everyday) + len(night.guests)]),
    )
    others, (visits, places) = len(visits), together(visits, member_visits(people, day.members))
    orders, lines = merge_orders(
        (orders.on(places[:others]), lines), member_orders(setting, people, day, places[others:])
    )
    during = contest.running(orders.person, orders.ordered // DAY) & (orders.campaign == NONE)
    orders = replace(orders, campaign=np.where(during, POINTS_CONTEST, orders.campaign))
    kept = happens(visits.worlds) & (visits.day >= EVENT_DAY)
    recorded = visits.take(kept)
    actual = happens(orders.worlds)
    placed = orders.take(actual).on(np.where(kept, np.cumsum(kept) - 1, NONE))
    cost = np.bincount(lines.order, setting.catalogue.cost[lines.product] * lines.pieces, len(orders))
    return Lived(
        people=people,
        campaigns=campaigns,
        visits=visits,
        orders=orders,
        recorded=recorded,
        placed=placed,
        lines=lines.of(np.where(actual, np.cumsum(actual) - 1, NONE)),
        costs=cost.astype(np.int64),
        events=record_events(setting, campaigns, people, recorded, placed),
    )


def together(*parts: Visits) -> tuple[Visits, Ints]:
    """All visits sorted by person and time, and where each of them has gone."""
    visits = parts[0]
    for part in parts[1:]:
        visits += part
    turn = np.lexsort((visits.start, visits.person))
    places = np.empty(turn.size, dtype=np.int64)
    places[turn] = np.arange(turn.size)
    return visits.take(turn), places
