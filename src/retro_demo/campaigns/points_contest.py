"""The points contest: members collect points by signing in, sharing and buying, and redeem them; some cheat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retro_demo.campaign_levels import PointsContestLevels
from retro_demo.chance import Flags, Floats, Ints, pick, places, probability, spread
from retro_demo.clock import DAY, DAYS, day_of
from retro_demo.life.people import Arrivals, People
from retro_demo.life.visits import SCRIPT, PersonDays, Spells, Visits
from retro_demo.setting import Setting
from retro_demo.worlds import EVERYWHERE, POINTS_CONTEST, WITHOUT, Changes

ABUSES = ("burst", "device_farm", "slow_ring")
BURST, DEVICE_FARM, SLOW_RING = range(len(ABUSES))

HONEST = -1
"""`abuse` of people who do not cheat."""

_HERE = WITHOUT[POINTS_CONTEST]
_SHARES = {BURST: 18, DEVICE_FARM: 11, SLOW_RING: 2}
"""How many shares a script makes on one of its visits."""


@dataclass(frozen=True)
class PointsContest:
    """What the contest does to the people of one block.

    Attributes:
        levels: Its levels.
        first: Its first day.
        end: The day after its last.
        invited: Members who were told of it.
        held_out: Members who were kept out at random.
        silent: Which of both had been silent.
        reactivated: Silent members whom it brought back.
        joins: The day from which on a person is keen to take part; beyond all days for everyone else.
        abuse: Position in `ABUSES`, or `HONEST`.
        ring: Number of the ring that an abuser belongs to; its members share a device if the abuse says so.
    """

    levels: PointsContestLevels
    first: int
    end: int
    invited: Flags
    held_out: Flags
    silent: Flags
    reactivated: Flags
    joins: Ints
    abuse: Ints
    ring: Ints

    def visit_pull(self, people: People, days: PersonDays) -> tuple[Floats, Changes]:
        """Keen members come more often while it runs, and a little more for a month."""
        pull = self._pull(people, days.person, days.day, self.levels.visit_pull)
        return pull, {_HERE: -pull}

    def order_pull(self, people: People, visits: Visits) -> tuple[Floats, Changes]:
        """They also buy more, for the points."""
        pull = self._pull(people, visits.person, visits.day, self.levels.order_pull)
        return pull, {_HERE: -pull}

    def _pull(self, people: People, person: Ints, day: Ints, while_it_runs: float) -> Floats:
        keen = self.joins[person] <= day
        fading = self.levels.after_pull * (1 - (day - self.end) / self.levels.after_days)
        pull = np.where(day < self.end, while_it_runs * (0.6 + 0.8 * people.thrift[person]), np.maximum(fading, 0))
        return np.where(keen, pull, 0.0)

    def running(self, person: Ints, day: Ints) -> Flags:
        """Where people take part in it on a day."""
        return (self.joins[person] <= day) & (day < self.end)

    def shares(self) -> Ints:
        """How many shares each person makes on a visit by script."""
        return np.array([_SHARES[abuse] for abuse in range(len(ABUSES))])[np.maximum(self.abuse, 0)]


def join_points_contest(setting: Setting, people: People, spells: Spells, newcomer: Flags) -> PointsContest:
    """Invite members, hold some out, and see who is keen, who wakes up, and who cheats.

    Args:
        setting: What all people share.
        people: The people of the block.
        spells: When they are with the shop.
        newcomer: Who registered in the new-user week before.
    """
    rng, levels, size = setting.chance.of("points-contest", people.block), setting.levels.points_contest, len(people)
    first, end = day_of(levels.start.date()), day_of(levels.end.date())
    known = people.member & (people.registered_day < first) & ((people.worlds & 1) != 0)
    silent = known & ~spells.touch(first - levels.seen_days, first - 1, size)
    held_out = known & (rng.random(size) < levels.held_out_rate)
    invited = known & ~held_out
    odds = levels.keen + levels.keen_thrift * (people.thrift - 0.5) + levels.keen_newcomer * newcomer
    keen = invited & ~silent & (rng.random(size) < probability(odds))
    reactivated = invited & silent & (rng.random(size) < levels.wake_rate)
    joins = np.where(keen | reactivated, first + pick(rng, levels.join_days, size), DAYS)
    abuse, ring = _cheats(levels, keen & spells.touch(first, end - 1, size), rng)
    joins = np.where(abuse != HONEST, first, joins)
    return PointsContest(levels, first, end, invited, held_out, silent, reactivated, joins, abuse, ring)


def _cheats(levels: PointsContestLevels, keen: Flags, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Form rings of abusers among the keen; each ring cheats in one way."""
    abuse, ring = np.full(keen.size, HONEST), np.full(keen.size, HONEST)
    able = np.flatnonzero(keen)
    rings = round(able.size * levels.abuser_rate / levels.ring_size)
    chosen = rng.permutation(able)[: rings * levels.ring_size].reshape(rings, levels.ring_size)
    ways = pick(rng, [levels.abuse[name] for name in ABUSES], rings)
    abuse[chosen.ravel()] = np.repeat(ways, levels.ring_size)
    ring[chosen.ravel()] = np.repeat(np.arange(rings), levels.ring_size)
    return abuse, ring


def wake_up(setting: Setting, people: People, contest: PointsContest) -> Spells:
    """The spells of the silent members whom the contest brought back; without it they would have stayed away."""
    rng = setting.chance.of("wake-up", people.block)
    reactivated = np.flatnonzero(contest.reactivated)
    stay = spread(rng, contest.levels.wake_stay_days, 1.1, reactivated.size).astype(np.int64) + 1
    return Spells(reactivated, contest.joins[reactivated], stay, people.worlds[reactivated] & ~_HERE)


def script_visits(setting: Setting, people: People, contest: PointsContest) -> Visits:
    """Visits that abusers make by script.

    Bursts come once a day at the abuser's own hour, device farms one account after the other before dawn, slow rings
    six times a day at any human hour.
    """
    rng = setting.chance.of("scripts", people.block)
    abuser = np.flatnonzero(contest.abuse != HONEST)
    times = np.where(contest.abuse[abuser] == SLOW_RING, 6, 1) * (contest.end - contest.first)
    person = np.repeat(abuser, times)
    nth, way = places(times), contest.abuse[person]
    day = contest.first + nth % (contest.end - contest.first)
    human = setting.seasons.seconds(day, rng.random(person.size))
    before_dawn = 3 * 3600 + contest.ring[person] * 600 % 5400 + person % 7 * 45 + rng.integers(0, 20, person.size)
    seconds = np.select([way == BURST, way == DEVICE_FARM], [95, 40], rng.integers(300, 900, person.size))
    clock = np.where(way == DEVICE_FARM, before_dawn, np.minimum(human, DAY - 1000))
    return Visits(
        person=person,
        start=day * DAY + clock,
        seconds=seconds,
        channel=people.channel[person],
        since=np.ones(person.size, dtype=np.int64),
        main=np.zeros(person.size, dtype=np.bool_),
        occasion=np.full(person.size, SCRIPT),
        worlds=people.worlds[person] & ~_HERE,
    )


def referrals(setting: Setting) -> Arrivals:
    """Whom participants brought by sharing."""
    levels = setting.levels.points_contest
    days = np.arange(day_of(levels.start.date()), day_of(levels.end.date()))
    a_day = np.zeros(DAYS)
    a_day[days] = setting.seasons.arrivals[days] * levels.referral_arrivals
    channels = [float(name == "referral") for name in setting.levels.people.channels]
    return Arrivals(brought_by=POINTS_CONTEST, a_day=a_day, channels=channels, worlds=EVERYWHERE & ~_HERE)
