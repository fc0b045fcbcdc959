"""Refunds: whole orders that came back, and single things out of orders that otherwise stayed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retro_demo.chance import Ints, nth_of_owner, pick
from retro_demo.life.baskets import Baskets
from retro_demo.life.fates import NONE, PAID, REFUNDED, return_lag
from retro_demo.life.orders import Orders
from retro_demo.life.people import People
from retro_demo.setting import Setting

_FITS = ("apparel", "sports")
"""Categories that are returned for their size."""


@dataclass(frozen=True)
class Refunds:
    """Refunds, those of whole orders first. Money in cents.

    Attributes:
        order: Position of the order.
        product: Position in the catalogue of the thing that came back, or `NONE` for a whole order.
        second: Second of the shop's clock.
        amount: What was paid back.
        reason: Position in `levels.fates.reasons`.
    """

    order: Ints
    product: Ints
    second: Ints
    amount: Ints
    reason: Ints


def pay_back(setting: Setting, people: People, orders: Orders, lines: Baskets) -> Refunds:
    """Pay back what was returned, and say why."""
    rng, fates = setting.chance.of("refunds", people.block), setting.levels.fates
    whole = np.flatnonzero(orders.status == REFUNDED)
    several = np.bincount(lines.order, minlength=len(orders)) > 1
    able = (orders.status == PAID)[lines.order] & several[lines.order] & (nth_of_owner(lines.order) == 1)
    part = np.flatnonzero(able & (rng.random(lines.order.size) < fates.partial_rate * 2))
    order = lines.order[part]
    back = orders.paid[order] + return_lag(setting, part.size, rng)
    known = back < setting.until
    part, order, back = part[known], order[known], back[known]
    paid = lines.worth(setting.catalogue)[part] - lines.off[part]
    first = lines.product[np.searchsorted(lines.order, whole)]
    return Refunds(
        order=np.r_[whole, order],
        product=np.r_[np.full(whole.size, NONE), lines.product[part]],
        second=np.r_[orders.refunded[whole], back],
        amount=np.r_[orders.amount[whole], paid],
        reason=_reasons(setting, np.r_[first, lines.product[part]], rng),
    )


def _reasons(setting: Setting, product: Ints, rng: np.random.Generator) -> Ints:
    """Why things come back; only what can be worn does so for its size."""
    reasons = setting.levels.fates.reasons
    reason = pick(rng, list(reasons.values()), product.size)
    wearable = np.isin(np.array(list(setting.levels.goods.categories))[setting.catalogue.category[product]], _FITS)
    size, other = list(reasons).index("size_or_fit"), list(reasons).index("not_as_described")
    return np.where((reason == size) & ~wearable, other, reason)
