"""Conversion: how long users take from one step to another."""

from collections.abc import Sequence

import ibis
import numpy as np
import pandas as pd

from retro.errors import MetricError
from retro.metrics.funnel.marks import Period, mark
from retro.metrics.funnel.path import FunnelPath
from retro.metrics.funnel.plans import follow
from retro.metrics.funnel.rules import FunnelRules
from retro.metrics.intervals import wilson
from retro.metrics.spread import weighted_quantile
from retro.periods import Window

_MINUTE = 60


def conversion_times(events: ibis.Table, path: FunnelPath, window: Window) -> pd.DataFrame:
    """Compute how long users take from each step to the next, and from the first to the last.

    Times are those of each user's furthest path: the earliest to get there, with its latest start and its steps as
    early as taken.

    `events` and `window` are those of `funnel`. So are `path`, which must have two steps or more, and `rules`, whose
    `count` must be `users` and whose `mode` not `unordered`.

    Returns:
        One row per step but the first, then one from the first to the last where there are more than two.
        - `from_step`, `to_step` (str): Names of the steps.
        - `users` (int): Users whose furthest path took both.
        - `mean_seconds`, `median_seconds`, `lower_seconds`, `upper_seconds` (float): Mean, median and quartiles of the
          time in between. NaN without users.
    """
    rules, taken, period = _in_order(path.rules), path.read(), Period.settled(events, window, path.within)
    pairs = [(step, step + 1) for step in range(len(taken) - 1)]
    if len(taken) > 2:  # noqa: PLR2004 - of two steps the whole is the only part
        pairs.append((0, len(taken) - 1))
    rows = []
    with follow(mark(events, taken, period, rules)) as reach:
        found = reach.times(pairs)
    for (first, last), times in zip(pairs, found, strict=True):
        seconds, users = times["seconds"], times["users"]
        mean = float(np.average(seconds, weights=users)) if len(times) else np.nan
        quartiles = [weighted_quantile(seconds, users, share) for share in (0.5, 0.25, 0.75)]
        rows.append((taken.labels[first], taken.labels[last], int(users.sum()), mean, *quartiles))
    names = ["from_step", "to_step", "users", "mean_seconds", "median_seconds", "lower_seconds", "upper_seconds"]
    return pd.DataFrame(rows, columns=names)


def micro_funnel(
    events: ibis.Table, path: FunnelPath, window: Window, *, minutes: Sequence[int] = (1, 5, 15, 60, 24 * 60)
) -> pd.DataFrame:
    """Compute the share of users at each step who take the next one within given minutes.

    `events`, `path` and `window` are those of `conversion_times`. `minutes` are the limits.

    Returns:
        One row per step but the first and limit, in order.
        - `from_step`, `to_step` (str): Names of the steps.
        - `minutes` (int): The limit.
        - `users` (int): Users whose furthest path took the first of both steps.
        - `converted` (int): Of these, users who took the second within the limit.
        - `rate`, `low`, `high` (float): `converted` over `users`, and its 95 % Wilson interval. NaN without users.
    """
    rules, taken, period = _in_order(path.rules), path.read(), Period.settled(events, window, path.within)
    rows = []
    with follow(mark(events, taken, period, rules)) as reach:
        furthest = reach.furthest()
        reached = furthest.group_by("steps").aggregate(users=furthest.count()).execute()
        found = reach.times([(step, step + 1) for step in range(len(taken) - 1)])
    for step, times in enumerate(found):
        users = int(reached.loc[reached["steps"] > step, "users"].sum())
        for limit in sorted(minutes):
            soon = int(times.loc[times["seconds"] <= limit * _MINUTE, "users"].sum())
            rows.append((taken.labels[step], taken.labels[step + 1], limit, users, soon))
    frame = pd.DataFrame(rows, columns=["from_step", "to_step", "minutes", "users", "converted"])
    low, high = wilson(frame["converted"], frame["users"])
    return frame.assign(rate=frame["converted"] / frame["users"].where(frame["users"] > 0), low=low, high=high)


def _in_order(rules: FunnelRules) -> FunnelRules:
    """The rules of a figure that needs each user's own path, step after step."""
    if rules.count != "users" or rules.mode == "unordered":
        raise MetricError(f"funnel: times need count 'users' in order, got {rules.count!r} in mode {rules.mode!r}.")
    return rules
