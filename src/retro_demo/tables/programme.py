"""The tables of the points programme: points_ledger, leaderboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retro_demo.around.points import ENTRIES, Ledger
from retro_demo.chance import Ints
from retro_demo.clock import DAY, day_of
from retro_demo.life.people import People
from retro_demo.setting import Setting
from retro_demo.tables.arrow import Column, Columns, at, integers, moments, opaque, words
from retro_demo.tables.keys import numbered, user_keys
from retro_demo.worlds import CAMPAIGNS, POINTS_CONTEST

MISMATCH_SHARE = 5e-5
"""One row of the last leaderboard is off by this share of all points: below the 0.01 % that is tolerated."""


@dataclass(frozen=True)
class Standings:
    """Contest points of one block's participants.

    Attributes:
        number: Numbers of the participants among all people.
        points: One row for each, one column for each day of the contest.
    """

    number: Ints
    points: Ints


def points_ledger(setting: Setting, people: People, ledger: Ledger, order_ids: Column, first: int) -> Columns:
    """One row for each entry; entries of a member add up to `balance_after` of the last one."""
    return {
        "entry_id": numbered("l", first, ledger.person.size),
        "user_id": words(ledger.person, user_keys(people)),
        "occurred_at": moments(ledger.second),
        "kind": words(ledger.entry, ENTRIES),
        "points": integers(ledger.points),
        "balance_after": integers(ledger.balance),
        "reward": words(ledger.reward, list(setting.levels.points.rewards)),
        "order_id": words(ledger.order, order_ids),
        "campaign_id": words(ledger.campaign, CAMPAIGNS),
    }


def leaderboard(setting: Setting, standings: Sequence[Standings]) -> tuple[Columns, dict[str, object]]:
    """One row for each participant at the end of each day, best first, and what is wrong with one of them."""
    number = np.concatenate([some.number for some in standings])
    points = np.concatenate([some.points for some in standings])
    size, days = points.shape
    rng = setting.chance.of("leaderboard")
    broken = int(rng.integers(0, size))
    shown = points.copy()
    off = max(1, int(points[:, -1].sum() * MISMATCH_SHARE))
    shown[broken, -1] += off
    orders = [np.lexsort((number, -shown[:, day])) for day in range(days)]
    rows = np.concatenate(orders)
    day = np.repeat(np.arange(days), size)
    first = day_of(setting.levels.points_contest.start.date())
    keys = opaque("u", number)
    some = shown[rows, day] > 0
    columns = {
        "campaign_id": words(np.full(int(some.sum()), POINTS_CONTEST), CAMPAIGNS),
        "snapshot_at": moments((first + 1 + day[some]) * DAY),
        "user_id": at(keys, rows[some]),
        "rank": integers(np.tile(1 + np.arange(size), days)[some]),
        "points": integers(shown[rows, day][some]),
    }
    return columns, {"user_id": keys[broken].as_py(), "points_too_many": off}
