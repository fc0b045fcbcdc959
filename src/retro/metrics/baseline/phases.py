"""Phases: the days that a campaign may have touched, and the baseline days before them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retro.metrics.windows import DAY, check_at_least
from retro.periods import Window

Flags = npt.NDArray[np.bool_]

PHASES = ("anticipation", "campaign", "settling")


@dataclass(frozen=True)
class Phases:
    """The days of a campaign and those around it that it may have touched.

    Attributes:
        first: First day that the campaign may have touched.
        start: First day of the campaign.
        end: The day after the campaign's last one.
        last: The day after the last one that the campaign may have touched and that is observed.
        others: Days left out of the baseline, such as those of other campaigns, as half-open pairs.
        lost: Days of which the data is lost, within the campaign too.
    """

    first: dt.date
    start: dt.date
    end: dt.date
    last: dt.date
    others: tuple[tuple[dt.date, dt.date], ...] = ()
    lost: frozenset[dt.date] = frozenset()

    def days_of(self, phase: str) -> tuple[dt.date, dt.date]:
        """The half-open days of a phase; empty where begin and end are equal."""
        edges = (self.first, self.start, self.end, self.last)
        place = PHASES.index(phase)
        return edges[place], edges[place + 1]

    def baseline(self, days: Sequence[dt.date]) -> Flags:
        """Which days the baseline is learned from: before all that the campaign touched, and of no other campaign."""
        return np.array([day < self.first and not self.masked(day) for day in days], dtype=np.bool_)

    def masked(self, day: dt.date) -> bool:
        """Whether a day belongs to another campaign, or is lost."""
        return day in self.lost or any(begin <= day < until for begin, until in self.others)


def phases_of(
    window: Window, *, anticipation_days: int = 0, settling_days: int = 0, others: Sequence[Window] = ()
) -> Phases:
    """Lay a campaign's phases over whole local days.

    A campaign that begins or ends within a day touches the whole day. The settling ends early where the data or the
    next campaign cuts it.

    Args:
        window: The campaign; it says until when the data was observed.
        anticipation_days: Days before the start on which people may hold back orders.
        settling_days: Days after the end on which people may buy less, because they have stocked up.
        others: Windows left out of the baseline, such as other campaigns, local, half open.

    Examples:
        >>> at = dt.datetime.fromisoformat
        >>> night = Window(at("2025-02-28T20:00"), at("2025-03-01T20:00"), at("2025-04-01"))
        >>> night = phases_of(night, anticipation_days=4, settling_days=14)
        >>> [day.isoformat() for day in (night.first, night.start, night.end, night.last)]
        ['2025-02-24', '2025-02-28', '2025-03-02', '2025-03-16']
    """
    check_at_least("anticipation_days", anticipation_days, 0)
    check_at_least("settling_days", settling_days, 0)
    begin, after = window.start.date(), _whole(window.end)
    masks = tuple(
        (other.start.date(), _whole(other.end))
        for other in others
        if _whole(other.end) <= begin or other.start >= window.end
    )
    following = [left for left, _ in masks if left >= after]
    last = min([after + settling_days * DAY, *following])
    return Phases(
        first=begin - anticipation_days * DAY,
        start=begin,
        end=after,
        last=max(after, min(last, window.observed.date())),
        others=masks,
    )


def _whole(end: dt.datetime) -> dt.date:
    """The day after the last one that a window touches."""
    return end.date() if end.time() == dt.time() else end.date() + DAY
