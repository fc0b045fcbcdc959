"""Returning: count members who are active again on days after arrival, as far as observed."""

import datetime as dt
from collections.abc import Collection, Sequence

import ibis
import pandas as pd

from retro.metrics.windows import number_of


def returned(
    members: ibis.Table,
    activity: ibis.Table,
    days: Sequence[int],
    observed_until: dt.datetime,
    observed_from: dt.datetime,
    lost: Collection[dt.date] = (),
) -> pd.DataFrame:
    """Count, for each cohort, its `members`, and for each day after arrival `eligible_0` and `retained_0` and so on.

    A member is eligible for a day that was wholly observed; only eligible members count as retained.

    Args:
        members: One row per cohort and member: `cohort`, `user_id`, `arrived` (number of the day).
        activity: One row per act: `user_id`, `active` (number of the day).
        days: The days, 0 being that of arrival.
        observed_until: Until when both were observed, local, exclusive.
        observed_from: Since when activity was observed, local.
        lost: Days on which it was not.
    """
    missing = sorted(map(number_of, lost))
    begun, over = number_of(observed_from.date()), number_of(observed_until.date())

    def knows(arrived: ibis.Value, day: int) -> ibis.Value:
        seen = (arrived + day + 1 <= over) & (arrived + day >= begun)
        seen = seen & (arrived + day).notin(missing) if missing else seen
        return ibis.ifelse(seen, 1, 0)

    joined = activity.join(members, "user_id")
    joined = joined.mutate(after=joined.active - joined.arrived)
    joined = joined.filter(joined.after.isin(list(days)))
    seen = joined.group_by("cohort", "user_id", "arrived").aggregate(
        **{f"seen_{n}": ibis.ifelse(joined.after == day, 1, 0).max() for n, day in enumerate(days)}
    )
    retained = seen.group_by("cohort").aggregate(
        **{f"retained_{n}": (seen[f"seen_{n}"] * knows(seen.arrived, day)).sum() for n, day in enumerate(days)}
    )
    sizes = members.group_by("cohort").aggregate(
        members=members.count(), **{f"eligible_{n}": knows(members.arrived, day).sum() for n, day in enumerate(days)}
    )
    # Two questions: in one, engines keep a copy of the members for both, which costs more than reading them again.
    counted = sizes.execute().set_index("cohort").join(retained.execute().set_index("cohort"))
    whole: pd.DataFrame = counted.fillna(0).astype("int64")
    return whole
