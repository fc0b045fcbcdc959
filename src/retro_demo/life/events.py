"""Events: what people do on their visits, from logging in to paying, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from retro_demo.chance import Flags, Floats, Ints, places
from retro_demo.clock import DAY, DAYS
from retro_demo.life.fates import NONE
from retro_demo.life.orders import Orders
from retro_demo.life.visits import Visits
from retro_demo.setting import Setting

KINDS = (
    "register",
    "log_in",
    "join",
    "book",
    "sign_in",
    "search",
    "task_start",
    "task_complete",
    "view",
    "add_to_cart",
    "share",
    "redeem",
    "order",
    "pay_failed",
    "pay",
)
(
    REGISTER,
    LOG_IN,
    JOIN,
    BOOK,
    SIGN_IN,
    SEARCH,
    TASK_START,
    TASK_COMPLETE,
    VIEW,
    CART,
    SHARE,
    REDEEM,
    ORDER,
    PAY_FAILED,
    PAY,
) = range(len(KINDS))

_BROWSING = 20
"""Ranks below are the beginning of a visit; from here on, views and carts alternate; the end has ranks of its own."""

_ENDING = 900


@dataclass(frozen=True)
class Actions:
    """Events of one kind before they have a time: all that is known is their turn in the visit.

    Attributes:
        visit: Position of the visit.
        turn: Smaller turns come first.
        kind: Position in `KINDS`.
        product: Position in the catalogue, or `NONE`.
        detail: What the kind makes of it: a task, an order, or `NONE`.
    """

    visit: Ints
    turn: Ints
    kind: Ints
    product: Ints
    detail: Ints


@dataclass(frozen=True)
class Events:
    """Events, sorted by person and time.

    Attributes:
        visit: Position of the visit.
        kind: Position in `KINDS`.
        second: Second of the shop's clock.
        product: Position in the catalogue, or `NONE`.
        detail: A task of a task event, a reward of a redemption, an order of order and pay events; else `NONE`.
    """

    visit: Ints
    kind: Ints
    second: Ints
    product: Ints
    detail: Ints

    def __len__(self) -> int:
        return self.visit.size

    def take(self, rows: Ints | Flags) -> Events:
        """Some of the events."""
        return Events(**{part.name: getattr(self, part.name)[rows] for part in fields(self)})


def act(
    visit: Ints | Flags, turn: int | Ints, kind: int, *, product: Ints | None = None, detail: Ints | None = None
) -> Actions:
    """Let something of one kind happen on each of these visits."""
    where = np.flatnonzero(visit) if visit.dtype == np.bool_ else np.asarray(visit, dtype=np.int64)
    none = np.full(where.size, NONE)
    return Actions(
        where,
        np.broadcast_to(np.asarray(turn, dtype=np.int64), where.shape),
        np.full(where.size, kind),
        none if product is None else product,
        none if detail is None else detail,
    )


def browse(setting: Setting, mean: Floats, buyer: Flags, rng: np.random.Generator) -> list[Actions]:
    """Views, and what goes into the cart after one; whoever orders has put something there.

    Args:
        setting: What all people share.
        mean: Views expected on each visit; nobody looks where it is 0.
        buyer: Which visits end with an order.
        rng: The stream to draw from.
    """
    views = np.where(mean > 0, rng.geometric(1 / (1 + mean)) - 1 + buyer, 0)
    visit, nth = np.repeat(np.arange(mean.size), views), places(views)
    product = setting.catalogue.look_at(rng.random(visit.size))
    last = buyer[visit] & (nth == views[visit] - 1)
    cart = np.flatnonzero(last | (rng.random(visit.size) < setting.levels.sessions.cart_rate))
    turn = _BROWSING + 2 * np.minimum(nth, 400)
    return [
        act(visit, turn, VIEW, product=product),
        act(visit[cart], turn[cart] + 1, CART, product=product[cart]),
    ]


def order_and_pay(orders: Orders, ordering: Ints) -> list[Actions]:
    """Order, and pay, or fail to; `ordering` holds the order of each visit, or `NONE`."""
    visit = np.flatnonzero(ordering != NONE)
    order = ordering[visit]
    failed, paid = orders.failed[order], orders.paid[order] != NONE
    return [
        act(visit, _ENDING + 1, ORDER, detail=order),
        act(visit[failed], _ENDING + 2, PAY_FAILED, detail=order[failed]),
        act(visit[paid], _ENDING + 3, PAY, detail=order[paid]),
    ]


def interleave(*parts: Events) -> Events:
    """Events of several origins as one list, sorted by visit and time."""
    together = Events(*(np.concatenate([getattr(part, some.name) for part in parts]) for some in fields(Events)))
    return together.take(np.argsort(together.visit * (DAYS * DAY) + together.second, kind="stable"))


def in_time(actions: Sequence[Actions], visits: Visits, orders: Orders, rng: np.random.Generator) -> Events:
    """Spread the actions of each visit over its length, in their turn; orders and payments have their own times."""
    visit, turn, kind, product, detail = (
        np.concatenate([getattr(part, field.name) for part in actions]) for field in fields(Actions)
    )
    rows = np.argsort(visit * 1024 + turn, kind="stable")
    visit, kind, product, detail = visit[rows], kind[rows], product[rows], detail[rows]
    gaps = np.where(kind == REGISTER, 0.0, rng.standard_exponential(visit.size) + 0.05)
    total = np.bincount(visit, weights=gaps, minlength=len(visits)) + rng.standard_exponential(len(visits))
    passed = np.cumsum(gaps)
    before = np.r_[0.0, passed][np.searchsorted(visit, visit)]
    second = visits.start[visit] + ((passed - before) / total[visit] * visits.seconds[visit]).astype(np.int64)
    for ending, times in ((ORDER, orders.ordered), (PAY_FAILED, orders.ordered + 3), (PAY, orders.paid)):
        mine = np.flatnonzero(kind == ending)
        second[mine] = times[detail[mine]]
    return Events(visit, kind, second, product, detail)
