"""Returning: which members of a cohort were active again in a span of periods, and of whom it can be known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import ibis
import pandas as pd

from retro.errors import MetricError
from retro.metrics.windows import day_number, midnight, month_number, next_period, number_of

Every = Literal["day", "week", "month"]
Clock = Literal["calendar", "rolling"]

_DAY = 86_400
_ROLLING = {"day": _DAY, "week": 7 * _DAY, "month": 30 * _DAY}
_MONDAY = 3
"""Days from 1970-01-01, a Thursday, back to its Monday."""


@dataclass(frozen=True)
class Periods:
    """How time since arrival is counted.

    Attributes:
        every: Length of a period. Weeks begin on Monday; a rolling month is 30 days.
        clock: `calendar`: by local days, weeks or months, arrival lying in period 0. `rolling`: from the second of
            arrival, so that period 1 of days is hours 24 to 48.
    """

    every: Every = "day"
    clock: Clock = "calendar"

    def __post_init__(self) -> None:
        for name, value, known in (("every", self.every, Every), ("clock", self.clock, Clock)):
            if value not in get_args(known):
                raise MetricError(f"retention: {name} must be one of {', '.join(get_args(known))}, got {value!r}.")

    def position(self, moment: ibis.Value) -> ibis.Value:
        """Where a local moment lies: the number of its calendar period, or of its second."""
        if self.clock == "rolling":
            return moment.epoch_seconds()
        return self.bucket(moment)

    def bucket(self, moment: ibis.Value) -> ibis.Value:
        """The number of the calendar period that a local moment lies in."""
        if self.every == "month":
            return month_number(moment)
        return day_number(moment) if self.every == "day" else (day_number(moment) + _MONDAY) // 7

    def since(self, active: ibis.Value, arrived: ibis.Value) -> ibis.Value:
        """How many periods after arrival something happened, both as positions."""
        return (active - arrived) // _ROLLING[self.every] if self.clock == "rolling" else active - arrived

    def known(self, arrived: ibis.Value, span: Span, begun: int | None, observed: int) -> ibis.Value:
        """Whether a span after arrival lies wholly between the positions observed from, if there is one, and until."""
        step = _ROLLING[self.every] if self.clock == "rolling" else 1
        over = arrived + (span.due + 1) * step <= observed
        return over if begun is None else over & (arrived + span.first * step >= begun)

    def position_of(self, moment: dt.datetime) -> int:
        """The position of a moment known to Python."""
        if self.clock == "rolling":
            return number_of(moment.date()) * _DAY + moment.hour * 3600 + moment.minute * 60 + moment.second
        return self.bucket_of(moment.date())

    def bucket_of(self, day: dt.date) -> int:
        """The number of the calendar period that a day lies in."""
        if self.every == "month":
            return day.year * 12 + day.month - 1
        return number_of(day) if self.every == "day" else (number_of(day) + _MONDAY) // 7

    def ends_before(self, cohort_on: dt.date, due: int, observed_until: dt.datetime) -> bool:
        """Whether a period is over for everybody who could have arrived in the calendar period of a day."""
        if self.clock == "rolling":
            _, following = next_period(midnight(number_of(cohort_on)), self.every)
            return following + dt.timedelta(seconds=(due + 1) * _ROLLING[self.every]) <= observed_until
        return self.bucket_of(cohort_on) + due + 1 <= self.bucket_of(observed_until.date())


@dataclass(frozen=True)
class Span:
    """A stretch of periods after arrival.

    Attributes:
        first: The first period, 0 being that of arrival.
        last: The last one, inclusive.
        due: The period that must be over before a member counts.
    """

    first: int
    last: int
    due: int

    def covers(self, after: ibis.Value) -> ibis.Value:
        """Whether a period after arrival lies in the span."""
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
        activity: One row per sign of life: `user_id`, `active` (position).
        spans: The spans.
        periods: How time is counted.
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
        members=members.count(),
        **{f"eligible_{n}": knows(members.arrived, span).sum() for n, span in enumerate(spans)},
    )
    # Two questions: in one, engines keep a copy of the members for both, which costs more than reading them again.
    counted = sizes.execute().set_index("cohort").join(retained.execute().set_index("cohort"))
    whole: pd.DataFrame = counted.fillna(0).astype("int64")
    return whole


def _flag(condition: ibis.Value) -> ibis.Value:
    return ibis.ifelse(condition, 1, 0)
