"""The flash-sale night: who means to come, when, and for what; who stays away, waits, or fakes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retro_demo.campaign_levels import FlashSaleNightLevels
from retro_demo.chance import Flags, Floats, Ints, pick, probability, spread
from retro_demo.clock import DAY, DAYS, day_of, second_of
from retro_demo.life.people import Arrivals, People
from retro_demo.life.seasons import seconds_of
from retro_demo.life.visits import NIGHT, PersonDays, Spells, Visits
from retro_demo.setting import Setting
from retro_demo.worlds import EVERYWHERE, FLASH_SALE_NIGHT, WITHOUT, Changes

FAKES = ("same_device", "no_views", "slow_reseller")
SAME_DEVICE, NO_VIEWS, SLOW_RESELLER = range(len(FAKES))

GENUINE = -1
"""`fake` of guests who buy for themselves."""

_HERE = WITHOUT[FLASH_SALE_NIGHT]
_EVENING = 20 * 60
"""The minute of the day at which the night begins and ends."""


@dataclass(frozen=True)
class Guests:
    """The guests of the night from one block; a guest is one session, and at most one order.

    Attributes:
        person: Position in the block's people.
        arrived: Second of the shop's clock.
        wished: Second in which they order, if they find what they wish for.
        channel: Position in `levels.people.channels`.
        buys: Whether they wish for anything.
        early_bird: Whether they hold the early-bird coupon.
        fake: Position in `FAKES`, or `GENUINE`.
    """

    person: Ints
    arrived: Ints
    wished: Ints
    channel: Ints
    buys: Flags
    early_bird: Flags
    fake: Ints

    def __len__(self) -> int:
        return self.person.size


@dataclass(frozen=True)
class FlashSaleNight:
    """What the night does to the people of one block.

    Attributes:
        levels: Its levels.
        aware: Who means to come, and so waits with ordinary purchases.
        lost: Which of them go to the competitor instead.
        buyer: Who bought something in the night.
        guests: Who came.
    """

    levels: FlashSaleNightLevels
    aware: Flags
    lost: Flags
    buyer: Flags
    guests: Guests

    def visit_pull(self, people: People, days: PersonDays) -> tuple[Floats, Changes]:  # noqa: ARG002 - a campaign
        """It changes no ordinary visit: its guests come on visits of their own."""
        return np.zeros(days.day.size), {}

    def order_pull(self, people: People, visits: Visits) -> tuple[Floats, Changes]:  # noqa: ARG002 - same
        """People wait before it, do not order twice on the same day, and have what they need afterwards."""
        announced, start, end = (
            day_of(moment.date()) for moment in (self.levels.announced, self.levels.start, self.levels.end)
        )
        day, buyer = visits.day, self.buyer[visits.person]
        waiting = self.aware[visits.person] & (day >= announced) & (day < start)
        after = self.levels.pulled_forward * np.exp(-(day - end) / self.levels.pulled_forward_days)
        pull = np.where(waiting, self.levels.waiting_pull, 0.0)
        pull += np.where(buyer & (day >= start), np.where(day <= end, self.levels.pulled_forward, after), 0.0)
        return pull, {_HERE: -pull}


def attend_night(setting: Setting, people: People, spells: Spells) -> FlashSaleNight:
    """See who means to come to the night, who is lost to the competitor, and when the others arrive.

    Who buys is not known yet: stock is shared by the whole shop, so `buyer` is empty until the night is settled.
    """
    rng, levels, size = setting.chance.of("night", people.block), setting.levels.flash_sale_night, len(people)
    start, end = day_of(levels.start.date()), day_of(levels.end.date())
    odds = levels.guest + levels.guest_thrift * (people.thrift - 0.5)
    odds += levels.guest_urge * (people.urge - setting.levels.buying.urge)
    around = spells.touch(start - 2, end, size) & (people.registered < second_of(levels.end) - 3600)
    drifted = ~around & ~people.bounced & (people.registered_day < start)
    draws = rng.random(size)
    aware = np.where(around, draws < probability(odds), drifted & (draws < levels.drifted_rate))
    aware &= ~people.bounced & ((people.worlds & 1) != 0)
    aware |= people.brought_by == FLASH_SALE_NIGHT
    lost = aware & (rng.random(size) < levels.competitor_rate) & (people.brought_by != FLASH_SALE_NIGHT)
    person = np.flatnonzero(aware & ~lost)
    guests = _arrive(setting, people, person, rng)
    return FlashSaleNight(levels, aware, lost, np.zeros(size, dtype=np.bool_), guests)


def _arrive(setting: Setting, people: People, person: Ints, rng: np.random.Generator) -> Guests:
    """Say when guests arrive, which of them wish for something, and who fakes."""
    levels, size = setting.levels.flash_sale_night, person.size
    phase = pick(rng, list(levels.phases.values()), size)
    wished = _wish_time(setting, phase, rng)
    seconds = np.clip(spread(rng, 60 * levels.session_minutes, 0.7, size), 25, 3600).astype(np.int64)
    wished = np.maximum(wished, people.registered[person] + 40)
    early_bird = rng.random(size) < levels.early_bird_rate * 2 * people.thrift[person]
    odds = levels.buy + levels.buy_thrift * (people.thrift[person] - 0.5) + levels.buy_opening * (phase == 0)
    odds += levels.early_bird_pull * early_bird + 0.6 * (people.urge[person] - setting.levels.buying.urge)
    buys = rng.random(size) < probability(odds)
    fake = np.where(rng.random(size) < levels.fake_rate * buys.mean(), pick(rng, list(levels.fakes.values()), size), -1)
    opening = second_of(levels.start) + rng.integers(1, 40, size)
    hasty = (fake == SAME_DEVICE) | (fake == NO_VIEWS)
    wished = np.where(hasty, np.maximum(opening, people.registered[person] + 10), wished)
    live = list(setting.levels.people.channels).index("live_stream")
    return Guests(
        person=person,
        arrived=np.maximum(wished - np.where(hasty, 8, seconds), people.registered[person]),
        wished=wished,
        channel=np.where(rng.random(size) < levels.live_stream_rate, live, people.channel[person]),
        buys=buys | (fake != GENUINE),
        early_bird=early_bird & (fake == GENUINE),
        fake=fake,
    )


def _wish_time(setting: Setting, phase: Ints, rng: np.random.Generator) -> Ints:
    """Seconds in which guests order: a burst, a second one at midnight, a last hour, and the ordinary clock."""
    levels = setting.levels.flash_sale_night
    start, end = second_of(levels.start), second_of(levels.end)
    midnight = day_of(levels.end.date()) * DAY
    waits = rng.standard_gamma(1.25, phase.size) * 60
    burst = start + np.minimum(waits * levels.burst_minutes / 1.25, 7200)
    second = midnight + np.minimum(waits * levels.burst_minutes, 5400)
    last = end - 30 - np.minimum(waits * 15, 3500)
    weekday, weekend = setting.seasons.weekday_clock, setting.seasons.weekend_clock
    evening_share = 1 - weekday[_EVENING]
    draws = rng.random(phase.size) * (evening_share + weekend[_EVENING])
    in_evening = draws < evening_share
    evening = midnight - DAY + seconds_of(weekday, weekday[_EVENING] + draws)
    day = midnight + seconds_of(weekend, draws - evening_share)
    ordinary = np.where(in_evening, evening, day)
    return np.clip(np.choose(phase, [burst, second, last, ordinary]).astype(np.int64), start + 2, end - 5)


def night_visits(people: People, guests: Guests) -> Visits:
    """The sessions of the night, in the order of its guests."""
    size = len(guests)
    return Visits(
        person=guests.person,
        start=guests.arrived,
        seconds=guests.wished - guests.arrived,
        channel=guests.channel,
        since=np.ones(size, dtype=np.int64),
        main=np.zeros(size, dtype=np.bool_),
        occasion=np.full(size, NIGHT),
        worlds=people.worlds[guests.person] & ~_HERE,
    )


def come_back_after(setting: Setting, people: People, night: FlashSaleNight, spells: Spells) -> Spells:
    """Some who had drifted away and bought in the night come back for a while; without it they would not have."""
    rng, end = setting.chance.of("after-night", people.block), day_of(night.levels.end.date())
    drifted = np.flatnonzero(night.buyer & ~spells.touch(end - 3, end, len(people)))
    back = drifted[rng.random(drifted.size) < 0.5]  # noqa: PLR2004 - every second one
    start = end + 1 + rng.integers(0, 14, back.size)
    stay = spread(rng, 6.0, 1.0, back.size).astype(np.int64) + 1
    return Spells(back, np.minimum(start, DAYS - 1), stay, people.worlds[back] & ~_HERE)


def night_arrivals(setting: Setting) -> Arrivals:
    """Whom the night brings: most register in the live stream just before it opens and during its burst."""
    levels = setting.levels.flash_sale_night
    start, end = day_of(levels.start.date()), day_of(levels.end.date())
    a_day = np.zeros(DAYS)
    a_day[[start, end]] = setting.seasons.arrivals[[start, end]] * np.array(levels.brought)
    minutes = np.arange(DAY // 60)
    opening = np.where(minutes < _EVENING - 30, 0, np.exp(-np.abs(minutes - _EVENING) / 25)) + 0.02 * (
        minutes > _EVENING
    )
    day = np.diff(setting.seasons.weekend_clock) * (minutes < _EVENING) + 0.004 * np.exp(-minutes / 20)
    return Arrivals(
        brought_by=FLASH_SALE_NIGHT,
        a_day=a_day,
        channels=[levels.channels[name] for name in setting.levels.people.channels],
        worlds=EVERYWHERE & ~_HERE,
        appetite=-0.5,
        stay=0.6,
        urge=-0.8,
        clock={start: _running(opening), end: _running(day)},
    )


def _running(density: Floats) -> Floats:
    return np.asarray(np.r_[0, np.cumsum(density) / density.sum()])
