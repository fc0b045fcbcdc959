"""Scenes: which goods are sold for which occasion, and which visits begin in one.

Scenes change nothing that people do: a visit is said to have been in the scenes of what it looked at, and while the
campaign runs more often one that ordered, and more seldom one that left at once.
"""

from __future__ import annotations

import numpy as np

from retro_demo.chance import Flags, Floats, Ints
from retro_demo.clock import DAY, day_of
from retro_demo.life.events import CART, ORDER, VIEW, Events
from retro_demo.life.fates import NONE
from retro_demo.setting import Setting
from retro_demo.tables.arrow import Columns, words
from retro_demo.tables.keys import product_keys


def scene_of_products(setting: Setting) -> Ints:
    """The scene of each product, by its position in the levels; `NONE` for those in none."""
    levels, rng = setting.levels.scenes, setting.chance.of("scenes")
    scene = rng.integers(0, len(levels.names), len(setting.catalogue))
    return np.where(rng.random(scene.size) < levels.product_rate, scene, NONE)


def product_scenes(setting: Setting) -> Columns:
    """One row for each product of a scene."""
    scene = scene_of_products(setting)
    own = np.flatnonzero(scene != NONE)
    return {
        "product_id": words(own, product_keys(len(setting.catalogue))),
        "scene": words(scene[own], list(setting.levels.scenes.names)),
    }


def scene_of_events(setting: Setting, block: int, happened: Events) -> Ints:
    """The scene in which each event happened; `NONE` outside scenes."""
    levels, visits = setting.levels.scenes, int(happened.visit.max(initial=-1)) + 1
    start, end = (day_of(day) * DAY for day in (levels.start, levels.end))
    views, orders, carts = (
        np.bincount(happened.visit[happened.kind == kind], minlength=visits) for kind in (VIEW, ORDER, CART)
    )
    during: Flags = np.zeros(visits, dtype=np.bool_)
    during[happened.visit] = (happened.second >= start) & (happened.second < end)
    left = (views == 1) & (orders == 0) & (carts == 0)
    pull: Floats = np.where(orders > 0, 1 + levels.pull, np.where(left, 1 - levels.pull, 1.0))
    seen = setting.chance.of("scene-visits", block).random(visits) < levels.visit_rate * np.where(during, pull, 1.0)
    looked = (happened.product != NONE) & np.isin(happened.kind, (VIEW, CART)) & seen[happened.visit]
    return np.where(looked, scene_of_products(setting)[happened.product], NONE)
