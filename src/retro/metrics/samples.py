"""Samples: what a total of a random sample says of the whole."""

from __future__ import annotations

import math
from decimal import Decimal

import ibis
from scipy.special import stdtrit

from retro.metrics.orders import valid_orders, with_buyers
from retro.periods import Window

_QUANTILE = 0.975
_NONE_DRAWN = 3.688879
"""What a Poisson count may be of which none was seen, at 97.5 %."""


def spreads(orders: ibis.Table, window: Window, *, by_user: bool) -> tuple[float | None, float]:
    """How much more a sampled unit's part of a total varies than a count: sum of squares over sum, of a window.

    Args:
        orders: One row per order: `order_id`, `ordered_at` (local), `status`, optionally `amount`, `user_id`.
        window: The campaign or period.
        by_user: Whether users were drawn, with all their orders; otherwise orders were.

    Returns:
        The factor of amounts (None without any), and that of orders.

    Examples:
        >>> import datetime as dt
        >>> rows = {"order_id": ["a", "b"], "ordered_at": [dt.datetime(2025, 3, 2)] * 2, "status": "paid"}
        >>> orders = ibis.memtable(rows | {"amount": [10.0, 30.0]})
        >>> spreads(orders, Window(dt.datetime(2025, 3, 1), dt.datetime(2025, 4, 1)), by_user=False)
        (25.0, 1.0)
    """
    valid = with_buyers(valid_orders(orders, window))
    worth = valid.amount.cast("float64") if "amount" in valid.columns else ibis.literal(0.0)
    rows = valid.select("user_id", worth=worth, orders=ibis.literal(1.0))
    units = rows.filter(rows.user_id.notnull()).group_by("user_id").aggregate(
        worth=rows.worth.sum(), orders=rows.orders.sum()
    ) if by_user else rows  # fmt: skip
    asked = {
        "worth": units.worth.sum(),
        "worth_squared": (units.worth * units.worth).sum(),
        "orders": units.orders.sum(),
        "orders_squared": (units.orders * units.orders).sum(),
    }
    (found,) = units.aggregate(**asked).execute().fillna(0.0).to_dict("records")
    amounts = found["worth_squared"] / found["worth"] if found["worth"] > 0 else None
    return amounts, found["orders_squared"] / found["orders"] if found["orders"] else 1.0


def scaled(total: Decimal, share: float, spread: float) -> tuple[Decimal, Decimal, Decimal]:
    """A sample's total as that of the whole, with its 95 % interval; each unit was drawn with the same chance.

    The interval is a multiple of the total (Student's t, with as many units as carry it): a few large amounts make up
    much of what shops sell, and a sample that drew none of them tells too little of both, so that an interval of equal
    sides lies too low (of a night of 701 real buyers it held in 78 % of samples, this one in 89 %).

    Args:
        total: The sample's total.
        share: The share of units that was drawn.
        spread: As `spreads` has it.

    Examples:
        >>> [round(value) for value in scaled(Decimal(50), 0.05, 1.0)]
        [1000, 758, 1319]
        >>> [round(value) for value in scaled(Decimal(0), 0.05, 1.0)]
        [0, 0, 74]
    """
    value = float(total) / share
    if not total:  # none was drawn: so many there may be all the same
        return total, total, Decimal(f"{_NONE_DRAWN * spread / share:.10g}")
    units = carrying(total, spread)
    times = math.exp(stdtrit(max(units - 1, 1), _QUANTILE) * math.sqrt((1 - share) / units))
    low, high = sorted((value / times, value * times))
    return tuple(Decimal(f"{end:.10g}") for end in (value, low, high))  # type: ignore[return-value]


def carrying(total: Decimal, spread: float) -> float:
    """How many equal units would vary as the drawn ones do, which carry this total.

    Examples:
        >>> carrying(Decimal(50), 10.0)
        5.0
    """
    return abs(float(total)) / spread
