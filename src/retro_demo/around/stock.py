"""Stock: what lies in the warehouse at the end of each day, and the 200 items of the night apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retro_demo.campaigns.night_stock import NightStock
from retro_demo.chance import Flags, Floats, Ints
from retro_demo.clock import DAY, DAYS, EVENT_DAY, day_of
from retro_demo.life.baskets import Baskets
from retro_demo.life.fates import CANCELLED, FRAUDULENT, NONE
from retro_demo.life.orders import Orders
from retro_demo.setting import Setting
from retro_demo.worlds import FLASH_SALE_NIGHT

_COVER_DAYS = 21
_LEAD_DAYS = 3
_PACK = 10


@dataclass(frozen=True)
class Stock:
    """Stock by product and day, and one row for each item of the night. All in pieces.

    Attributes:
        product: Position in the catalogue.
        day: Day of the shop's clock.
        campaign: Position in `CAMPAIGNS` of what it was set aside for, or `NONE`.
        opening: At the beginning of the day, or of the night.
        received: Delivered during the day.
        sold: Sold; cancelled and fraudulent orders do not leave the warehouse.
        sold_out: Second in which the last piece was sold, or `NONE`.
    """

    product: Ints
    day: Ints
    campaign: Ints
    opening: Ints
    received: Ints
    sold: Ints
    sold_out: Ints


class Warehouse:
    """Counts what leaves it, block by block, and says at the end what must have been there."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._size = len(setting.catalogue)
        self._sold: Ints = np.zeros((DAYS - EVENT_DAY, self._size), dtype=np.int64)

    def ship(self, orders: Orders, lines: Baskets) -> None:
        """Count the lines of a block's orders of the actual world; the night has stock of its own."""
        leaves: Flags = ~np.isin(orders.status, [CANCELLED, FRAUDULENT]) & (orders.campaign != FLASH_SALE_NIGHT)
        leaves &= orders.ordered >= EVENT_DAY * DAY
        rows = np.flatnonzero(leaves[lines.order])
        cells = (orders.ordered[lines.order[rows]] // DAY - EVENT_DAY) * self._size + lines.product[rows]
        counts = np.bincount(cells, lines.pieces[rows], self._sold.size).astype(np.int64)
        self._sold += counts.reshape(self._sold.shape)

    def books(self, night: NightStock) -> Stock:
        """Stock day by day: reordered in packs when three weeks' cover runs low, delivered after three days."""
        days, size = self._sold.shape
        weekly = np.maximum(self._sold.mean(axis=0), 0.05)
        rng = self._setting.chance.of("warehouse")
        level = _packs(weekly * _COVER_DAYS * rng.uniform(0.4, 1.4, size))
        opening, received = np.zeros((days, size), dtype=np.int64), np.zeros((days + _LEAD_DAYS, size), dtype=np.int64)
        for day in range(days):
            opening[day] = level
            short = np.maximum(self._sold[day] - level - received[day], 0)
            received[day] += np.where(short > 0, _packs(short), 0)  # an urgent delivery keeps the shop selling
            level = level + received[day] - self._sold[day]
            coming = received[day + 1 : day + 1 + _LEAD_DAYS].sum(axis=0)
            low = level + coming < weekly * _COVER_DAYS / 2
            received[day + _LEAD_DAYS] += np.where(low, _packs(weekly * _COVER_DAYS), 0)
        start = day_of(self._setting.levels.flash_sale_night.start.date())
        items = night.product.size
        return Stock(
            product=np.r_[np.tile(np.arange(size), days), night.product],
            day=np.r_[np.repeat(EVENT_DAY + np.arange(days), size), np.full(items, start)],
            campaign=np.r_[np.full(days * size, NONE), np.full(items, FLASH_SALE_NIGHT)],
            opening=np.r_[opening.ravel(), night.stocked],
            received=np.r_[received[:days].ravel(), np.zeros(items, dtype=np.int64)],
            sold=np.r_[self._sold.ravel(), night.sold],
            sold_out=np.r_[np.full(days * size, NONE), night.sold_out],
        )


def _packs(pieces: Floats | Ints) -> Ints:
    return (np.ceil(pieces / _PACK) * _PACK).astype(np.int64)
