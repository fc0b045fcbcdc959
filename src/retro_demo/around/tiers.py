"""Tiers: what a member's purchases of the last year make of them, looked at on the first of each month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from retro_demo.around.points import Ledger
from retro_demo.chance import Ints
from retro_demo.clock import DAY, day_of
from retro_demo.life.baskets import sums
from retro_demo.life.fates import PAID
from retro_demo.life.orders import Orders
from retro_demo.life.people import People
from retro_demo.setting import Setting
from retro_demo.worlds import POINTS_CONTEST, happens

LOWEST = "member"
ALWAYS = -1
"""`until` of a tier that is still valid."""

_REVIEWS = (
    *(dt.date(2024, month, 1) for month in (10, 11, 12)),
    dt.date(2025, 1, 1),
    dt.date(2025, 1, 24),  # the contest's points count towards the tier when it ends
    dt.date(2025, 2, 1),
    dt.date(2025, 3, 1),
)
_POINTS_FOR_A_YUAN = 4


@dataclass(frozen=True)
class Tiers:
    """Tiers that members have held, sorted by person and time.

    Attributes:
        person: Position in the block's people.
        tier: 0 for `LOWEST`, then the positions in `levels.points.tiers`, counted from 1.
        since: Second of the shop's clock.
        until: Second of the shop's clock, or `ALWAYS`.
    """

    person: Ints
    tier: Ints
    since: Ints
    until: Ints


def grade_members(setting: Setting, people: People, orders: Orders, ledger: Ledger) -> Tiers:
    """Grade every member at each review; a row begins when the tier changes."""
    members = np.flatnonzero(people.member & happens(people.worlds))
    thresholds = [100 * yuan for yuan in setting.levels.points.tiers.values()]
    good, won = orders.status == PAID, (ledger.campaign == POINTS_CONTEST) & (ledger.points > 0)
    grades = []
    for review in _REVIEWS:
        until = day_of(review) * DAY
        counted = good & (orders.paid < until) & (orders.paid >= until - 365 * DAY)
        spent = sums(orders.person[counted], orders.amount[counted], len(people))
        bonus = won & (ledger.second < until)
        spent += sums(ledger.person[bonus], ledger.points[bonus] * 100 // _POINTS_FOR_A_YUAN, len(people))
        grades.append(np.searchsorted(thresholds, spent[members], side="right"))
    return _rows(people, members, np.stack(grades, axis=1))


def _rows(people: People, members: Ints, grades: Ints) -> Tiers:
    """One row for each stretch of reviews at the same tier, the first from the registration on if it was later."""
    reviews = np.array([day_of(review) * DAY for review in _REVIEWS])
    registered = people.registered[members][:, None]
    grade = np.where(registered < reviews, grades, 0)
    change = np.ones_like(grade, dtype=np.bool_)
    change[:, 1:] = grade[:, 1:] != grade[:, :-1]
    row, column = np.nonzero(change)
    start = np.maximum(reviews, registered)[row, column]
    person = members[row]
    same = np.r_[person[1:] == person[:-1], False] if person.size else np.zeros(0, dtype=np.bool_)
    return Tiers(person, grade[row, column], start, np.where(same, np.r_[start[1:], 0], ALWAYS))
