"""Conversion: how long it takes from one step to another."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

import ibis
import numpy as np
import pandas as pd

from retro.errors import MetricError
from retro.metrics.funnel.counting import ask
from retro.metrics.funnel.marks import Period, mark
from retro.metrics.funnel.plans import follow
from retro.metrics.funnel.rules import FunnelRules
from retro.metrics.funnel.steps import Steps
from retro.metrics.intervals import wilson
from retro.metrics.spread import weighted_quantile
from retro.metrics.survival import kaplan_meier

_MINUTE = 60
_HOUR = 3600


def conversion_times(
    events: ibis.Table,
    steps: Steps,
    *,
    start: dt.datetime,
    end: dt.datetime,
    window: dt.timedelta,
    observed_until: dt.datetime,
    rules: FunnelRules | None = None,
) -> pd.DataFrame:
    """How long users take from each step to the next, and from the first to the last.

    Times are those of each user's furthest path: the one that gets there first, with its latest start, and each step in
    between as soon as it was taken.

    Args:
        events: As `funnel`.
        steps: As `funnel`, two or more.
        start: As `funnel`.
        end: As `funnel`.
        window: As `funnel`.
        observed_until: As `funnel`.
        rules: As `funnel`; `count` must be `users`, `mode` not `unordered`.

    Returns:
        One row per step but the first, then one from the first to the last where there are more than two.

        - `from_step`, `to_step` (str): Names of the steps.
        - `users` (int): Users whose furthest path took both.
        - `mean_seconds`, `median_seconds`, `lower_seconds`, `upper_seconds` (float): Mean, median and quartiles of the
          time in between. NaN without users.

    Raises:
        MetricError: As `funnel`.
    """
    rules = _in_order(rules)
    path, period = ask(steps, start, end, window, observed_until, rules)
    pairs = [(step, step + 1) for step in range(len(path) - 1)]
    if len(path) > 2:  # noqa: PLR2004 - of two steps the whole is the only part
        pairs.append((0, len(path) - 1))
    rows = []
    with follow(mark(events, path, period, rules)) as reach:
        found = reach.times(pairs)
    for (first, last), times in zip(pairs, found, strict=True):
        seconds, users = times["seconds"], times["users"]
        mean = float(np.average(seconds, weights=users)) if len(times) else np.nan
        quartiles = [weighted_quantile(seconds, users, share) for share in (0.5, 0.25, 0.75)]
        rows.append((path.labels[first], path.labels[last], int(users.sum()), mean, *quartiles))
    names = ["from_step", "to_step", "users", "mean_seconds", "median_seconds", "lower_seconds", "upper_seconds"]
    return pd.DataFrame(rows, columns=names)


def conversion_histogram(
    events: ibis.Table,
    steps: Steps,
    *,
    start: dt.datetime,
    end: dt.datetime,
    window: dt.timedelta,
    observed_until: dt.datetime,
    from_step: int = 1,
    to_step: int | None = None,
    bins: int | None = None,
    rules: FunnelRules | None = None,
) -> pd.DataFrame:
    """How many users take how long from one step to another, in bins of equal width.

    Args:
        events: As `conversion_times`.
        steps: As `conversion_times`.
        start: As `conversion_times`.
        end: As `conversion_times`.
        window: As `conversion_times`.
        observed_until: As `conversion_times`.
        from_step: Number of the step that starts the clock, from 1.
        to_step: Number of the step that stops it; the last where left out.
        bins: How many; the cube root of the users, rounded up, where left out.
        rules: As `conversion_times`.

    Returns:
        One row per bin, in order; none without users.

        - `from_seconds`, `until_seconds` (int): The bin, the end exclusive. Widths are whole seconds, rounded up.
        - `users` (int): Users whose time lies in the bin.

    Raises:
        MetricError: As `funnel`; or the steps are not two in order, or `bins` is below 1.
    """
    rules = _in_order(rules)
    path, period = ask(steps, start, end, window, observed_until, rules)
    last = len(path) if to_step is None else to_step
    if not 1 <= from_step < last <= len(path):
        raise MetricError(
            f"funnel: from_step and to_step must be two of steps 1 to {len(path)}, got {from_step}, {last}."
        )
    if bins is not None and bins < 1:
        raise MetricError(f"funnel: bins must be at least 1, got {bins!r}.")
    with follow(mark(events, path, period, rules)) as reach:
        (times,) = reach.times([(from_step - 1, last - 1)])
    if times.empty:
        return pd.DataFrame({"from_seconds": [], "until_seconds": [], "users": []}, dtype="int64")
    count = bins or int(np.ceil(np.cbrt(times["users"].sum())))
    low = int(times["seconds"].min())
    width = max(1, int(np.ceil((times["seconds"].max() - low) / count)))
    bin_of = np.minimum((times["seconds"] - low) // width, count - 1).astype("int64")
    users = np.bincount(bin_of, weights=times["users"], minlength=count).astype("int64")
    edges = low + width * np.arange(count + 1)
    return pd.DataFrame({"from_seconds": edges[:-1], "until_seconds": edges[1:], "users": users})


def micro_funnel(
    events: ibis.Table,
    steps: Steps,
    *,
    start: dt.datetime,
    end: dt.datetime,
    window: dt.timedelta,
    observed_until: dt.datetime,
    minutes: Sequence[int] = (1, 5, 15, 60, 24 * 60),
    rules: FunnelRules | None = None,
) -> pd.DataFrame:
    """How many of the users at each step take the next one within so many minutes: where a path loses its pace.

    Args:
        events: As `conversion_times`.
        steps: As `conversion_times`.
        start: As `conversion_times`.
        end: As `conversion_times`.
        window: As `conversion_times`.
        observed_until: As `conversion_times`.
        minutes: The limits, in minutes.
        rules: As `conversion_times`.

    Returns:
        One row per step but the first and limit, in order.

        - `from_step`, `to_step` (str): Names of the steps.
        - `minutes` (int): The limit.
        - `users` (int): Users whose furthest path took the first of both steps.
        - `converted` (int): Of these, users who took the second at most so many minutes later.
        - `rate`, `low`, `high` (float): `converted` over `users`, and its 95 % Wilson interval. NaN without users.

    Raises:
        MetricError: As `funnel`.
    """
    rules = _in_order(rules)
    path, period = ask(steps, start, end, window, observed_until, rules)
    rows = []
    with follow(mark(events, path, period, rules)) as reach:
        furthest = reach.furthest()
        reached = furthest.group_by("steps").aggregate(users=furthest.count()).execute()
        found = reach.times([(step, step + 1) for step in range(len(path) - 1)])
    for step, times in enumerate(found):
        users = int(reached.loc[reached["steps"] > step, "users"].sum())
        for limit in sorted(minutes):
            soon = int(times.loc[times["seconds"] <= limit * _MINUTE, "users"].sum())
            rows.append((path.labels[step], path.labels[step + 1], limit, users, soon))
    frame = pd.DataFrame(rows, columns=["from_step", "to_step", "minutes", "users", "converted"])
    low, high = wilson(frame["converted"], frame["users"])
    return frame.assign(rate=frame["converted"] / frame["users"].where(frame["users"] > 0), low=low, high=high)


def conversion_curve(
    events: ibis.Table,
    steps: Steps,
    *,
    start: dt.datetime,
    end: dt.datetime,
    window: dt.timedelta,
    observed_until: dt.datetime,
    rules: FunnelRules | None = None,
) -> pd.DataFrame:
    """What share of the entrants has taken all steps so long after their first entry (Kaplan-Meier).

    Here no entrant is left out: one whose window is still open is followed as long as it was observed, and then
    censored. So the curve uses every entrant, and its end estimates what the funnel will come to.

    Args:
        events: As `conversion_times`.
        steps: As `conversion_times`.
        start: As `conversion_times`.
        end: As `conversion_times`.
        window: As `conversion_times`.
        observed_until: As `conversion_times`.
        rules: As `conversion_times`; `entry` is always `first`.

    Returns:
        One row per time at which somebody took the last step, in order; see `kaplan_meier`.

        - `hours` (float): Time since the first entry.
        - `at_risk` (int): Entrants observed so long who had not taken the last step before.
        - `converted` (int): Entrants who took it then.
        - `rate`, `low`, `high` (float): Share who have taken it by then, and its 95 % interval.

    Raises:
        MetricError: As `funnel`.
    """
    rules = _in_order(rules, first_entry=True)
    path, _ = ask(steps, start, end, window, observed_until, rules)
    period = Period.open(start, end, window, observed_until)
    with follow(mark(events, path, period, rules)) as reach:
        arrivals = reach.arrivals()
        lives = arrivals.group_by("unit").aggregate(
            entered_at=arrivals["at"].min(where=arrivals.step == 0),
            done_at=arrivals["at"].min(where=arrivals.step == len(path) - 1),
        )
        seconds = ibis.coalesce(lives.done_at, ibis.literal(observed_until)).epoch_seconds()
        counted = lives.select(seconds=seconds - lives.entered_at.epoch_seconds(), done=lives.done_at.notnull())
        spread = counted.group_by("seconds", "done").aggregate(users=counted.count()).execute()
    seconds = np.minimum(spread["seconds"].to_numpy(dtype=float), window.total_seconds())
    curve = kaplan_meier(seconds, spread["done"], spread["users"])
    return pd.DataFrame(
        {
            "hours": curve["duration"] / _HOUR,
            "at_risk": curve["at_risk"],
            "converted": curve["events"],
            "rate": 1 - curve["survival"],
            "low": 1 - curve["high"],
            "high": 1 - curve["low"],
        }
    )


def _in_order(rules: FunnelRules | None, *, first_entry: bool = False) -> FunnelRules:
    """The rules of a figure that needs each user's own path, step after step."""
    rules = rules or FunnelRules()
    if rules.count != "users" or rules.mode == "unordered":
        raise MetricError(f"funnel: times need count 'users' in order, got {rules.count!r} in mode {rules.mode!r}.")
    return dataclasses.replace(rules, entry="first") if first_entry else rules
