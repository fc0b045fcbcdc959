"""Hourly impact: orders that a short campaign added, against a weekly profile learned before it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import numpy as np
import numpy.typing as npt
import pandas as pd

from retro.metrics.baseline.gibbs import Flags, Floats, draw_paths
from retro.metrics.baseline.impact import ENDS, LEVEL_SD
from retro.metrics.history import History, history
from retro.metrics.orders import valid_orders
from retro.metrics.windows import DAY, check_at_least
from retro.periods import Window

Hours = npt.NDArray[np.int64]

HOUR = dt.timedelta(hours=1)
WEEK_HOURS = 168
LEAST_WEEKS = 4
"""Hours before the campaign without which no profile of the week is taken: four of each."""

DRAWS = 1_000
_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - local, as every column
_SEED = 20250228


@dataclass(frozen=True, eq=False)
class HourlyImpact:
    """The effect of a campaign on orders by hour.

    Attributes:
        hours: One row per hour of the window: `at` (datetime), `orders` (int), `expected`, `low`, `high` (float; NaN
            where no profile can be taken).
        effect: Orders more than expected, over all hours; NaN as above.
        low: Lower end of its 95 % interval.
        high: Upper end.
        baseline_hours: Hours that the baseline was learned from.
    """

    hours: pd.DataFrame
    effect: float
    low: float
    high: float
    baseline_hours: int

    @property
    def known(self) -> bool:
        """Whether there is a baseline."""
        return bool(self.hours["expected"].notna().any())


def hourly_impact(
    orders: ibis.Table, window: Window, *, anticipation_days: int = 0, others: Sequence[Window] = ()
) -> HourlyImpact:
    """Estimate the effect of a short campaign on the orders of each hour.

    The counterfactual is a drifting level and the profile of the week: the mean of each of its 168 hours over the
    baseline weeks before, one column in place of 167. It covers the campaign's hours only; effects on the days around
    it are those of `impact`.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`.
        window: The campaign; the weeks of its baseline, to learn from. Hours of lost days are not learned from.
        anticipation_days: Days before the start on which people may hold back orders; not in the baseline.
        others: Windows left out of the baseline, local, half open.
    """
    check_at_least("anticipation_days", anticipation_days, 0)
    first, last = _hour(window.baseline_start), _hour(window.end - dt.timedelta(seconds=1)) + 1
    numbers: Hours = np.arange(first, last, dtype=np.int64)
    moments = [_EPOCH + int(number) * HOUR for number in numbers]
    valid = valid_orders(orders)
    past = history(valid, "ordered_at", until=window.end)
    values, begun = _counted(valid, numbers, past)
    until = window.start - anticipation_days * DAY

    def baseline(at: dt.datetime) -> bool:
        return at < until and at.date() not in past.lost and not any(other.touches(at, at + HOUR) for other in others)

    known = np.array([baseline(at) for at in moments], dtype=np.bool_) & (numbers >= begun)
    inside = numbers >= _hour(window.start)
    hours = pd.DataFrame({"at": np.array(moments)[inside], "orders": values[inside].astype(int)})
    if known.sum() < LEAST_WEEKS * WEEK_HOURS or np.ptp(values[known]) == 0:
        nothing = float("nan")
        unknown = hours.assign(expected=nothing, low=nothing, high=nothing)
        return HourlyImpact(unknown, nothing, nothing, nothing, int(known.sum()))
    fit = draw_paths(
        values, known, _profile(values, known, numbers), np.empty((values.size, 0)),
        level_sd=LEVEL_SD / np.sqrt(24), draws=DRAWS, seed=_SEED,
    )  # fmt: skip
    low, high = np.percentile(fit.paths[:, inside], ENDS, axis=0)
    gains = values[inside].sum() - fit.paths[:, inside].sum(axis=1)
    least, most = np.percentile(gains, ENDS)
    hours = hours.assign(expected=np.maximum(fit.expected[inside], 0), low=np.maximum(low, 0), high=high)
    return HourlyImpact(hours, float(gains.mean()), float(least), float(most), int(known.sum()))


def _hour(moment: dt.datetime) -> int:
    return int((moment - _EPOCH) // HOUR)


def _counted(valid: ibis.Table, numbers: Hours, past: History) -> tuple[Floats, float]:
    hour = valid.ordered_at.epoch_seconds() // 3600
    here = valid.mutate(hour=hour).filter(lambda row: row.hour <= int(numbers[-1]))
    counted = here.group_by("hour").aggregate(orders=lambda row: row.count()).execute()
    by_hour = dict(zip(counted["hour"].astype(int), counted["orders"].astype(float), strict=True))
    least = float("inf") if past.since is None else _hour(past.since)
    begun = float(min((number for number in by_hour if number >= least), default=least))
    return np.array([by_hour.get(int(number), 0.0) for number in numbers]), begun


def _profile(values: Floats, known: Flags, numbers: Hours) -> Floats:
    place = numbers % WEEK_HOURS
    total = np.bincount(place[known], values[known], WEEK_HOURS)
    count = np.bincount(place[known], minlength=WEEK_HOURS)
    overall = values[known].mean()
    means = np.where(count > 0, total / np.maximum(count, 1), overall)
    column: Floats = means[place][:, None]
    return column
