"""Keys: what the tables call people, orders, products and coupons."""

from __future__ import annotations

import numpy as np

from retro_demo.chance import Ints
from retro_demo.clock import DAY, date_of
from retro_demo.life.orders import Orders
from retro_demo.life.people import People
from retro_demo.tables.arrow import Column, names, opaque


def user_keys(people: People) -> Column:
    """The keys of a block's people."""
    return opaque("u", people.first_number + np.arange(len(people)))


def device_keys(block: int, devices: Ints) -> Column:
    """The keys of devices that are numbered within a block."""
    return opaque("d", block * 2**18 + devices)


def order_keys(orders: Orders, first: int) -> Column:
    """Order numbers: the date, and a running number that does not repeat."""
    numbers = first + np.arange(len(orders))
    last_day = int(orders.ordered.max(initial=0)) // DAY
    stamps = np.array([int(date_of(day).strftime("%y%m%d")) for day in range(last_day + 1)])
    return names("", stamps[orders.ordered // DAY] * 10**9 + numbers, 15)


def product_keys(size: int) -> Column:
    """The keys of a catalogue of this size."""
    return names("p", np.arange(1, size + 1), 4)


def numbered(prefix: str, first: int, size: int) -> Column:
    """Keys of rows that need no other name, numbered on from the rows before."""
    return names(prefix, first + 1 + np.arange(size), 9)
