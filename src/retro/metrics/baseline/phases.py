"""Phases: the days that a campaign may have touched, and the baseline days before them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from retro.metrics.windows import DAY, check_at_least
from retro.periods import Window

Flags = npt.NDArray[np.bool_]
Span = tuple[dt.date, dt.date]

PHASES = ("anticipation", "campaign", "settling")


@dataclass(frozen=True)
class Neighbour:
    """Another campaign of the shop.

    Attributes:
        name: Its id.
        window: When it ran.
        anticipation_days: Days before its start on which people may hold back orders.
        settling_days: Days after its end on which people may buy less or more.
    """

    name: str
    window: Window
    anticipation_days: int = 0
    settling_days: int = 0


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
        name: The campaign's id.
        together: Campaigns that touched some of its days, or days of one that did: their effects cannot be told from
            its own by the calendar alone, so that all are estimated together.
    """

    first: dt.date
    start: dt.date
    end: dt.date
    last: dt.date
    others: tuple[Span, ...] = ()
    lost: frozenset[dt.date] = frozenset()
    name: str = ""
    together: tuple[Phases, ...] = ()

    def days_of(self, phase: str) -> Span:
        """The half-open days of a phase; empty where begin and end are equal."""
        edges = (self.first, self.start, self.end, self.last)
        place = PHASES.index(phase)
        return edges[place], edges[place + 1]

    def phase_of(self, day: dt.date) -> str:
        """The phase of a day; empty where the campaign did not touch it."""
        spans = ((phase, *self.days_of(phase)) for phase in PHASES)
        return next((phase for phase, begin, until in spans if begin <= day < until), "")

    @property
    def group(self) -> Span:
        """The days that the campaign, or one estimated together with it, may have touched."""
        all_of_them = (self, *self.together)
        return min(one.first for one in all_of_them), max(one.last for one in all_of_them)

    def seen_from(self, other: Phases) -> Phases:
        """The phases of one of `together`, with this campaign among those that it is estimated together with."""
        rest = tuple(one for one in self.together if one != other)
        return replace(other, lost=self.lost, together=(replace(self, others=(), together=()), *rest))

    def parts(self) -> Iterator[tuple[str, Span]]:
        """The phases in order, each cut where a campaign that is estimated together begins, ends or changes phase."""
        edges = {edge for one in self.together for edge in (one.first, one.start, one.end, one.last)}
        for phase in PHASES:
            begin, until = self.days_of(phase)
            cuts = [begin, *sorted(edge for edge in edges if begin < edge < until), until]
            yield from ((phase, span) for span in itertools.pairwise(cuts))

    def baseline(self, days: Sequence[dt.date]) -> Flags:
        """Which days the baseline is learned from: before all that the campaign touched, and of no other campaign."""
        return np.array([day < self.first and not self.masked(day) for day in days], dtype=np.bool_)

    def masked(self, day: dt.date) -> bool:
        """Whether a day belongs to another campaign, or is lost."""
        if self.group[0] <= day < self.first:
            return True
        return day in self.lost or any(begin <= day < until for begin, until in self.others)


def phases_of(
    window: Window,
    *,
    anticipation_days: int = 0,
    settling_days: int = 0,
    others: Sequence[Window] = (),
    name: str = "",
    campaigns: Sequence[Neighbour] = (),
) -> Phases:
    """Lay a campaign's phases over whole local days.

    A campaign that begins or ends within a day touches the whole day. The settling ends early where the data ends or
    one of `others` begins; a campaign that begins in it does not cut it, but is estimated together with this one.

    Args:
        window: The campaign; it says until when the data was observed.
        anticipation_days: Days before the start on which people may hold back orders.
        settling_days: Days after the end on which people may buy less, because they have stocked up.
        others: Windows left out of the baseline, such as the nodes of the year, local, half open.
        name: The campaign's id.
        campaigns: Other campaigns; their days, anticipation and settling too, are left out of the baseline.

    Examples:
        >>> at = dt.datetime.fromisoformat
        >>> night = Window(at("2025-02-28T20:00"), at("2025-03-01T20:00"), at("2025-04-01"))
        >>> night = phases_of(night, anticipation_days=4, settling_days=14)
        >>> [day.isoformat() for day in (night.first, night.start, night.end, night.last)]
        ['2025-02-24', '2025-02-28', '2025-03-02', '2025-03-16']
    """
    check_at_least("anticipation_days", anticipation_days, 0)
    check_at_least("settling_days", settling_days, 0)
    own = _laid(Neighbour(name, window, anticipation_days, settling_days), others, window.observed)
    laid = [_laid(one, others, window.observed) for one in campaigns if one.window.start < window.observed]
    group = _touching(own, laid)
    masks = (
        *((other.start.date(), _whole(other.end)) for other in others if _apart(other, window)),
        *((one.first, one.last) for one in laid if one not in group),
    )
    return replace(own, others=masks, together=tuple(sorted(group, key=lambda one: (one.start, one.name))))


def _laid(one: Neighbour, others: Sequence[Window], observed: dt.datetime) -> Phases:
    begin, after = one.window.start.date(), _whole(one.window.end)
    following = [other.start.date() for other in others if _apart(other, one.window) and other.start.date() >= after]
    last = min([after + one.settling_days * DAY, *following])
    return Phases(
        first=begin - one.anticipation_days * DAY,
        start=begin,
        end=after,
        last=max(after, min(last, observed.date())),
        name=one.name,
    )


def _touching(own: Phases, laid: Sequence[Phases]) -> list[Phases]:
    """The campaigns that share days with this one, or with one that does."""
    group: list[Phases] = []
    while True:
        reached = [own, *group]
        more = [one for one in laid if one not in group and any(_share(one, other) for other in reached)]
        if not more:
            return group
        group += more


def _share(one: Phases, other: Phases) -> bool:
    return one.first < other.last and other.first < one.last


def _apart(other: Window, window: Window) -> bool:
    """Whether another window shares no day with this one; what ran at the same time masks nothing of it."""
    return _whole(other.end) <= window.start.date() or other.start >= window.end


def _whole(end: dt.datetime) -> dt.date:
    """The day after the last one that a window touches."""
    return end.date() if end.time() == dt.time() else end.date() + DAY
