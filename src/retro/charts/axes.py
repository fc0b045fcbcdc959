"""Axes that fit themselves: ticks at round values or whole days, as many as there is room for at any width."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib import dates
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, Locator, MaxNLocator

from retro.i18n import Text

_ROOM = {"x": 46, "y": 24}
"""Points that a label takes along an axis, with its distance to the next."""

_FEW = 7
"""Up to so many places each has its tick."""


def count_axis(axis: Axis, text: Text) -> None:
    """Ticks at round whole numbers, written as the language writes them, with a light grid."""
    axis.set_major_locator(_RoundLocator(integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _: text.short(round(value, 6))))
    axis.grid(visible=True)


def amount_axis(axis: Axis, text: Text) -> None:
    """Ticks at round numbers that need not be whole, with a light grid."""
    axis.set_major_locator(_RoundLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: text.short(round(value, 6))))
    axis.grid(visible=True)


def rate_axis(axis: Axis, text: Text) -> None:
    """Ticks at round percentages, with a light grid; decimals only where the steps need them."""
    axis.set_major_locator(_RoundLocator())

    def percent(value: float, _: int | None = None) -> str:
        ticks = axis.get_majorticklocs()
        step = float(ticks[1] - ticks[0]) * 100 if len(ticks) > 1 else 1.0
        return text.rate(round(value, 8), _decimals(step))

    axis.set_major_formatter(FuncFormatter(percent))
    axis.grid(visible=True)


def points_axis(axis: Axis, text: Text) -> None:
    """Ticks at round percentage points without the unit, which the axis title says, with a light grid."""
    axis.set_major_locator(_RoundLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: text.short(round(value * 100, 6)).replace("-", "−")))
    axis.grid(visible=True)


def _decimals(step: float) -> int:
    """Decimals needed to distinguish ticks this far apart, two at most."""
    return next((digits for digits in (0, 1) if math.isclose(step * 10**digits, round(step * 10**digits))), 2)


def day_axis(axis: Axis, text: Text, first: pd.Timestamp) -> None:
    """Ticks on whole days counted from the first."""
    axis.set_major_locator(StepLocator(float(dates.date2num(first)), room=_ROOM["x"]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: text.short_day(dates.num2date(value).date())))


_CLOCK_DAYS = 2


def hour_axis(axis: Axis, text: Text, first: float, last: float) -> None:
    """Ticks on whole hours counted from the first moment, a date number, by the shop's clock.

    Over more than two days they are too far apart for the clock to tell, and stand on midnights, named by their day.
    """
    if last - first > _CLOCK_DAYS:
        day_axis(axis, text, pd.Timestamp(dates.num2date(first).date()))
        return
    axis.set_major_locator(StepLocator(first, room=46, steps=(1, 2, 3, 4, 6, 12, 24), unit=1 / 24))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{dates.num2date(value + 1e-6):%H:%M}"))


def month_axis(axis: Axis, months: Sequence[dt.date]) -> None:
    """Ticks on months, which stand at 0, 1, ..., counted back from the last."""
    axis.set_major_locator(StepLocator(len(months) - 1, room=36, steps=(1, 2, 3, 6, 12), back=True))
    named = {place: f"{month:%y-%m}" for place, month in enumerate(months)}
    axis.set_major_formatter(FuncFormatter(lambda value, _: named.get(round(value), "")))


_DIGITS = 14
"""Points that a number of one or two digits takes, with its distance to the next."""


def since_axis(axis: Axis, places: pd.Series[float], over: str) -> None:
    """Ticks on whole minutes, hours, days or weeks since a start; on each that is there where they are few."""
    every = sorted(places.unique())
    known = {"minutes": (1, 5, 15, 30, 60), "hours": (1, 2, 3, 6, 12, 24), "weeks": (1, 2, 4, 8)}
    steps = known.get(over, (1, 2, 7, 14, 28))
    few = len(every) <= _FEW
    axis.set_major_locator(_PlacesLocator(every) if few else StepLocator(min(0.0, every[0]), room=26, steps=steps))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}".replace("-", "−")))


def order_axis(axis: Axis, text: Text) -> None:
    """Ticks at powers of ten from one up, and 0 below them: an opening is a hundred times an ordinary hour."""
    axis.axes.set_yscale("symlog", linthresh=1)
    axis.set_major_formatter(FuncFormatter(lambda value, _: text.short(round(value, 6))))
    axis.grid(visible=True)


VALUES = {
    "rate": rate_axis,
    "change": rate_axis,
    "count": count_axis,
    "orders": order_axis,
    "percentage_points": points_axis,
}
"""Axes of values by their unit; others are amounts."""


class _FittedLocator(Locator):
    """A locator that knows how long its axis is."""

    def labels(self, room: float) -> float:
        """How many labels of so many points fit, at least one."""
        axis: Any = self.axis
        pixels = axis.axes.bbox.width if axis.axis_name == "x" else axis.axes.bbox.height
        return max(1.0, float(pixels) * 72 / float(axis.get_figure(root=True).dpi) / room)


class _RoundLocator(MaxNLocator, _FittedLocator):
    """Ticks at round numbers: up to six, and fewer on a short axis."""

    def __init__(self, *, integer: bool = False) -> None:
        super().__init__(steps=[1, 2, 2.5, 5, 10], integer=integer, min_n_ticks=2)

    def __call__(self) -> Any:  # noqa: ANN401 - an array
        """The ticks of the axis as it stands."""
        axis: Any = self.axis
        self.set_params(nbins=int(min(5, self.labels(_ROOM[axis.axis_name]))))
        return super().__call__()


class _PlacesLocator(_FittedLocator):
    """Ticks at given places, ascending, less those that would touch the one before."""

    def __init__(self, places: Sequence[float]) -> None:
        self.places = places

    def __call__(self) -> list[float]:
        """The ticks of the axis as it stands."""
        axis: Any = self.axis
        first, last = sorted(axis.get_view_interval())
        least = (last - first) / self.labels(_DIGITS)
        kept: list[float] = []
        for place in self.places:
            if not kept or place - kept[-1] >= least:
                kept.append(place)
        return kept


class StepLocator(_FittedLocator):
    """Ticks at whole steps from a first value, thinned until each label has its room.

    Args:
        first: Where the first tick stands.
        room: Points that one label takes along the axis, with its distance to the next.
        steps: Distances between ticks to choose from, ascending; the longest is doubled as often as needed.
        unit: What steps are counted in.
        back: Whether `first` is the last tick, and the others stand before it.
    """

    def __init__(
        self,
        first: float,
        room: float,
        steps: Sequence[int] = (1, 2, 7, 14, 28),
        *,
        unit: float = 1.0,
        back: bool = False,
    ) -> None:
        self.first, self.room, self.back = first, room, back
        self.steps = [step * unit for step in steps]

    def __call__(self) -> list[float]:
        """The ticks of the axis as it stands."""
        axis: Any = self.axis
        return self.tick_values(*sorted(axis.get_view_interval()))

    def tick_values(self, vmin: float, vmax: float) -> list[float]:
        """The ticks between two values, both included."""
        labels = self.labels(self.room)
        step = next((step for step in self.steps if (vmax - vmin) / step <= labels), self.steps[-1])
        while (vmax - vmin) / step > labels:
            step *= 2
        if self.back:
            return [self.first - index * step for index in reversed(range(math.floor((self.first - vmin) / step) + 1))]
        count = max(0, math.floor((vmax - self.first) / step) + 1)
        return [tick for index in range(count) if (tick := self.first + index * step) >= vmin]
