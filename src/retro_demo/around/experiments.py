"""Experiments: who saw which arm, and when. Hints and invitations are sound, the one on a pop-up is broken."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from retro_demo.campaigns.new_user_week import NewUserWeek
from retro_demo.campaigns.points_contest import PointsContest
from retro_demo.chance import Ints
from retro_demo.clock import DAY
from retro_demo.life.people import People
from retro_demo.setting import Setting
from retro_demo.worlds import happens

EXPERIMENTS = ("task_hint_v2", "reward_popup_v1", "contest_invitation", "wake_up_sms", "wake_up_push")
HINT, POPUP, INVITATION = range(3)

ARMS = ("control", "improved", "held_out", "invited")
CONTROL, IMPROVED, HELD_OUT, INVITED = range(len(ARMS))


@dataclass(frozen=True)
class Exposures:
    """Exposures, one value each.

    Attributes:
        experiment: Position in `EXPERIMENTS`.
        person: Position in the block's people.
        arm: Position in `ARMS`.
        second: Second of the shop's clock.
    """

    experiment: Ints
    person: Ints
    arm: Ints
    second: Ints

    def __add__(self, other: Exposures) -> Exposures:
        return Exposures(*(np.r_[getattr(self, part.name), getattr(other, part.name)] for part in fields(self)))


def expose(setting: Setting, week: NewUserWeek, contest: PointsContest, people: People) -> Exposures:
    """Expose newcomers who get in and see the week's campaign, and members whom the contest is told to, or kept from.

    A newcomer sees the task list right after registering. The pop-up follows a minute later on a coin of its own; its
    new arm loses exposures to a crash: a sound analysis stops at the ratio of its arms.
    """
    rng = setting.chance.of("exposures", people.block)
    seen = np.flatnonzero(week.reached & ~people.bounced & happens(people.worlds))
    arm = rng.integers(0, 2, seen.size)
    kept = (arm == CONTROL) | (rng.random(seen.size) >= week.levels.popup_lost_rate)
    popup = seen[kept]
    told = np.flatnonzero(contest.invited | contest.held_out)
    start = contest.first * DAY
    return Exposures(
        experiment=np.repeat([HINT, POPUP, INVITATION], [seen.size, popup.size, told.size]),
        person=np.r_[seen, popup, told],
        arm=np.r_[week.improved[seen], arm[kept], np.where(contest.invited[told], INVITED, HELD_OUT)],
        second=np.r_[
            people.registered[seen] + rng.integers(8, 40, seen.size),
            people.registered[popup] + rng.integers(60, 180, popup.size),
            start + rng.integers(0, 3600, told.size),
        ],
    )
