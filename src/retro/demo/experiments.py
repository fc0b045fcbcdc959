"""Experiments: who saw which arm, and when. The one on task hints is sound, the one on a pop-up is broken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retro.demo.chance import Ints
from retro.demo.new_user_week import NewUserWeek
from retro.demo.people import People
from retro.demo.setting import Setting
from retro.demo.worlds import happens

EXPERIMENTS = ("task_hint_v2", "reward_popup_v1")
ARMS = ("control", "improved")


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


def expose(setting: Setting, week: NewUserWeek, people: People) -> Exposures:
    """Expose the newcomers who get in and see the campaign.

    Each sees the task list right after registering. The pop-up follows a minute later on a coin of its own; its new
    arm loses exposures to a crash, and a few people see both arms: a sound analysis stops at either.
    """
    rng = setting.chance.of("exposures", people.block)
    seen = np.flatnonzero(week.reached & ~people.bounced & happens(people.worlds))
    hint = (seen, week.improved[seen].astype(np.int64), people.registered[seen] + rng.integers(8, 40, seen.size))
    arm = rng.integers(0, 2, seen.size)
    kept = (arm == 0) | (rng.random(seen.size) >= week.levels.popup_lost_rate)
    both = np.flatnonzero(kept & (rng.random(seen.size) < week.levels.popup_both_rate))
    rows = np.r_[np.flatnonzero(kept), both]
    arms = np.r_[arm[kept], 1 - arm[both]]
    popup = (seen[rows], arms, people.registered[seen[rows]] + rng.integers(60, 180, rows.size))
    return Exposures(
        np.repeat([0, 1], [seen.size, rows.size]), *(np.concatenate(pair) for pair in zip(hint, popup, strict=True))
    )
