"""Visits: who comes on which day, at what time and through which channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np

from retro_demo.chance import Flags, Floats, Ints, pick, places, spread
from retro_demo.clock import DAY, EVENT_DAY
from retro_demo.life.people import People
from retro_demo.setting import Setting
from retro_demo.worlds import Changes, Worlds, come_true

ORDINARY, SCRIPT, NIGHT, MEMBERS = range(4)
"""Occasions of a visit: everyday life, a script that collects points, the flash-sale night, the member day."""


@dataclass(frozen=True)
class Spells:
    """Times in which a person is with the shop: from registration on, and whenever they come back for a while.

    Attributes:
        person: Position in the block's people.
        start: First day; below 0 for old members.
        days: How many days it lasts.
        worlds: In which worlds.
    """

    person: Ints
    start: Ints
    days: Ints
    worlds: Worlds

    def __add__(self, other: Spells) -> Spells:
        return Spells(*(np.r_[getattr(self, part.name), getattr(other, part.name)] for part in fields(self)))

    def touch(self, first: int, last: int, people: int) -> Flags:
        """Which of so many people are with the shop on some day from `first` to `last`, in the actual world."""
        inside = (self.start <= last) & (self.start + self.days > first) & ((self.worlds & 1) != 0)
        return np.bincount(self.person[inside], minlength=people) > 0


@dataclass(frozen=True)
class PersonDays:
    """Days on which a person is with the shop and may come.

    Attributes:
        person: Position in the block's people.
        day: Day of the shop's clock.
        since: Days since the spell began.
        worlds: In which worlds there is this chance.
    """

    person: Ints
    day: Ints
    since: Ints
    worlds: Worlds


@dataclass(frozen=True)
class Visits:
    """Visits, sorted by person and time.

    Attributes:
        person: Position in the block's people.
        start: Second of the shop's clock.
        seconds: How long it lasts.
        channel: Position in `levels.people.channels`.
        since: Days since the spell began.
        main: The first visit of an ordinary day; people order on it, if at all.
        occasion: `ORDINARY`, `SCRIPT`, `NIGHT` or `MEMBERS`.
        worlds: In which worlds it takes place.
    """

    person: Ints
    start: Ints
    seconds: Ints
    channel: Ints
    since: Ints
    main: Flags
    occasion: Ints
    worlds: Worlds

    def __len__(self) -> int:
        return self.person.size

    @property
    def day(self) -> Ints:
        """The local day."""
        return self.start // DAY

    @property
    def end(self) -> Ints:
        """The second in which it ends."""
        return self.start + self.seconds

    def take(self, rows: Ints | Flags) -> Visits:
        """Some of the visits."""
        return Visits(**{part.name: getattr(self, part.name)[rows] for part in fields(self)})

    def __add__(self, other: Visits) -> Visits:
        return Visits(*(np.r_[getattr(self, part.name), getattr(other, part.name)] for part in fields(self)))


class Campaign(Protocol):
    """What a campaign does to people's chances; each of the four is one."""

    def visit_pull(self, people: People, days: PersonDays) -> tuple[Floats, Changes]:
        """What it adds to the log-odds to come, and how they differ in the worlds it knows of."""

    def order_pull(self, people: People, visits: Visits) -> tuple[Floats, Changes]:
        """The same for a visitor's log-odds to order."""


def make_spells(setting: Setting, people: People) -> Spells:
    """One spell for everyone from registration on, and a comeback for some of those who drift away in time."""
    rng, size, visiting = setting.chance.of("spells", people.block), len(people), setting.levels.visiting
    stay = np.where(people.bounced, 0, people.stay).astype(np.int64) + 1
    after = spread(rng, visiting.comeback_after_days, visiting.comeback_after_spread, size).astype(np.int64) + 2
    back = np.flatnonzero((rng.random(size) < visiting.comeback_rate) & ~people.bounced)
    back_stay = spread(rng, visiting.comeback_stay_days, visiting.stay_spread / 2, back.size).astype(np.int64) + 1
    return Spells(
        person=np.r_[np.arange(size), back],
        start=np.r_[people.registered_day, (people.registered_day + stay + after)[back]],
        days=np.r_[stay, back_stay],
        worlds=np.r_[people.worlds, people.worlds[back]],
    )


def live(setting: Setting, campaigns: Sequence[Campaign], people: People, spells: Spells) -> Visits:
    """Let the people of a block live through the setting's days, and return when they came."""
    return _sessions(setting, people, _come(setting, campaigns, people, _days(setting, spells)))


def _days(setting: Setting, spells: Spells) -> PersonDays:
    """Unroll spells into days, as far as the setting goes."""
    first = np.maximum(spells.start, setting.first)
    lengths = np.maximum(np.minimum(spells.start + spells.days, setting.end) - first, 0)
    day = np.repeat(first, lengths) + places(lengths)
    return PersonDays(
        person=np.repeat(spells.person, lengths),
        day=day,
        since=day - np.repeat(spells.start, lengths),
        worlds=np.repeat(spells.worlds, lengths),
    )


def _come(setting: Setting, campaigns: Sequence[Campaign], people: People, days: PersonDays) -> PersonDays:
    """The days on which people come. They always do on the first day of a spell: that is what begins it."""
    rng, visiting = setting.chance.of("come", people.block), setting.levels.visiting
    novelty = visiting.novelty * np.exp(-days.since / visiting.novelty_days)
    log_odds = people.appetite[days.person] + novelty + setting.seasons.visits[days.day]
    changes: dict[np.uint8, Floats] = {}
    for campaign in campaigns:
        pull, differences = campaign.visit_pull(people, days)
        log_odds += pull
        changes |= differences
    log_odds[days.since == 0] = np.inf
    worlds = come_true(rng.random(days.day.size), log_odds, changes, days.worlds)
    came = np.flatnonzero(worlds)
    return PersonDays(days.person[came], days.day[came], days.since[came], worlds[came])


def _sessions(setting: Setting, people: People, came: PersonDays) -> Visits:
    """Give every day its visits: the first, and for some a second one, which is kept where events are kept."""
    rng, levels = setting.chance.of("sessions", people.block), setting.levels
    visiting, size = levels.visiting, came.day.size
    again = np.flatnonzero((rng.random(size) < visiting.second_session_rate) & (came.day >= EVENT_DAY))
    rows = np.r_[np.arange(size), again]
    main = np.arange(rows.size) < size
    person, day = came.person[rows], came.day[rows]
    length = np.minimum(spread(rng, 60 * visiting.session_minutes, visiting.session_spread, rows.size), 5400)
    seconds = length.astype(np.int64) + 20
    clock = setting.seasons.seconds(day, rng.random(rows.size)) + (3600 * people.owl[person]).astype(np.int64)
    registered = people.registered[person]
    newcomer = day == people.registered_day[person]
    arriving = newcomer & main
    # A visit ends on the day on which it began: what happens after midnight would count as coming back.
    start = np.where(arriving, registered, day * DAY + np.minimum(clock % DAY, DAY - 1 - seconds))
    seconds = np.minimum(seconds, (day + 1) * DAY - 1 - start)
    elsewhere = pick(rng, list(levels.people.channels.values()), rows.size)
    stays_home = newcomer | (rng.random(rows.size) < visiting.home_channel_rate)
    visits = Visits(
        person=person,
        start=start,
        seconds=seconds,
        channel=np.where(stays_home, people.channel[person], elsewhere),
        since=came.since[rows],
        main=main,
        occasion=np.full(rows.size, ORDINARY),
        worlds=came.worlds[rows],
    )
    return visits.take(main | ~newcomer | (start > registered + 3600))
