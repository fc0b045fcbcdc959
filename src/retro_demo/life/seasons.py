"""Seasons: how every day and every hour differs from the ordinary, for all people alike."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from retro_demo.chance import Chance, Floats, Ints
from retro_demo.clock import DAY, DAYS, FIRST_DAY, day_of, weekdays
from retro_demo.levels import Levels, SeasonLevels

_MINUTES = DAY // 60
_SATURDAY = 5


@dataclass(frozen=True)
class Seasons:
    """What the calendar does to people.

    Attributes:
        arrivals: Ordinary registrations expected on each day, at scale 1.
        visits: What each day adds to everyone's log-odds to come.
        orders: What each day adds to a visitor's log-odds to order.
        weekday_clock: Share of a working day's activity before each minute; 1,441 values from 0 to 1.
        weekend_clock: The same for Saturdays and Sundays.
    """

    arrivals: Floats
    visits: Floats
    orders: Floats
    weekday_clock: Floats
    weekend_clock: Floats

    def seconds(self, days: Ints, draws: Floats) -> Ints:
        """Turn uniform draws into seconds of the day, dense when people are awake."""
        weekend = weekdays(days) >= _SATURDAY
        return np.where(weekend, seconds_of(self.weekend_clock, draws), seconds_of(self.weekday_clock, draws))


def seconds_of(clock: Floats, draws: Floats) -> Ints:
    """Turn uniform draws into seconds of the day by a running share of 1,441 minutes."""
    minutes = np.interp(draws, clock, np.arange(clock.size))
    return np.minimum((minutes * 60).astype(np.int64), DAY - 1)


def make_seasons(levels: Levels, chance: Chance, end: int = DAYS) -> Seasons:
    """Lay weekdays, festivals, nodes, growth and noise over each other, for the days before `end`."""
    seasons = levels.seasons
    days = np.arange(end)
    first, last = levels.people.arrivals_a_day
    growth = first * (last / first) ** (days / (DAYS - 1))
    return Seasons(
        arrivals=growth * np.exp(_year(seasons, "arrivals", end) + _weather(seasons, chance, "arrivals", end)),
        visits=_year(seasons, "visits", end) + _weather(seasons, chance, "visits", end),
        orders=_year(seasons, "orders", end) + _weather(seasons, chance, "orders", end),
        weekday_clock=_clock(seasons.hours_weekday),
        weekend_clock=_clock(seasons.hours_weekend),
    )


def _year(seasons: SeasonLevels, of: str, end: int) -> Floats:
    """The logarithm of everything that a calendar on the wall would show."""
    days = np.arange(end)
    total = np.log(np.array(getattr(seasons, f"weekday_{of}")))[weekdays(days)]
    shape = np.log(getattr(seasons, f"festival_{of}"))
    for festival in seasons.festivals:
        total += np.interp(days - day_of(festival), seasons.festival_days, shape, left=0, right=0)
    for node in seasons.nodes:
        total += np.log(getattr(node, of)) * _presence(days, node.start, node.end, node.approach)
    return np.asarray(total)


def _presence(days: Ints, start: dt.date, end: dt.date, approach: int) -> Floats:
    """1 within `[start, end)`, rising over the days of approach and gone on the second day after."""
    first, last = (start - FIRST_DAY).days, (end - FIRST_DAY).days - 1
    return np.asarray(np.interp(days, [first - approach - 1, first, last, last + 2], [0, 1, 1, 0]))


def _weather(seasons: SeasonLevels, chance: Chance, of: str, end: int) -> Floats:
    """A slow drift around zero, and noise from day to day; the later quarters have a stream of their own."""
    later = chance.of("weather", of, "later").standard_normal((end - DAYS, 2)).T
    steps, noise = np.c_[chance.of("weather", of).standard_normal((2, DAYS)), later]
    drift = np.zeros(end)
    for day in range(1, end):
        drift[day] = seasons.drift_memory * drift[day - 1] + seasons.drift * steps[day]
    return np.asarray(drift + seasons.noise * noise)


def _clock(hours: tuple[float, ...]) -> Floats:
    """The running share of the day's activity by minute, smooth between the middles of the hours."""
    middles = np.arange(-1, 25) + 0.5
    around = np.array([hours[-1], *hours, hours[0]])
    density = np.interp((np.arange(_MINUTES) + 0.5) / 60, middles, around)
    return np.asarray(np.r_[0, np.cumsum(density) / density.sum()])
