"""The new-user week: a first order at 10 % off and a list of tasks with rewards, for everybody who registers in it."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from retro_demo.campaign_levels import NewUserWeekLevels
from retro_demo.chance import Flags, Floats, Ints
from retro_demo.clock import DAYS, day_of, second_of
from retro_demo.life.fates import NONE
from retro_demo.life.people import ITSELF, Arrivals, People
from retro_demo.life.visits import PersonDays, Visits
from retro_demo.setting import Setting
from retro_demo.worlds import ALL_CONTROL, ALL_IMPROVED, EVERYWHERE, NEW_USER_WEEK, WITHOUT, Changes

_HERE = WITHOUT[NEW_USER_WEEK]


@dataclass(frozen=True)
class NewUserWeek:
    """What the week does to the people of one block.

    Attributes:
        levels: Its levels.
        registered_day: The day on which each person registered.
        newcomer: Who registered in the week.
        reached: Which of them saw the campaign and so can take part.
        improved: Which of them have the improved plan of experiment `task_hint_v2`.
    """

    levels: NewUserWeekLevels
    registered_day: Ints
    newcomer: Flags
    reached: Flags
    improved: Flags

    def visit_pull(self, people: People, days: PersonDays) -> tuple[Floats, Changes]:
        """Tasks bring newcomers back while they last, the improved plan more of them."""
        lasting = (days.since > 0) & (days.since <= self.levels.task_days) & self.reached[days.person]
        lasting &= days.day - people.registered_day[days.person] == days.since
        improved = self.improved[days.person]
        hint = np.where(lasting & improved, self.levels.hint_pull, 0.0)
        pull = np.where(lasting, self.levels.task_pull, 0.0) + hint
        missed = np.where(lasting & ~improved, self.levels.hint_pull, 0.0)
        return pull, {_HERE: -pull, ALL_CONTROL: -hint, ALL_IMPROVED: missed}

    def order_pull(self, people: People, visits: Visits) -> tuple[Floats, Changes]:
        """The discount makes newcomers order who would not have, as long as it is open to them."""
        age = visits.day - people.registered_day[visits.person]
        lasting = (age < self.levels.discount_days) & self.reached[visits.person]
        pull = np.where(lasting, self.levels.discount_pull * (0.5 + people.thrift[visits.person]), 0.0)
        return pull, {_HERE: -pull}

    def offer(self, person: Ints, day: Ints, listed: Ints, first: Flags) -> tuple[Ints, Ints]:
        """What comes off first orders in cents, and of which orders it does."""
        entitled = first & self.reached[person] & (day - self.registered_day[person] < self.levels.discount_days)
        off = np.where(entitled, np.round(listed * self.levels.discount_rate), 0).astype(np.int64)
        return off, np.where(off > 0, NEW_USER_WEEK, NONE)


def join_new_user_week(setting: Setting, people: People) -> NewUserWeek:
    """Find the newcomers of a block, and toss the coin of the experiment for each."""
    rng, week = setting.chance.of("new-user-week", people.block), setting.levels.new_user_week
    newcomer = (people.registered >= second_of(week.start)) & (people.registered < second_of(week.end))
    reached = newcomer & (rng.random(len(people)) < week.reach_rate)
    improved = newcomer & (rng.random(len(people)) < 0.5)  # noqa: PLR2004 - a fair coin
    return NewUserWeek(week, people.registered_day, newcomer, reached, improved)


def newcomers(setting: Setting) -> list[Arrivals]:
    """Whom the week brings over the ordinary arrivals of its days, and who would have come later without it."""
    week = setting.levels.new_user_week
    days = np.arange(day_of(week.start.date()), day_of(week.end.date()))
    brought, kept = np.zeros(DAYS), np.zeros(DAYS)
    brought[days] = setting.seasons.arrivals[days] * np.array(week.brought)
    after = days[-1] + 1 + np.arange(week.pulled_forward_days)
    fading = np.linspace(1, 0, after.size + 1)[:-1]
    kept[after] = brought.sum() * week.pulled_forward_rate * fading / fading.sum()
    came = Arrivals(
        brought_by=NEW_USER_WEEK,
        a_day=brought,
        channels=[week.channels[name] for name in setting.levels.people.channels],
        worlds=EVERYWHERE & ~_HERE,
        appetite=week.brought_appetite,
        stay=week.brought_stay,
        urge=week.brought_urge,
    )
    return [came, dataclasses.replace(came, brought_by=ITSELF, a_day=kept, worlds=_HERE)]
