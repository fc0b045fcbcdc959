"""Storefronts: on which platform, and in which shop of it, an order was placed."""

from __future__ import annotations

import numpy as np

from retro_demo.life.baskets import Baskets
from retro_demo.life.orders import Orders
from retro_demo.setting import Setting
from retro_demo.tables.arrow import Columns, words


def storefronts(setting: Setting, block: int, orders: Orders, lines: Baskets) -> Columns:
    """The platform and the shop of each order: by its channel, and on the web by what comes first in its basket.

    Args:
        setting: What all people share.
        block: Number of the block.
        orders: Its orders of the actual world.
        lines: What is in them.
    """
    rng, levels, goods = setting.chance.of("storefronts", block), setting.levels.storefronts, setting.levels.goods
    first = lines.product[np.searchsorted(lines.order, np.arange(len(orders)))]
    category = np.array(list(goods.categories))[setting.catalogue.category[first]]
    pool = np.array(list(goods.pools))[setting.catalogue.pool[first]]
    draws = rng.random((2, len(orders)))
    platforms = list(dict.fromkeys((*levels.platforms.values(), *levels.web)))
    place = np.array(
        [platforms.index(levels.platforms.get(name, platforms[-1])) for name in setting.levels.people.channels]
    )
    platform = place[orders.channel]
    web = np.array([name not in levels.platforms for name in setting.levels.people.channels])[orders.channel]
    second = np.where(category == levels.drawn_category, levels.drawn_rate, levels.second_rate)
    one, other = (platforms.index(name) for name in levels.web)
    platform = np.where(web, np.where(draws[0] < second, other, one), platform)
    clear = np.where(pool == "clearance", levels.outlet_clearance_rate, levels.outlet_rate)
    outlet = (platform == one) & (draws[1] < clear)
    shops = [*(f"{name}_flagship" for name in platforms), f"{levels.web[0]}_outlet"]
    return {"platform": words(platform, platforms), "shop": words(np.where(outlet, len(platforms), platform), shops)}
