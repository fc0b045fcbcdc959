"""Returning: count members who are active again on days after arrival, as far as observed."""

import datetime as dt
from collections.abc import Sequence

import ibis
import pandas as pd

from retro.metrics.windows import number_of


def returned(
    members: ibis.Table,
    activity: ibis.Table,
    days: Sequence[int],
    observed_until: dt.datetime,
    observed_from: dt.datetime,
) -> pd.DataFrame:
    """Count, for each cohort, its `members`, and for each day after arrival `eligible_0` and `retained_0` and so on.

    `members` has `cohort`, `user_id` and `arrived`, `activity` has `user_id` and `active` (numbers of days, arrival
    being day 0). A member is eligible for a day that was wholly observed; only eligible members count as retained.
    """
    begun, over = number_of(observed_from.date()), number_of(observed_until.date())

    def knows(arrived: ibis.Value, day: int) -> ibis.Value:
        return ibis.ifelse((arrived + day + 1 <= over) & (arrived + day >= begun), 1, 0)

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
