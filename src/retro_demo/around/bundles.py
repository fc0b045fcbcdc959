"""Bundles: which lines of a basket were sold together, at what they cost alone."""

from __future__ import annotations

import numpy as np

from retro_demo.chance import Ints
from retro_demo.life.baskets import Baskets
from retro_demo.life.fates import NONE
from retro_demo.setting import Setting


def bundles(setting: Setting, block: int, lines: Baskets) -> Ints:
    """The bundle of each line, or `NONE`: the first two lines of some baskets are that of the first one's category.

    Args:
        setting: What all people share.
        block: Number of the block.
        lines: What is in the baskets, by order.
    """
    first = np.flatnonzero(lines.order != np.r_[-1, lines.order[:-1]])
    many = np.diff(np.r_[first, lines.order.size]) > 1
    drawn = setting.chance.of("bundles", block).random(first.size) < setting.levels.bundles.rate
    begin = first[many & drawn]
    found = np.full(lines.order.size, NONE, dtype=np.int64)
    found[begin] = found[begin + 1] = setting.catalogue.category[lines.product[begin]]
    return found


def bundle_names(setting: Setting) -> list[str]:
    """What the bundle of each category is called."""
    return [f"{category}_bundle" for category in setting.levels.goods.categories]
