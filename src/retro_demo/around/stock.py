"""Stock: what lies in the warehouse at the end of each day, and the 200 items of the night apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retro_demo.campaigns.night_stock import NightStock
from retro_demo.chance import Flags, Floats, Ints
from retro_demo.clock import DAY, EVENT_DAY, day_of
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
    """Counts what leaves it, block by block, and says at the end what must have been there.

    Attributes:
        left: Pieces of each product at the end of its days, once these are booked.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._size = len(setting.catalogue)
        self._first = max(EVENT_DAY, setting.first)
        self.left: Ints = np.zeros(self._size, dtype=np.int64)
        self._sold: Ints = np.zeros((setting.end - self._first, self._size), dtype=np.int64)

    def ship(self, orders: Orders, lines: Baskets) -> None:
        """Count the lines of a block's orders of the actual world; the night has stock of its own."""
        leaves: Flags = ~np.isin(orders.status, [CANCELLED, FRAUDULENT]) & (orders.campaign != FLASH_SALE_NIGHT)
        leaves &= orders.ordered >= self._first * DAY
        rows = np.flatnonzero(leaves[lines.order])
        cells = (orders.ordered[lines.order[rows]] // DAY - self._first) * self._size + lines.product[rows]
        counts = np.bincount(cells, lines.pieces[rows], self._sold.size).astype(np.int64)
        self._sold += counts.reshape(self._sold.shape)

    def books(self, night: NightStock) -> Stock:
        """Stock day by day, and that of the night."""
        kept, start = self.days(), day_of(self._setting.levels.flash_sale_night.start.date())
        none = np.zeros(night.product.size, dtype=np.int64)
        return Stock(
            product=np.r_[kept.product, night.product],
            day=np.r_[kept.day, none + start],
            campaign=np.r_[kept.campaign, none + FLASH_SALE_NIGHT],
            opening=np.r_[kept.opening, night.stocked],
            received=np.r_[kept.received, none],
            sold=np.r_[kept.sold, night.sold],
            sold_out=np.r_[kept.sold_out, night.sold_out],
        )

    def days(self, begin: Ints | None = None) -> Stock:
        """Stock day by day: reordered in packs when three weeks' cover runs low, delivered after three days.

        Args:
            begin: Pieces of each product when the days begin; drawn where nothing is known of the days before.
        """
        days, size = self._sold.shape
        weekly = np.maximum(self._sold.mean(axis=0), 0.05)
        rng = self._setting.chance.of("warehouse", *self._setting.later)
        level = _packs(weekly * _COVER_DAYS * rng.uniform(0.4, 1.4, size)) if begin is None else begin
        opening, received = np.zeros((days, size), dtype=np.int64), np.zeros((days + _LEAD_DAYS, size), dtype=np.int64)
        for day in range(days):
            opening[day] = level
            short = np.maximum(self._sold[day] - level - received[day], 0)
            received[day] += np.where(short > 0, _packs(short), 0)  # an urgent delivery keeps the shop selling
            level = level + received[day] - self._sold[day]
            coming = received[day + 1 : day + 1 + _LEAD_DAYS].sum(axis=0)
            low = level + coming < weekly * _COVER_DAYS / 2
            received[day + _LEAD_DAYS] += np.where(low, _packs(weekly * _COVER_DAYS), 0)
        self.left = level
        none = np.full(days * size, NONE)
        return Stock(
            product=np.tile(np.arange(size), days),
            day=np.repeat(self._first + np.arange(days), size),
            campaign=none,
            opening=opening.ravel(),
            received=received[:days].ravel(),
            sold=self._sold.ravel(),
            sold_out=none,
        )


def _packs(pieces: Floats | Ints) -> Ints:
    return (np.ceil(pieces / _PACK) * _PACK).astype(np.int64)
