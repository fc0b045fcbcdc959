"""Spells by hand."""

from __future__ import annotations

import numpy as np

from retro_demo.life.visits import Spells


def test_spells_touch_the_days_they_last() -> None:
    spells = Spells(
        np.array([0, 1, 2]), np.array([5, 8, 1]), np.array([2, 1, 3]), np.array([63, 63, 2], dtype=np.uint8)
    )
    # Person 0 is there on days 5 and 6, person 1 on day 8, person 2 only in a world that did not happen.
    assert spells.touch(6, 7, 4).tolist() == [True, False, False, False]
    assert spells.touch(7, 8, 4).tolist() == [False, True, False, False]
    assert spells.touch(0, 3, 4).tolist() == [False] * 4
