"""Editions: which report looks again at what an earlier one decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Edition:
    """A report as far as the order of editions goes.

    Attributes:
        place: Its address, such as 2025/mid_year.
        kind: Its campaign type.
        start: When its window begins, local.
        end: When it ends, local, exclusive.
        previous: The last comparable report, as its params name it; empty where they name none.
    """

    place: str
    kind: str
    start: dt.datetime
    end: dt.datetime
    previous: str = ""


def looking_again(decided: Edition, due: dt.date, others: Iterable[Edition]) -> Sequence[str]:
    """The places of the reports that may look at an action again, the one that should first.

    What ended before the action was due cannot show it. Of the others the next editions look first: reports that name
    the deciding one as their `previous`, the earliest first; then the later ones of its kind, where nobody names it:
    the newest of them would be judged by what was decided in between. An edition that names it and ended too early
    looks last.

    Args:
        decided: The report that decided the action.
        due: Until when that was to be done.
        others: All reports.

    Examples:
        >>> day = dt.datetime.fromisoformat
        >>> spring = Edition("spring", "node", day("2025-03-08"), day("2025-03-09"))
        >>> summer = Edition("summer", "node", day("2025-06-18"), day("2025-06-19"))
        >>> next_spring = Edition("next_spring", "node", day("2026-03-08"), day("2026-03-09"), previous="spring")
        >>> looking_again(spring, dt.date(2025, 5, 1), [next_spring, summer, spring])
        ['next_spring', 'summer']
    """
    ordered = sorted(others, key=lambda one: (one.start, one.place))
    named = [one for one in ordered if one.previous == decided.place]
    family = [one for one in ordered if one.kind == decided.kind and one.start > decided.start]
    after = [one for one in (*named, *family) if one.end.date() > due]
    return list(dict.fromkeys(one.place for one in (*after, *named)))
