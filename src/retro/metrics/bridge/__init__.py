"""GMV bridge: decompose the change of GMV against a target, the period before, a year ago or an edition.

Defined in `docs/metrics.md#bridge`: GMV is visits times conversion times pieces per order times price per piece.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd

from retro.metrics.bridge.cells import many_cells, merged, sales_cells, whole
from retro.metrics.bridge.days import Asked, Days
from retro.metrics.bridge.segments import DIMENSIONS, tells
from retro.metrics.bridge.split import split
from retro.metrics.history import history
from retro.metrics.money import as_money
from retro.metrics.orders import valid_orders
from retro.metrics.shop import Shop
from retro.periods import Period, Window

__all__ = ["Bridge", "bridge", "sales_cells", "split"]

STEPS = ("visits", "orders", "pieces", "gmv")
"""The chain that GMV is taken apart by; a step that one of the periods lacks is left out."""


_LOOKING_BACK = ("customer", "tier")
"""Dimensions that tell people by their orders before a period; both periods look equally far back."""


@dataclass(frozen=True, eq=False)
class Bridge:
    """A decomposed change of GMV.

    Attributes:
        base: The base.
        before: GMV of the base, or what was aimed at.
        after: GMV of the period.
        factors: The whole shop's split, as `split` returns it.
        segments: The split by each dimension that the shop's tables can tell: rows as `split` returns them.
        untold: Dimensions that the orders before one of the periods are too few days to tell.
    """

    base: Period
    before: Decimal
    after: Decimal
    factors: pd.DataFrame
    segments: Mapping[str, pd.DataFrame]
    untold: tuple[str, ...] = ()

    @property
    def change(self) -> Decimal:
        """GMV of the period less that of its base."""
        return self.after - self.before

    @property
    def with_visits(self) -> bool:
        """Whether visits were observed in both periods."""
        return "traffic" in set(self.factors["factor"])


def bridge(shop: Shop, bases: Sequence[Period], window: Window) -> tuple[Bridge, ...]:
    """Decompose the change of GMV against each base, to the cent.

    A target is an amount only: it gets the rates of its base period and visits in proportion.

    Args:
        shop: As `sales_cells`.
        bases: The bases; one that sold nothing, or corrected more than it sold, is left out.
        window: The period.

    Returns:
        A bridge for each base, in the order given.
    """
    told = [name for name in DIMENSIONS if tells(shop, name)]
    past = history(valid_orders(shop["orders"]), "ordered_at", until=window.end)

    def asked(window: Window, look_back: dt.timedelta | None) -> dict[str, Asked]:
        """The cells of a window by each dimension, and by customer in any case."""
        return {
            name: (Days(window, look_back=look_back if name in _LOOKING_BACK else None), name)
            for name in dict.fromkeys(["customer", *told])
        }

    look_backs = [past.look_back(window, base.window) for base in bases]
    pairs = [(asked(base.window, reach), asked(window, reach)) for base, reach in zip(bases, look_backs, strict=True)]
    counted = many_cells(shop, (one for pair in pairs for side in pair for one in side.values()))
    found = []
    for base, look_back, pair in zip(bases, look_backs, pairs, strict=True):
        cells, now = (_with_whole({name: counted[one] for name, one in side.items()}) for side in pair)
        before = _gmv(cells[None])
        if before <= 0:
            continue
        if base.amount is not None:
            cells = {name: _scaled(frame, base.amount, before) for name, frame in cells.items()}
        untold = [] if look_back is not None else [name for name in told if name in _LOOKING_BACK]
        own = _bridged(base, cells, now, [name for name in told if name not in untold])
        found.append(replace(own, untold=tuple(untold)))
    return tuple(found)


def _with_whole(cells: Mapping[str, pd.DataFrame]) -> dict[str | None, pd.DataFrame]:
    return dict(cells) | {None: whole(cells["customer"])}


def _bridged(
    base: Period, cells: Mapping[str | None, pd.DataFrame], now: Mapping[str | None, pd.DataFrame], told: Sequence[str]
) -> Bridge:
    factors = split(cells[None], now[None], _steps(cells[None], now[None]))
    parts = {}
    for name in told:
        first, second = (cells[name], now[name]) if name == "category" else merged(cells[name], now[name])
        steps = _steps(first, second)
        parts[name] = split(first, second, steps, apart="pieces" if name == "category" else steps[0])
    return Bridge(base, _gmv(cells[None]), _gmv(now[None]), factors, parts)


def _steps(base: pd.DataFrame, now: pd.DataFrame) -> tuple[str, ...]:
    """The steps that both periods know; one that sold nothing knows as much as the other."""
    sold = [frame for frame in (base, now) if _gmv(frame)] or [base, now]
    return tuple(
        step
        for step in STEPS
        if step == "gmv" or all(frame[step].notna().all() and (frame[step] > 0).any() for frame in sold)
    )


def _scaled(frame: pd.DataFrame, target: Decimal, before: Decimal) -> pd.DataFrame:
    """A base as the target asks for it: every amount in proportion, the cents of rounding on the largest segment."""
    share = target / before
    scaled = frame.assign(
        **{name: frame[name] * float(share) for name in ("visits", "placed", "settled", "orders", "pieces")}
    )
    gmv = [as_money(value * share) for value in frame["gmv"]]
    largest = max(range(len(gmv)), key=lambda place: gmv[place])
    gmv[largest] += target - sum(gmv, Decimal(0))
    return scaled.assign(gmv=pd.Series(gmv, dtype=object))


def _gmv(frame: pd.DataFrame) -> Decimal:
    return sum(frame["gmv"], Decimal(0))
