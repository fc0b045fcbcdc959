"""Counts: how many reach each step, in all and by group."""

import ibis
import numpy as np
import pandas as pd

from retro.errors import MetricError
from retro.metrics.funnel.counting import count_arrivals, count_immature, rated, summarise
from retro.metrics.funnel.groups import Attribution, check_attribution, groups
from retro.metrics.funnel.marks import Period, mark
from retro.metrics.funnel.path import FunnelPath
from retro.metrics.funnel.plans import follow
from retro.periods import Window

OTHER = "other"
"""The group that small groups are merged into."""

_BY_GROUP = ["group", "step", "users", "step_rate", "total_rate", "low", "high", "median_hours"]


def funnel(events: ibis.Table, path: FunnelPath, window: Window) -> pd.DataFrame:
    """Count the users who take each step, in order and within a time that begins with the first step.

    A user enters with a first step in the window; later steps may follow until `path.within` after it, inclusive, also
    beyond the window. Every first step may begin the successful path, not only the earliest; a later one never takes
    away what was reached. One event serves one step. An entry whose time was not wholly observed is left out, so that
    late entrants do not look like drop-outs.

    Args:
        events: One row per event: `user_id`, `event`, `occurred_at` (local). Events without user are left out.
        path: The steps, and how they are taken.
        window: When users enter; it says until when events were observed.

    Returns:
        One row per step, in order; `attrs["immature"]` counts the users (entries) that were left out altogether.
        - `step` (str): The step's name.
        - `users` (int): Users who reached the step; entries where `rules` count these.
        - `step_rate` (float): `users` over the users of the step before. NaN on the first row and where those are 0.
        - `total_rate`, `low`, `high` (float): `users` over the users of the first step, and its 95 % Wilson interval.
          NaN where nobody entered.
        - `median_hours` (float): Median time from the first step to the user's first arrival at this one, among those
          who arrived. NaN on the first row, where nobody arrived, and in mode `unordered`.

    Raises:
        MetricError: The table's columns do not fit, or the window does not say until when it was observed.
    """
    period, rules = Period.settled(events, window, path.within), path.rules
    steps = path.read()
    frame = rated(steps, count_arrivals(mark(events, steps, period, rules)))
    observed = Period.open(events, window, path.within)
    frame.attrs["immature"] = count_immature(events, steps, period, observed, rules)
    return frame


def funnel_by(
    events: ibis.Table, path: FunnelPath, window: Window, *, by: str, attribution: Attribution = "first", most: int = 25
) -> pd.DataFrame:
    """The funnel of each group of users; every user is in exactly one, so the groups add up to the whole.

    Args:
        events: As `funnel`, with the column `by`.
        path: As `funnel`; `count` must be `users`, `mode` not `unordered`.
        by: The column whose value makes the groups.
        window: As `funnel`.
        attribution: The event whose value is taken: the `first` or `last` of the path's steps in the period that has
            one, or the step of this number, from 1.
        most: How many groups to keep; smaller ones are merged as `other`.
        rules: As `funnel`; `count` must be `users`.

    Returns:
        As `funnel`, after a column `group` (str; None for users without a value), largest group first.

    Raises:
        MetricError: As `funnel`; or `attribution` is no step, or `by` is no column.
    """
    period, rules = Period.settled(events, window, path.within), path.rules
    if rules.count != "users" or rules.mode == "unordered":
        raise MetricError(f"funnel: groups need count 'users' in order, got {rules.count!r} in mode {rules.mode!r}.")
    steps = path.read()
    check_attribution(attribution, len(steps))
    marks = mark(events, steps, period, rules, carry=by)
    with follow(marks) as reach:
        arrivals = reach.arrivals()
        grouped = arrivals.left_join(groups(marks, reach, attribution), "unit").select(
            "step", "at", "entered_at", "group"
        )
        entered = grouped.filter(grouped.step == 0, grouped.group.notnull())
        largest = entered.group_by("group").aggregate(users=entered.count()).order_by(ibis.desc("users"), "group")
        told = largest.limit(most).execute()["group"].tolist()
        apart = grouped.group.isin(told) | grouped.group.isnull()
        grouped = grouped.mutate(group=ibis.ifelse(apart, grouped.group, OTHER))
        found = summarise(grouped, "group", "step").execute()
    frames = []
    for group in [*told, OTHER, None]:
        own = found[found["group"].isna() if group is None else found["group"] == group].set_index("step")
        if len(own):
            arrived = [(int(own["users"].get(n, 0)), float(own["seconds"].get(n, np.nan))) for n in range(len(steps))]
            frames.append(rated(steps, arrived).assign(group=group))
    return pd.concat(frames, ignore_index=True)[_BY_GROUP] if frames else pd.DataFrame(columns=_BY_GROUP)
