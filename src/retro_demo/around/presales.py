"""Pre-sales: orders of a node's pre-heat that ask a deposit at once, and the balance when the burst begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from retro_demo.campaigns.promotion_node import PromotionNode
from retro_demo.chance import Ints
from retro_demo.clock import DAY
from retro_demo.life.fates import NONE, PAID, PENDING
from retro_demo.life.orders import Orders
from retro_demo.setting import Setting
from retro_demo.tables.arrow import Columns, moments, money

_PATIENCE = DAY // 3
"""Seconds after the beginning of the burst in which half of those who pay their balance have done so."""


@dataclass(frozen=True)
class Presales:
    """Orders of a block as pre-sales leave them, one value each. Money in cents.

    Attributes:
        orders: The orders; those whose balance is open are pending.
        deposit: What was asked beforehand, or `NONE`.
        deposit_paid: Second of the shop's clock, or `NONE`.
        balance_paid: Second of the shop's clock, or `NONE`.
        node: Position of the node in its quarter, or `NONE`.
    """

    orders: Orders
    deposit: Ints
    deposit_paid: Ints
    balance_paid: Ints
    node: Ints

    def lost(self, node: PromotionNode) -> Ints:
        """Positions of the orders of a node whose balance was never paid."""
        return np.flatnonzero((self.node == node.place) & (self.balance_paid == NONE))

    def columns(self) -> Columns:
        """What they add to the table of orders."""
        return {
            "deposit_amount": money(self.deposit, missing=NONE),
            "deposit_paid_at": moments(self.deposit_paid, missing=NONE),
            "balance_paid_at": moments(self.balance_paid, missing=NONE),
        }


def presell(setting: Setting, nodes: Sequence[PromotionNode], block: int, orders: Orders) -> Presales:
    """Make pre-sales of some paid orders of the days before each burst; some balances are never paid.

    Args:
        setting: What all people share.
        nodes: The nodes of the quarter.
        block: Number of the block.
        orders: Its orders of the actual world.
    """
    rng, size = setting.chance.of("presales", block), len(orders)
    draws, slow = rng.random((2, size)), rng.standard_exponential(size)
    deposit, deposit_paid, balance_paid, of = (np.full(size, NONE) for _ in range(4))
    for node in nodes:
        levels, begin = node.levels, node.first * DAY
        before = (orders.ordered >= begin - levels.presale_days * DAY) & (orders.ordered < begin)
        waits = before & (orders.status == PAID)
        booked = np.flatnonzero(waits & (draws[0] < levels.presale_rate))
        pays = booked[draws[1][booked] < levels.balance_rate]
        deposit[booked], deposit_paid[booked] = orders.amount[booked] // 10, orders.paid[booked]
        of[booked] = node.place
        balance_paid[pays] = begin + np.minimum(slow[pays] * _PATIENCE, 3 * DAY).astype(np.int64)
    booked, kept = deposit != NONE, balance_paid != NONE
    left = replace(
        orders,
        status=np.where(booked & ~kept, PENDING, orders.status),
        paid=np.where(booked, balance_paid, orders.paid),
    )
    return Presales(left, deposit, deposit_paid, balance_paid, of)
