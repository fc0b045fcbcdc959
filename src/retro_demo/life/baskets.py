"""Baskets: what people put into them, and what each line comes to once the discounts are shared out."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from retro_demo.chance import Flags, Floats, Ints, probability
from retro_demo.life.goods import Catalogue
from retro_demo.setting import Setting


@dataclass(frozen=True)
class Baskets:
    """The lines of orders, sorted by order. Money in cents.

    Attributes:
        order: Position of the order.
        product: Position in the catalogue.
        pieces: How many.
        off: What came off the line.
    """

    order: Ints
    product: Ints
    pieces: Ints
    off: Ints

    def worth(self, catalogue: Catalogue) -> Ints:
        """Lines at list prices."""
        return catalogue.price[self.product] * self.pieces

    def listed(self, catalogue: Catalogue, orders: int) -> Ints:
        """Orders at list prices, for so many orders."""
        return sums(self.order, self.worth(catalogue), orders)

    def of(self, places: Ints) -> Baskets:
        """The lines of some orders; `places` holds the new position of each order, below 0 where it is left out."""
        order = places[self.order]
        rows = np.flatnonzero(order >= 0)
        rows = rows[np.argsort(order[rows], kind="stable")]
        return Baskets(order[rows], self.product[rows], self.pieces[rows], self.off[rows])

    def share_out(self, catalogue: Catalogue, discount: Ints) -> Baskets:
        """The same lines with each order's discount shared out over them by worth, to the cent."""
        worth = self.worth(catalogue)
        first = np.searchsorted(self.order, self.order)
        running = np.cumsum(worth)
        before = running[first] - worth[first]
        total = np.maximum(sums(self.order, worth, discount.size), 1)[self.order]
        up_to = discount[self.order] * (running - before) // total
        up_to_last = discount[self.order] * (running - worth - before) // total
        return replace(self, off=up_to - up_to_last)


def sums(groups: Ints, values: Ints, size: int) -> Ints:
    """Add up whole values by group; exact below 2 ** 53.

    Examples:
        >>> sums(np.array([0, 2, 2]), np.array([5, 1, 2]), 4).tolist()
        [5, 0, 3, 0]
    """
    return np.bincount(groups, weights=values, minlength=size).astype(np.int64)


def fill_baskets(setting: Setting, purse: Floats, wants_coupon: Flags, rng: np.random.Generator) -> Baskets:
    """Fill one basket for each buyer; whoever has a coupon and lacks little of its threshold adds something."""
    buying, catalogue = setting.levels.buying, setting.catalogue
    lines = rng.geometric(1 / (1 + buying.more_lines), purse.size)
    order = np.repeat(np.arange(purse.size), lines)
    one, other = catalogue.look_at(rng.random(order.size)), catalogue.look_at(rng.random(order.size))
    dear = np.where(catalogue.price[one] >= catalogue.price[other], one, other)
    cheap = np.where(dear == one, other, one)
    prefers_dear = rng.random(order.size) < probability(1.6 * np.log(purse))[order]
    product = np.where(prefers_dear, dear, cheap)
    pieces = rng.geometric(1 / (1 + buying.more_pieces), order.size)

    gap = _gap(setting, sums(order, catalogue.price[product] * pieces, purse.size))
    adds = np.flatnonzero(wants_coupon & (gap > 0) & (rng.random(purse.size) < buying.top_up_rate))
    by_price = np.argsort(catalogue.price, kind="stable")
    place = np.searchsorted(catalogue.price[by_price], gap[adds]) + rng.integers(0, 12, adds.size)
    filler = by_price[np.minimum(place, len(catalogue) - 1)]
    rows = np.argsort(np.r_[order, adds], kind="stable")
    return Baskets(
        order=np.r_[order, adds][rows],
        product=np.r_[product, filler][rows],
        pieces=np.r_[pieces, np.ones(adds.size, dtype=np.int64)][rows],
        off=np.zeros(rows.size, dtype=np.int64),
    )


def best_coupon(coupons: tuple[tuple[int, int], ...], listed: Ints) -> Ints:
    """The most valuable coupon whose threshold is reached; -1 where none is."""
    return np.searchsorted([100 * threshold for threshold, _ in coupons], listed, side="right").astype(np.int64) - 1


def _gap(setting: Setting, listed: Ints) -> Floats:
    """What lacks of the next coupon's threshold in cents, where it is little; otherwise 0."""
    buying = setting.levels.buying
    thresholds = np.array([100.0 * threshold for threshold, _ in buying.coupons] + [np.inf])
    following = thresholds[np.searchsorted(thresholds[:-1], listed, side="right")]
    near = following - listed <= buying.top_up_share * following
    return np.where(near & np.isfinite(following), following - listed, 0)
