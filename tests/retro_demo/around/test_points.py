"""The points ledger by hand."""

from __future__ import annotations

import numpy as np

from retro_demo.around.points import CLAW_BACK, EARN_SIGN_IN, ENTRIES, SPEND, Ledger, _run
from retro_demo.chance import Chance
from retro_demo.levels import load_levels
from retro_demo.setting import set_up


def test_points_are_spent_as_far_as_they_reach() -> None:
    setting = set_up(load_levels(), Chance(1), 0.001)
    rewards = [points for points, _ in setting.levels.points.rewards.values()]
    none = np.full(5, -1)
    entries = Ledger(
        person=np.array([0, 0, 0, 0, 1]),
        second=np.arange(5),
        entry=np.array([EARN_SIGN_IN, SPEND, SPEND, CLAW_BACK, SPEND]),
        points=np.array([rewards[0] + 30, 0, 0, -500, 0]),
        balance=none,
        reward=none,
        order=none,
        event=none,
        campaign=none,
    )

    ledger = _run(setting, entries, 2, Chance(1).of("test"))

    assert [ENTRIES[entry] for entry in ledger.entry[:4]] == ["sign_in", "redeem", "redeem", "claw_back"]
    assert ledger.points.tolist() == [rewards[0] + 30, -rewards[0], 0, -30, 0]
    assert ledger.balance.tolist() == [rewards[0] + 30, 30, 30, 0, 0]
    assert ledger.reward.tolist() == [-1, 0, -1, -1, -1]
