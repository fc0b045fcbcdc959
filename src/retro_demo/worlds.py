"""Worlds: what happened, and what would have happened without each of the campaigns.

A campaign only ever changes a person's chance to do something. The chance is drawn once, and the same draw answers
for every world: whoever comes with 31 % at the campaign and with 24 % without it has come in both worlds when the draw
is below .24, and because of the campaign when it lies between. So the planted truth is counted on the rows, person by
person, and no formula that an estimator could invert has made it.

Rows carry the worlds they belong to as a bit mask; the tables hold the rows of the actual world only.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from retro_demo.chance import Flags, Floats, probability

Worlds = npt.NDArray[np.uint8]

CAMPAIGNS = ("2025Q1-new-user-week", "2025Q1-points-contest", "2025Q1-flash-sale-night", "2025Q1-member-day")

NEW_USER_WEEK, POINTS_CONTEST, FLASH_SALE_NIGHT, MEMBER_DAY = range(len(CAMPAIGNS))

ACTUAL = np.uint8(1)
"""The world that the tables show."""

WITHOUT = (np.uint8(2), np.uint8(4), np.uint8(8), np.uint8(64))
"""The world without each campaign, in the order of `CAMPAIGNS`."""

ALL_CONTROL, ALL_IMPROVED = np.uint8(16), np.uint8(32)
"""The worlds in which everybody has one arm of the sound experiment."""

EVERYWHERE = np.uint8(127)

Changes = Mapping[np.uint8, Floats]
"""By world: how the log-odds there differ from the actual ones."""


def come_true(draws: Floats, log_odds: Floats, changes: Changes, worlds: Worlds) -> Worlds:
    """In which worlds a chance comes true.

    Args:
        draws: One uniform draw for each chance.
        log_odds: Of each chance, in the actual world.
        changes: How they differ elsewhere; worlds that are left out do as the actual one does.
        worlds: The worlds in which there is a chance at all.

    Examples:
        >>> draws = np.array([0.4, 0.6, 0.9])  # 73 % in the actual world, 50 % without the first campaign
        >>> come_true(draws, np.ones(3), {WITHOUT[0]: -np.ones(3)}, np.full(3, EVERYWHERE)).tolist()
        [127, 125, 0]
    """
    happened = np.where(draws < probability(log_odds), EVERYWHERE, np.uint8(0))
    for world, change in changes.items():
        touched = np.flatnonzero(change)
        hit = draws[touched] < probability(log_odds[touched] + change[touched])
        happened[touched] = np.where(hit, happened[touched] | world, happened[touched] & ~world)
    return happened & worlds


def happens(worlds: Worlds, world: np.uint8 = ACTUAL) -> Flags:
    """Which rows belong to a world."""
    return np.asarray((worlds & world) != 0)
