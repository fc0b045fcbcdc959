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
        previous: The last comparable report, as its params name it; empty where they name none.
    """

    place: str
    kind: str
    start: dt.datetime
    previous: str = ""


def looking_again(decided: Edition, due: dt.date, others: Iterable[Edition]) -> Sequence[str]:
    """The places of the reports that may look at an action again, the one that should first.

    These are the next editions: reports that name the deciding one as their `previous`, the earliest first. After them
    those of its kind that begin once the action was due, the earliest first: where nobody names it, the next of the
    same family tells; a later one would be judged by what was decided in between.

    Args:
        decided: The report that decided the action.
        due: Until when that was to be done.
        others: All reports.

    Examples:
        >>> at = dt.datetime.fromisoformat
        >>> spring, summer = Edition("spring", "node", at("2025-03-08")), Edition("summer", "node", at("2025-06-18"))
        >>> next_spring = Edition("next_spring", "node", at("2026-03-08"), previous="spring")
        >>> looking_again(spring, dt.date(2025, 5, 1), [next_spring, summer, spring])
        ['next_spring', 'summer']
    """
    ordered = sorted(others, key=lambda one: (one.start, one.place))
    named = [one.place for one in ordered if one.previous == decided.place]
    later = [one for one in ordered if one.start > decided.start and one.start.date() >= due]
    family = [one.place for one in later if one.kind == decided.kind]
    return list(dict.fromkeys((*named, *family)))
