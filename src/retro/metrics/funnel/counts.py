"""Counts: how many reach each step, in all and by group."""

from __future__ import annotations

import datetime as dt

import ibis
import numpy as np
import pandas as pd

from retro.errors import MetricError
from retro.metrics.funnel.counting import ask, count_arrivals, count_immature, rated, summarise
from retro.metrics.funnel.groups import Attribution, check_attribution, groups
from retro.metrics.funnel.marks import Period, mark
from retro.metrics.funnel.plans import follow
from retro.metrics.funnel.rules import FunnelRules
from retro.metrics.funnel.steps import Steps

OTHER = "other"
"""The group of users whose own is too small to be told apart."""

_BY_GROUP = ["group", "step", "users", "step_rate", "total_rate", "low", "high", "median_hours"]


def funnel(
    events: ibis.Table,
    steps: Steps,
    *,
    start: dt.datetime,
    end: dt.datetime,
    window: dt.timedelta,
    observed_until: dt.datetime,
    rules: FunnelRules | None = None,
) -> pd.DataFrame:
    """Count the users who take each step, in order, within a window that opens with the first step.

    A user enters with a first step in `[start, end)`; later steps may follow until `window` after it, inclusive, also
    beyond `end`. Every first step may begin the successful path, not only the earliest; a later one never takes away
    what was reached. One event serves one step. An entry whose window was not wholly observed is left out, so that late
    entrants do not look like drop-outs.

    Args:
        events: One row per event: `user_id`, `event`, `occurred_at` (local). Events without user are left out.
        steps: From first to last: event names, several names of which any one will do, or conditions such as
            `_.amount > 100`; a mapping gives them names.
        start: Begin of the entries, local.
        end: End of the entries, local, exclusive.
        window: How long after its first step a path may take.
        observed_until: Until when events were observed, local, exclusive.
        rules: Anything else that counts; see `FunnelRules`.

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
        MetricError: The steps, the window, the rules or a table's columns do not fit.
    """
    rules = rules or FunnelRules()
    path, period = ask(steps, start, end, window, observed_until, rules)
    frame = rated(path, count_arrivals(mark(events, path, period, rules)))
    observed = Period.open(start, end, window, observed_until)
    frame.attrs["immature"] = count_immature(events, path, period, observed, rules)
    return frame


def funnel_by(
    events: ibis.Table,
    steps: Steps,
    *,
    by: str,
    start: dt.datetime,
    end: dt.datetime,
    window: dt.timedelta,
    observed_until: dt.datetime,
    attribution: Attribution = "first",
    most: int = 25,
    rules: FunnelRules | None = None,
) -> pd.DataFrame:
    """The funnel of each group of users; every user is in exactly one, so the groups add up to the whole.

    Args:
        events: As `funnel`, with the column `by`.
        steps: As `funnel`.
        by: The column whose value makes the groups.
        start: As `funnel`.
        end: As `funnel`.
        window: As `funnel`.
        observed_until: As `funnel`.
        attribution: Which event's value counts: the `first` or the `last` event of the path's steps in the period that
            has one, or that of the step with this number, from 1.
        most: How many groups are told apart; the smaller ones are put together as `other`.
        rules: As `funnel`; `count` must be `users`.

    Returns:
        As `funnel`, after a column `group` (str; None for users without a value), largest group first.

    Raises:
        MetricError: As `funnel`; or `attribution` is no step, or `by` is no column.
    """
    rules = rules or FunnelRules()
    path, period = ask(steps, start, end, window, observed_until, rules)
    if rules.count != "users" or rules.mode == "unordered":
        raise MetricError(f"funnel: groups need count 'users' in order, got {rules.count!r} in mode {rules.mode!r}.")
    check_attribution(attribution, len(path))
    marks = mark(events, path, period, rules, carry=by)
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
            steps_of = [(int(own["users"].get(n, 0)), float(own["seconds"].get(n, np.nan))) for n in range(len(path))]
            frames.append(rated(path, steps_of).assign(group=group))
    return pd.concat(frames, ignore_index=True)[_BY_GROUP] if frames else pd.DataFrame(columns=_BY_GROUP)
