"""Events: what people do on their visits, from logging in to paying, one row each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retro.demo.chance import Flags, Ints, nth_of_owner, places
from retro.demo.new_user_week import NewUserWeek
from retro.demo.orders import NONE, Orders
from retro.demo.people import People
from retro.demo.setting import Setting
from retro.demo.visits import Visits

KINDS = (
    "register",
    "log_in",
    "sign_in",
    "search",
    "view",
    "add_to_cart",
    "task_start",
    "task_complete",
    "share",
    "order",
    "pay",
)
REGISTER, LOG_IN, SIGN_IN, SEARCH, VIEW, CART, TASK_START, TASK_COMPLETE, SHARE, ORDER, PAY = range(len(KINDS))

_BROWSING = 10
"""Ranks below are the beginning of a visit; from here on, views and carts alternate; the end has ranks of its own."""

_ENDING = 900


@dataclass(frozen=True)
class Events:
    """Events, sorted by person and time.

    Attributes:
        visit: Position of the visit.
        kind: Position in `KINDS`.
        second: Second of the shop's clock.
        product: Position in the catalogue, or `NONE`.
        task: Position in the tasks of the new-user week, or `NONE`.
        order: Position of the order that it belongs to, or `NONE`.
    """

    visit: Ints
    kind: Ints
    second: Ints
    product: Ints
    task: Ints
    order: Ints

    def __len__(self) -> int:
        return self.visit.size


@dataclass(frozen=True)
class _Rows:
    """Events of one kind before they have a time: their place in the visit is a rank."""

    visit: Ints
    rank: Ints
    kind: int
    product: Ints
    task: Ints
    order: Ints


def record_events(setting: Setting, week: NewUserWeek, people: People, visits: Visits, orders: Orders) -> Events:
    """Write down what happens on visits.

    Args:
        setting: What all people share.
        week: The new-user week, whose tasks are done on visits.
        people: The people of the block.
        visits: Their visits in the time for which events are kept.
        orders: Their orders; `visit` is a position in `visits`, or `NONE` where events are not kept.
    """
    rng = setting.chance.of("events", people.block)
    known = np.flatnonzero(orders.visit != NONE)
    ordering = np.full(len(visits), NONE)
    ordering[orders.visit[known]] = known
    registering = visits.start == people.registered[visits.person]
    inside = ~people.bounced[visits.person]
    sessions = setting.levels.sessions
    rows = [
        _plain(registering, 0, REGISTER),
        _plain(inside, 1, LOG_IN),
        _plain(inside & visits.main & (rng.random(len(visits)) < sessions.sign_in_rate), 2, SIGN_IN),
        _plain(inside & (rng.random(len(visits)) < sessions.search_rate), 3, SEARCH),
        *_tasks(week, visits, inside, rng),
        *_browsing(setting, ordering, inside, rng),
        _plain(inside & (rng.random(len(visits)) < sessions.share_rate), _ENDING - 1, SHARE),
        *_endings(orders, ordering),
    ]
    return _in_time(rows, visits, orders, rng)


def _plain(rows: Flags | Ints, rank: int, kind: int) -> _Rows:
    """Events of visits that need no more words."""
    visit = np.flatnonzero(rows) if rows.dtype == np.bool_ else np.asarray(rows, dtype=np.int64)
    none = np.full(visit.size, NONE)
    return _Rows(visit, np.full(visit.size, rank), kind, none, none, none)


def _browsing(setting: Setting, ordering: Ints, inside: Flags, rng: np.random.Generator) -> list[_Rows]:
    """Views, and what goes into the cart after one; whoever orders has put something there."""
    sessions, buyer = setting.levels.sessions, ordering != NONE
    views = rng.geometric(1 / (1 + np.where(buyer, sessions.views_before_order, sessions.views))) - 1 + buyer
    views = np.where(inside, views, 0)
    visit, place = np.repeat(np.arange(ordering.size), views), places(views)
    product = setting.catalogue.look_at(rng.random(visit.size))
    last = buyer[visit] & (place == views[visit] - 1)
    cart = np.flatnonzero(last | (rng.random(visit.size) < sessions.cart_rate))
    none = np.full(visit.size, NONE)
    rank = _BROWSING + 2 * np.minimum(place, 400)
    return [
        _Rows(visit, rank, VIEW, product, none, none),
        _Rows(visit[cart], rank[cart] + 1, CART, product[cart], none[cart], none[cart]),
    ]


def _tasks(week: NewUserWeek, visits: Visits, inside: Flags, rng: np.random.Generator) -> list[_Rows]:
    """Tasks of the new-user week: newcomers start the next one on each visit, and finish it or not."""
    levels = week.levels
    mine = np.flatnonzero(week.reached[visits.person] & inside & (visits.since <= levels.task_days))
    person = visits.person[mine]
    nth = nth_of_owner(person)
    starts = (nth < len(levels.tasks)) & (rng.random(mine.size) < 0.9 - 0.12 * nth)  # interest fades from task to task
    odds = np.log(levels.task_rate / (1 - levels.task_rate)) + levels.hint_task_pull * week.improved[person]
    finishes = starts & (rng.random(mine.size) < 1 / (1 + np.exp(-odds)))
    none = np.full(mine.size, NONE)
    return [
        _Rows(mine[rows], np.full(rows.sum(), rank), kind, none[rows], nth[rows], none[rows])
        for rows, rank, kind in ((starts, 4, TASK_START), (finishes, 5, TASK_COMPLETE))
    ]


def _endings(orders: Orders, ordering: Ints) -> list[_Rows]:
    """Order and pay, which have times of their own."""
    ordered = np.flatnonzero(ordering != NONE)
    paid = ordered[orders.paid[ordering[ordered]] != NONE]
    return [
        _Rows(visit, np.full(visit.size, rank), kind, none, none, ordering[visit])
        for visit, rank, kind in ((ordered, _ENDING, ORDER), (paid, _ENDING + 1, PAY))
        for none in [np.full(visit.size, NONE)]
    ]


def _in_time(rows: list[_Rows], visits: Visits, orders: Orders, rng: np.random.Generator) -> Events:
    """Spread the events of each visit over its length, in the order of their ranks."""
    visit = np.concatenate([part.visit for part in rows])
    kind = np.repeat([part.kind for part in rows], [part.visit.size for part in rows])
    turn = np.argsort(visit * 1024 + np.concatenate([part.rank for part in rows]), kind="stable")
    visit, kind = visit[turn], kind[turn]
    order = np.concatenate([part.order for part in rows])[turn]
    gaps = np.where(kind == REGISTER, 0.0, rng.standard_exponential(visit.size) + 0.05)
    total = np.bincount(visit, weights=gaps, minlength=len(visits)) + rng.standard_exponential(len(visits))
    passed = np.cumsum(gaps)
    before = np.r_[0.0, passed][np.searchsorted(visit, visit)]
    second = visits.start[visit] + ((passed - before) / total[visit] * visits.seconds[visit]).astype(np.int64)
    second = np.where(kind == ORDER, orders.ordered[order], second) if len(orders) else second
    second = np.where(kind == PAY, orders.paid[order], second) if len(orders) else second
    return Events(
        visit=visit,
        kind=kind,
        second=second,
        product=np.concatenate([part.product for part in rows])[turn],
        task=np.concatenate([part.task for part in rows])[turn],
        order=order,
    )
