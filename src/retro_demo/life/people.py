"""People: who registers when, through which channel, and how they differ. They keep their character for life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from retro_demo.chance import Flags, Floats, Ints, pick, spread
from retro_demo.clock import DAY
from retro_demo.levels import Levels
from retro_demo.life.seasons import seconds_of
from retro_demo.setting import Setting
from retro_demo.worlds import EVERYWHERE, Worlds

ITSELF = -1
"""`brought_by` of people whom no campaign brought."""


@dataclass(frozen=True)
class People:
    """The people of one block of the shop, one value each.

    Attributes:
        block: Number of the block.
        first_number: The number of the first of them among all people of the shop.
        registered: Second of the shop's clock; below 0 for those who were members before it starts.
        brought_by: Which campaign brought them, or `ITSELF`.
        worlds: In which worlds they are people of this shop.
        channel: Position in `levels.people.channels`; the channel they came through and mostly use.
        device: Position in `levels.people.devices`.
        city: Position in `levels.people.city_tiers`.
        bounced: They registered and never got in.
        member: They joined the points programme.
        appetite: Log-odds to come on an ordinary day, the novelty worn off.
        stay: Days until they drift away.
        urge: Log-odds to order on an ordinary visit.
        purse: What they spend on a thing, against the shop's middle.
        thrift: 0 to 1; how much discounts and coupons mean to them.
        owl: Hours by which their day runs later than other people's.
    """

    block: int
    first_number: int
    registered: Ints
    brought_by: Ints
    worlds: Worlds
    channel: Ints
    device: Ints
    city: Ints
    bounced: Flags
    member: Flags
    appetite: Floats
    stay: Floats
    urge: Floats
    purse: Floats
    thrift: Floats
    owl: Floats

    def __len__(self) -> int:
        return self.registered.size

    @property
    def registered_day(self) -> Ints:
        """The day of registration; below 0 for old members."""
        return self.registered // DAY


@dataclass(frozen=True)
class Arrivals:
    """Registrations to expect on each day at scale 1, from one cause.

    Attributes:
        brought_by: The campaign that brings them, or `ITSELF`.
        a_day: Expected number on each day of the shop's clock.
        channels: Weight of each channel, in the order of `levels.people.channels`.
        worlds: In which worlds they arrive.
        appetite: What being brought this way adds to the appetite.
        stay: Factor on the days they stay.
        urge: What it adds to the urge.
        clock: Running share of a day's arrivals by minute, for days on which they do not follow the ordinary clock.
    """

    brought_by: int
    a_day: Floats
    channels: Sequence[float]
    worlds: np.uint8 = EVERYWHERE
    appetite: float = 0.0
    stay: float = 1.0
    urge: float = 0.0
    clock: Mapping[int, Floats] = field(default_factory=dict)


def make_people(setting: Setting, arrivals: Sequence[Arrivals], block: int, share: float, first_number: int) -> People:
    """Let the people of one block arrive, and give everyone a character.

    Args:
        setting: What all people share.
        arrivals: Whom to expect; the ordinary ones come first.
        block: Number of the block.
        share: Size of the block, against a shop of scale 1.
        first_number: The number of people in the blocks before.
    """
    rng, levels = setting.chance.of("people", block), setting.levels
    registered, cause = _arrive(setting, arrivals, share, rng)
    size = registered.size
    channel = np.zeros(size, dtype=np.int64)
    for index, expected in enumerate(arrivals):
        mine = np.flatnonzero(cause == index)
        channel[mine] = pick(rng, expected.channels, mine.size)
    appetite, stay, urge = _engagement(levels, channel, rng)
    city = pick(rng, list(levels.people.city_tiers.values()), size)
    bounced = rng.random(size) < levels.people.bounce_rate
    thrift = rng.random(size)
    city_purse = np.array([levels.people.city_purse[name] for name in levels.people.city_tiers])
    return People(
        block=block,
        first_number=first_number,
        registered=registered,
        brought_by=np.array([some.brought_by for some in arrivals])[cause],
        worlds=np.array([some.worlds for some in arrivals])[cause],
        channel=channel,
        device=pick(rng, list(levels.people.devices.values()), size),
        city=city,
        bounced=bounced,
        member=~bounced & (rng.random(size) < levels.visiting.programme_rate * (0.5 + thrift)),
        appetite=appetite + np.array([some.appetite for some in arrivals])[cause],
        stay=stay * np.array([some.stay for some in arrivals])[cause],
        urge=urge + np.array([some.urge for some in arrivals])[cause],
        purse=city_purse[city] * spread(rng, 1.0, levels.buying.purse_spread, size),
        thrift=thrift,
        owl=rng.normal(0, 0.6, size),
    )


def _arrive(
    setting: Setting, arrivals: Sequence[Arrivals], share: float, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Seconds of registration, in order, and which of the arrivals each belongs to."""
    levels = setting.levels.people
    old = rng.poisson(levels.members_at_start * share) if setting.first == 0 else 0
    days_ago = levels.founded_days_before * (1 - np.sqrt(rng.random(old)))  # more of them lately
    registered = [-(DAY * days_ago).astype(np.int64) - 1]
    cause = [np.zeros(old, dtype=np.int64)]
    for index, expected in enumerate(arrivals):
        days = np.repeat(np.arange(expected.a_day.size), rng.poisson(expected.a_day * share))
        draws = rng.random(days.size)
        seconds = setting.seasons.seconds(days, draws)
        for day, clock in expected.clock.items():
            at = np.flatnonzero(days == day)
            seconds[at] = seconds_of(clock, draws[at])
        registered.append(days * DAY + seconds)
        cause.append(np.full(days.size, index))
    when = np.concatenate(registered)
    order = np.argsort(when, kind="stable")
    return when[order], np.concatenate(cause)[order]


def _engagement(levels: Levels, channel: Ints, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Appetite, stay and urge: people who stay long also tend to buy, and channels differ."""
    visiting, buying, size = levels.visiting, levels.buying, channel.size
    names = list(levels.people.channels)
    engagement = rng.standard_normal(size)
    appetite = visiting.appetite + visiting.appetite_spread * rng.standard_normal(size)
    stay = spread(rng, visiting.stay_days, visiting.stay_spread, size) * np.exp(visiting.engagement_stay * engagement)
    urge = buying.urge + buying.urge_spread * rng.standard_normal(size) + visiting.engagement_urge * engagement
    return (
        appetite + np.array([levels.people.channel_appetite[name] for name in names])[channel],
        stay,
        urge + np.array([levels.people.channel_urge[name] for name in names])[channel],
    )
