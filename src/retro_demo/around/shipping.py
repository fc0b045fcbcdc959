"""Shipping: when paid orders leave the warehouse; slower while a sale fills it, and some are never written down."""

from __future__ import annotations

import numpy as np

from retro_demo.chance import Ints, spread
from retro_demo.clock import second_of
from retro_demo.life.fates import NONE
from retro_demo.life.orders import Orders
from retro_demo.setting import Setting

_HOUR = 3600


def ship(setting: Setting, block: int, orders: Orders) -> Ints:
    """The second in which each order was shipped; `NONE` where it was not, or nobody wrote it down.

    What was paid back before it left stays in the warehouse.

    Args:
        setting: What all people share.
        block: Number of the block.
        orders: Its orders of the actual world.
    """
    rng, levels, size = setting.chance.of("shipping", block), setting.levels.shipping, len(orders)
    hours, forgotten = spread(rng, levels.hours, levels.spread, size), rng.random(size) < levels.unrecorded_rate
    for busy in levels.busy:
        during = (orders.paid >= second_of(busy.start)) & (orders.paid < second_of(busy.end))
        hours = np.where(during, hours * busy.factor, hours)
    shipped = orders.paid + (hours * _HOUR).astype(np.int64)
    back = (orders.refunded != NONE) & (orders.refunded <= shipped)
    kept = (orders.paid == NONE) | forgotten | back | (shipped >= setting.until)
    return np.where(kept, NONE, shipped)
