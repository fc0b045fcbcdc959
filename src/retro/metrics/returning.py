"""Returning: count members who are active again in spans of days, as far as observed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import ibis
import pandas as pd

from retro.errors import MetricError
from retro.metrics.windows import day_number, number_of

Clock = Literal["calendar", "rolling"]

_DAY = 86_400


@dataclass(frozen=True)
class Periods:
    """The clock of days since arrival.

    Attributes:
        clock: `calendar`: by local days, arrival lying in day 0. `rolling`: from the second of arrival, so that day 1
            is hours 24 to 48.
    """

    clock: Clock = "calendar"

    def __post_init__(self) -> None:
        if self.clock not in get_args(Clock):
            raise MetricError(f"retention: clock must be one of {', '.join(get_args(Clock))}, got {self.clock!r}.")

    def position(self, moment: ibis.Value) -> ibis.Value:
        """Where a local moment lies: the number of its calendar day, or of its second."""
        return moment.epoch_seconds() if self.clock == "rolling" else day_number(moment)

    def since(self, active: ibis.Value, arrived: ibis.Value) -> ibis.Value:
        """How many days after arrival something happened, both as positions."""
        return (active - arrived) // _DAY if self.clock == "rolling" else active - arrived

    def known(self, arrived: ibis.Value, span: Span, begun: int | None, observed: int) -> ibis.Value:
        """Whether a span after arrival lies wholly between the positions observed from, if there is one, and until."""
        step = _DAY if self.clock == "rolling" else 1
        over = arrived + (span.due + 1) * step <= observed
        return over if begun is None else over & (arrived + span.first * step >= begun)

    def position_of(self, moment: dt.datetime) -> int:
        """The position of a moment known to Python."""
        if self.clock == "rolling":
            return number_of(moment.date()) * _DAY + moment.hour * 3600 + moment.minute * 60 + moment.second
        return number_of(moment.date())


@dataclass(frozen=True)
class Span:
    """A stretch of days after arrival.

    Attributes:
        first: The first day, 0 being that of arrival.
        last: The last one, inclusive.
        due: The day that must be over before a member counts.
    """

    first: int
    last: int
    due: int

    def covers(self, after: ibis.Value) -> ibis.Value:
        """Whether a day after arrival lies in the span."""
        return after.between(self.first, self.last)


def returned(
    members: ibis.Table,
    activity: ibis.Table,
    spans: Sequence[Span],
    periods: Periods,
    observed_until: dt.datetime,
    observed_from: dt.datetime | None = None,
) -> pd.DataFrame:
    """Count, for each cohort, its `members`, and for each span those `eligible_0` and `retained_0` and so on.

    A member is eligible for a span that does not begin before anything was observed, once the period due is over; only
    eligible members count as retained.

    Args:
        members: One row per cohort and member: `cohort`, `user_id`, `arrived` (position).
        activity: One row per act: `user_id`, `active` (position).
        spans: The spans.
        periods: The clock.
        observed_until: Until when both were observed, local, exclusive.
        observed_from: Since when activity was observed, local; None where that is before all members.
    """
    begun = None if observed_from is None else periods.position_of(observed_from)
    observed = periods.position_of(observed_until)

    def knows(arrived: ibis.Value, span: Span) -> ibis.Value:
        return _flag(periods.known(arrived, span, begun, observed))

    joined = activity.join(members, "user_id")
    joined = joined.mutate(after=periods.since(joined.active, joined.arrived))
    joined = joined.filter(ibis.or_(*[span.covers(joined.after) for span in spans]))
    seen = joined.group_by("cohort", "user_id", "arrived").aggregate(
        **{f"seen_{n}": _flag(span.covers(joined.after)).max() for n, span in enumerate(spans)}
    )
    retained = seen.group_by("cohort").aggregate(
        **{f"retained_{n}": (seen[f"seen_{n}"] * knows(seen.arrived, span)).sum() for n, span in enumerate(spans)}
    )
    sizes = members.group_by("cohort").aggregate(
        members=members.count(), **{f"eligible_{n}": knows(members.arrived, span).sum() for n, span in enumerate(spans)}
    )
    # Two questions: in one, engines keep a copy of the members for both, which costs more than reading them again.
    counted = sizes.execute().set_index("cohort").join(retained.execute().set_index("cohort"))
    whole: pd.DataFrame = counted.fillna(0).astype("int64")
    return whole


def _flag(condition: ibis.Value) -> ibis.Value:
    return ibis.ifelse(condition, 1, 0)
