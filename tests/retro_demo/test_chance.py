"""Random streams and draws."""

from __future__ import annotations

import numpy as np
import pytest

from retro_demo.chance import Chance, pick


def test_streams_do_not_depend_on_each_other() -> None:
    alone = Chance(5).of("b").random(3)
    Chance(5).of("a").random(1000)
    assert Chance(5).of("b").random(3).tolist() == alone.tolist()


def test_pick_follows_the_weights() -> None:
    drawn = pick(Chance(1).of("test"), [1, 0, 3], 10_000)
    assert np.bincount(drawn, minlength=3)[1] == 0
    assert (drawn == 2).mean() == pytest.approx(0.75, abs=0.02)
