"""Goods: the catalogue, and what people put into a basket."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retro_demo.chance import Chance, Floats, Ints, pick, spread
from retro_demo.levels import Levels

_PRICE_ENDINGS = (9.9, 9.9, 9.0, 8.8, 6.9, 5.9, 4.9, 2.8)


@dataclass(frozen=True)
class Catalogue:
    """The shop's products, one value each, the most popular first.

    Attributes:
        category: Position in `levels.goods.categories`.
        pool: Position in `levels.goods.pools`.
        price: List price in cents.
        cost: Cost of goods in cents.
        popularity: Share of all views and purchases.
    """

    category: Ints
    pool: Ints
    price: Ints
    cost: Ints
    popularity: Floats

    def __len__(self) -> int:
        return self.price.size

    def look_at(self, draws: Floats) -> Ints:
        """Products for uniform draws, the popular ones more often."""
        return np.searchsorted(np.cumsum(self.popularity)[:-1], draws, side="right").astype(np.int64)


def make_catalogue(levels: Levels, chance: Chance) -> Catalogue:
    """Invent the products: category, pool, a price that looks like one, and a cost that leaves the pool's margin."""
    goods, rng = levels.goods, chance.of("goods")
    size = goods.products
    category = pick(rng, list(goods.categories.values()), size)
    pool = pick(rng, list(goods.pools.values()), size)
    medians = np.array([goods.price_median[name] for name in goods.categories])[category]
    margins = np.array([goods.pool_margin[name] for name in goods.pools])[pool]
    price = _priced(medians * spread(rng, 1.0, goods.price_spread, size), rng)
    margin = np.clip(margins * rng.normal(1, 0.12, size), 0.02, 0.7)
    popularity = (np.arange(1, size + 1) + goods.head) ** -goods.slope
    return Catalogue(
        category=category,
        pool=pool,
        price=price,
        cost=np.round(price * (1 - margin)).astype(np.int64),
        popularity=popularity / popularity.sum(),
    )


def _priced(yuan: Floats, rng: np.random.Generator) -> Ints:
    """Prices as shops write them: 29.9, 158, 1,299."""
    endings = np.array(_PRICE_ENDINGS)[rng.integers(0, len(_PRICE_ENDINGS), yuan.size)]
    small = np.floor(yuan / 10) * 10 + endings
    large = np.round(yuan / 100) * 100 - 1
    return np.round(100 * np.where(yuan < 300, np.maximum(small, 6.9), large)).astype(np.int64)  # noqa: PLR2004 - yuan
