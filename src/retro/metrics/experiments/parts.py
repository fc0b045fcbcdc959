"""Parts: the effect by segment, by date, and by day since exposure."""

import math
from collections.abc import Sequence
from typing import Any

import ibis
import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtr, ndtri

from retro.clocks import seconds_between
from retro.designs import Experiment, Metric
from retro.metrics.experiments.contrasts import Comparer, Contrast
from retro.metrics.experiments.counting import exposed_by, lies_in
from retro.metrics.experiments.effects import ends
from retro.metrics.experiments.estimates import Estimate, difference_of_means
from retro.metrics.experiments.exposure import Exposure, TableMap
from retro.metrics.experiments.intervals import holm, newcombe
from retro.metrics.experiments.moments import Moments
from retro.metrics.experiments.units import unit_key
from retro.metrics.orders import valid_orders
from retro.metrics.retention import ARRIVAL
from retro.metrics.windows import day_number, day_of, whole_days_until

SMALLEST = 5
"""Units of an arm below which a segment's value is not shown by itself."""

_MOST_DAYS = 28

_DAY = 86_400


def segment_effects(comparer: Comparer) -> pd.DataFrame:
    """The first primary metric by segment, with a test of whether the segments differ at all.

    One row per segment, value and arm: `segment`, `value`, `arm`, `units`, `control`, `treatment`, `effect`, `low`,
    `high`, and `interaction_p`, the chance that segments with one true effect differ as much as these do (Cochran's Q
    with Holm's correction over segments and arms). A single segment's interval is no evidence by itself.
    """
    rows: list[dict[str, Any]] = []
    tests: list[float] = []
    segments = comparer.design.segments if comparer.adds_up else ()
    for place, name in enumerate(segments):
        for arm in comparer.design.treatments:
            found = _segment(comparer, place, name, arm)
            rows += [row | {"test": len(tests)} for row, _ in found]
            tests.append(_interaction([estimate for _, estimate in found]))
    corrected = holm(tests)
    frame = pd.DataFrame([row | {"interaction_p": corrected[row["test"]]} for row in rows])
    columns = ["segment", "value", "arm", "units", "control", "treatment", "effect", "low", "high", "interaction_p"]
    return frame[columns] if rows else pd.DataFrame(columns=columns)


def _segment(comparer: Comparer, place: int, name: str, arm: str) -> list[tuple[dict[str, Any], Estimate]]:
    """A segment's values with their effects; those that are too small or cannot be compared are left out."""
    found = []
    for value in comparer.counts.values(place):
        contrast = comparer.compare(0, arm, lies_in(place, value))
        if isinstance(contrast, Contrast) and min(contrast.units) >= SMALLEST:
            spread, (low, high) = contrast.spread, contrast.interval
            row = {"segment": name, "value": value, "arm": arm, "units": sum(contrast.units)}
            row |= {"control": spread.control, "treatment": spread.treatment, "effect": spread.effect}
            found.append((row | {"low": low, "high": high}, spread))
    return found


def _interaction(estimates: Sequence[Estimate]) -> float:
    if len(estimates) < 2:  # noqa: PLR2004 - nothing to differ from
        return 1.0
    effects = np.array([one.effect for one in estimates])
    weights = 1 / np.array([one.error for one in estimates]) ** 2
    shared = weights @ effects / weights.sum()
    return float(chdtrc(len(estimates) - 1, float(weights @ (effects - shared) ** 2)))


def looks(comparer: Comparer) -> pd.DataFrame:
    """The effect at the end of each day, over the units exposed until then.

    One row per day and arm, for the first primary metric: `on` (date), `arm`, `units`, `effect`, `low`, `high`.
    Outcomes are those known now. The intervals are the design's: of a peeked experiment they hold at every row.
    """
    rows = []
    for arm in comparer.design.treatments:
        for day in comparer.counts.days if comparer.adds_up else ():
            contrast = comparer.compare(0, arm, exposed_by(day))
            if isinstance(contrast, Contrast):
                low, high = contrast.interval
                facts = {"on": day_of(day), "arm": arm, "units": sum(contrast.units)}
                rows.append(facts | {"effect": contrast.spread.effect, "low": low, "high": high})
    return pd.DataFrame(rows, columns=["on", "arm", "units", "effect", "low", "high"])


def since_exposure(design: Experiment, tables: TableMap, units: ibis.Table, exposure: Exposure) -> pd.DataFrame:
    """The first primary metric by day since exposure, to see whether an effect lasts.

    One row per day and arm: `day` (int), `arm`, `units`, `control`, `treatment`, `effect`, `low`, `high`. Units count
    on a day once it is over for them. Of a retention, day N is the N-th local calendar day after; of orders and events,
    the N-th 24 hours. A column has no days. Shares have Newcombe's interval, which holds near 0, where those of late
    days are.
    """
    columns = ["day", "arm", "units", "control", "treatment", "effect", "low", "high"]
    metric = design.primary[0]
    if metric.kind not in {"conversion", "mean", "count"} or metric.column is not None or design.cluster is not None:
        return pd.DataFrame(columns=columns)
    sums = _daily_moments(design, metric, tables, units, exposure)
    rows = []
    for day in sorted({day for _, day in sums}):
        for arm in design.treatments:
            pair = [sums.get((name, day), Moments.none()) for name in (design.control, arm)]
            if min(one.units for one in pair) < 2:  # noqa: PLR2004 - one unit has no spread
                continue
            estimate, units_of = difference_of_means(*pair), (pair[0].units, pair[1].units)
            share = metric.kind == "conversion" and not design.peeked
            if share or estimate.error > 0:
                if share:
                    hits = round(estimate.control * units_of[0]), round(estimate.treatment * units_of[1])
                    low, high = newcombe((hits[0], units_of[0]), (hits[1], units_of[1]), design.alpha)
                else:
                    contrast = Contrast(units_of, estimate, (0.0, 0.0), 1.0, "welch")
                    low, high = ends(design, contrast, estimate.effect, estimate.error)
                facts = {"day": day, "arm": arm, "units": sum(units_of)}
                facts |= {"control": estimate.control, "treatment": estimate.treatment, "effect": estimate.effect}
                rows.append(facts | {"low": low, "high": high})
    return pd.DataFrame(rows, columns=columns)


def _daily_moments(
    design: Experiment, metric: Metric, tables: TableMap, units: ibis.Table, exposure: Exposure
) -> dict[tuple[str, int], Moments]:
    """Moments of what units did on each day since exposure, by arm and day, once that day is over for them."""
    last = min(design.horizon, _MOST_DAYS) if metric.retention is not None else metric.days
    whole = whole_days_until(exposure.observed_until) if exposure.observed_until is not None else None
    members = units.filter(units.arm.isin(list(design.arms)))
    by_day = members.group_by("arm", "day").aggregate(units=members.count()).execute()
    done = _daily_sums(design, tables, members, last, whole).execute()
    sums = {(str(row.arm), int(row.since)): (float(row.total), float(row.squares)) for row in done.itertuples()}
    moments = {}
    for arm in design.arms:
        own = by_day[by_day["arm"] == arm]
        for since in range(1, last + 1):
            over = own if whole is None else own[own["day"] + since < whole]
            if eligible := int(over["units"].sum()):
                moments[arm, since] = Moments.of_sums(eligible, *sums.get((arm, since), (0.0, 0.0)))
    return moments


def _daily_sums(design: Experiment, tables: TableMap, members: ibis.Table, last: int, whole: int | None) -> ibis.Table:
    """Sums and sums of squares over units, by arm and day since exposure."""
    metric = design.primary[0]
    if metric.orders is not None:
        key = unit_key(tables["orders"], "orders", design)
        actions = valid_orders(tables["orders"]).rename(at="ordered_at", unit_id=key)
        value = actions[metric.orders.value].cast("float64") if metric.orders.value else ibis.literal(1.0)
    else:
        events, key = tables["events"], unit_key(tables["events"], "events", design)
        meant = events.event != ARRIVAL if metric.events is None else events.event == metric.events.event
        actions, value = events.filter(meant).rename(at="occurred_at", unit_id=key), ibis.literal(1.0)
    joined = actions.select("unit_id", "at", value=value).join(
        members.select("unit_id", "arm", "exposed_at", "day"), "unit_id"
    )
    if metric.retention is not None:
        since = day_number(joined.at) - joined.day
    else:
        since = seconds_between(joined.exposed_at, joined.at) // _DAY + 1
    joined = joined.mutate(since=since).filter(
        lambda row: (row.since >= 1) & (row.since <= last) & (row.at >= row.exposed_at)
    )
    if whole is not None:
        joined = joined.filter(joined.day + joined.since < whole)
    once = metric.kind == "conversion"
    each = joined.group_by("unit_id", "arm", "since").aggregate(value=ibis.literal(1.0) if once else joined.value.sum())
    return each.group_by("arm", "since").aggregate(total=each.value.sum(), squares=(each.value * each.value).sum())


def trend(frame: pd.DataFrame, alpha: float = 0.05) -> tuple[float, float]:
    """The change of an effect per day and its p-value, by a line weighed by the inverse variances.

    Days are treated as independent, which outcomes of the same units are not quite: a small p is a hint, no proof.
    NaN for fewer than three days.

    Examples:
        >>> days = pd.DataFrame({"day": [1, 2, 3], "effect": [0.3, 0.2, 0.1]})
        >>> days = days.assign(low=days["effect"] - 0.1, high=days["effect"] + 0.1)
        >>> slope, p = trend(days)
        >>> round(slope, 3), round(p, 3)
        (-0.1, 0.006)
    """
    if len(frame) < 3:  # noqa: PLR2004 - said above
        return math.nan, math.nan
    errors = (frame["high"] - frame["low"]).to_numpy(dtype=float) / (2 * ndtri(1 - alpha / 2))
    weights = 1 / errors**2
    days, effect = (frame[name].to_numpy(dtype=float) for name in ("day", "effect"))
    centred = days - weights @ days / weights.sum()
    spread = weights @ centred**2
    slope = float(weights @ (centred * effect) / spread)
    return slope, float(2 * ndtr(-abs(slope) * math.sqrt(spread)))
