"""Who cheats in the points contest."""

from __future__ import annotations

import numpy as np

from retro_demo.campaigns.points_contest import HONEST, _cheats
from retro_demo.chance import Chance
from retro_demo.levels import load_levels


def test_abusers_come_in_rings_of_one_kind() -> None:
    levels = load_levels().points_contest
    keen = np.arange(12_000) % 2 == 0

    abuse, ring = _cheats(levels, keen, Chance(1).of("test"))

    assert np.count_nonzero(abuse != HONEST) == 120  # two in a hundred of the 6,000 keen ones
    assert not (abuse[~keen] != HONEST).any()
    sizes = np.bincount(ring[ring != HONEST])
    assert sizes.tolist() == [levels.ring_size] * 20
    assert all(np.unique(abuse[ring == number]).size == 1 for number in range(20))
