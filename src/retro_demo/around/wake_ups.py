"""Wake-ups: messages to old customers who stopped ordering, with some of them held out at random.

They change nothing that people do. Of those who came back, some are taken to have done so because of the message;
nobody of these can have been held out, and all others are invited or held out by a coin. So the tables hold
what an experiment with such an effect would have left, and all rows that were there without it are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retro_demo.around.experiments import EXPERIMENTS, HELD_OUT, INVITED, Exposures
from retro_demo.campaign_levels import WakeUpLevels
from retro_demo.chance import Ints, pick
from retro_demo.clock import DAY, day_of
from retro_demo.life.fates import NONE, PAID
from retro_demo.life.orders import Orders
from retro_demo.life.people import People
from retro_demo.life.visits import Visits
from retro_demo.setting import Setting

CHANNELS = ("sms", "app", "mini_program")
SENT_FROM, SENT_UNTIL = 9 * 3600, 11 * 3600
"""Seconds of the first day between which messages go out."""


@dataclass(frozen=True)
class WakeUps:
    """What all wake-ups did to a block's people.

    Attributes:
        exposures: Who was invited, and who was held out.
        campaign: Position in `levels.wake_ups` of each message.
        person: Position in the block's people.
        channel: Position in `CHANNELS`.
        sent: Second of the shop's clock.
        opened: Second of the shop's clock, or `NONE`.
        cost: In cents.
        counts: By wake-up, what was planted, in people.
    """

    exposures: Exposures
    campaign: Ints
    person: Ints
    channel: Ints
    sent: Ints
    opened: Ints
    cost: Ints
    counts: tuple[dict[str, int], ...]


def send_wake_ups(setting: Setting, people: People, visits: Visits, orders: Orders) -> WakeUps:
    """Send the messages of all wake-ups.

    Args:
        setting: What all people share.
        people: The people of the block.
        visits: Their visits in the time for which events are kept.
        orders: Their orders.
    """
    levels = setting.levels.wake_ups
    told = [_told(setting, number, people, visits, orders) for number in range(len(levels))]
    arms = [(number, person, arm) for number, (person, arm, *_) in enumerate(told)]
    exposures = Exposures(
        experiment=np.concatenate([np.full(who.size, EXPERIMENTS.index(levels[place].name)) for place, who, _ in arms]),
        person=np.concatenate([who for _, who, _ in arms]),
        arm=np.concatenate([arm for *_, arm in arms]),
        second=np.concatenate([np.full(who.size, day_of(levels[place].start.date()) * DAY) for place, who, _ in arms]),
    )
    sent = [rows for *_, rows, _ in told]
    campaign, person, channel, second, opened, cost = (np.concatenate(column) for column in zip(*sent, strict=True))
    counts = tuple(counts for *_, counts in told)
    return WakeUps(exposures, campaign, person, channel, second, opened, cost, counts)


def _told(
    setting: Setting, number: int, people: People, visits: Visits, orders: Orders
) -> tuple[Ints, Ints, tuple[Ints, ...], dict[str, int]]:
    """Everybody eligible for one wake-up, their arms, the messages, and what was planted."""
    levels = setting.levels.wake_ups[number]
    rng = setting.chance.of("wake-up", levels.name, people.block)
    start = day_of(levels.start.date()) * DAY
    last, first = _orders_around(levels, people, orders, start)
    lately = np.zeros(len(people), dtype=np.bool_)
    lately[visits.person[(visits.start < start) & (visits.end >= start - DAY)]] = True
    came = _first(people, visits.person, visits.start, start, levels)
    who = np.flatnonzero((last != NONE) & (last < start - levels.no_order_days * DAY) & ~lately)
    ordered, came = first[who] != NONE, came[who]
    back = ordered | (came != NONE)
    rate = np.where(ordered, levels.moved_rate, levels.moved_visit_rate)
    early = (ordered & (first[who] < start + SENT_UNTIL)) | ((came != NONE) & (came < start + SENT_UNTIL))
    moved = back & ~early & (rng.random(who.size) < rate)
    # Whom the message moved is invited; of all others so many that the invited are the share that they should be.
    stay = ~moved & ~back
    invited = moved | (rng.random(who.size) >= levels.held_out_rate)
    size = max(round((1 - levels.held_out_rate) * (who.size - (back & ~moved).sum())) - int(moved.sum()), 0)
    invited[stay] = False
    invited[rng.permutation(np.flatnonzero(stay))[:size]] = True
    reached = np.flatnonzero(moved | (invited & (rng.random(who.size) < levels.reach_rate)))
    weights = np.array([levels.channels[name] for name in CHANNELS])
    pulls = weights * np.array([levels.channel_pull[name] for name in CHANNELS])
    channel = np.where(moved, pick(rng, pulls, who.size), pick(rng, weights, who.size))[reached]
    sent = start + rng.integers(SENT_FROM, SENT_UNTIL, reached.size)
    opens = moved[reached] | (rng.random(reached.size) < levels.opened_rate)
    opened = np.where(opens, sent + rng.integers(20, 3600, reached.size), NONE)
    cost = np.array([round(100 * levels.cost[name]) for name in CHANNELS])[channel]
    rows = (np.full(reached.size, number), who[reached], channel, sent, opened, cost)
    counts = {
        "eligible": who.size,
        "invited": int(invited.sum()),
        "held_out": int((~invited).sum()),
        "reached": reached.size,
        "came_invited": int((back & invited).sum()),
        "came_held_out": int((back & ~invited).sum()),
        "ordered_invited": int((ordered & invited).sum()),
        "ordered_held_out": int((ordered & ~invited).sum()),
        "moved_to_come": int(moved.sum()),
        "moved_to_order": int((moved & ordered).sum()),
    }
    return who, np.where(invited, INVITED, HELD_OUT), rows, counts


def _orders_around(levels: WakeUpLevels, people: People, orders: Orders, start: int) -> tuple[Ints, Ints]:
    """Second of the last valid order before the start, and of the first in the days after it; `NONE` without one."""
    last, valid = np.full(len(people), NONE), orders.status == PAID
    before = valid & (orders.ordered < start)
    np.maximum.at(last, orders.person[before], orders.ordered[before])
    return last, _first(people, orders.person[valid], orders.ordered[valid], start, levels)


def _first(people: People, person: Ints, second: Ints, start: int, levels: WakeUpLevels) -> Ints:
    """When each one first did something in the days in which returns count; `NONE` where they did not."""
    first = np.full(len(people), NONE)
    inside = np.flatnonzero((second >= start) & (second < start + levels.order_days * DAY))[::-1]
    first[person[inside]] = second[inside]  # rows of a person are sorted, so that the first is written last
    return first
