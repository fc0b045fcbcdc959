"""Causes: segments that moved away from the rest of the shop, their cost, and a test against chance."""

import datetime as dt
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd
from scipy.special import ndtri

from retro.metrics.bridge.cells import many_cells, merged, money_column, together, whole
from retro.metrics.bridge.days import Days
from retro.metrics.bridge.segments import WHOLE, tells
from retro.metrics.bridge.split import FACTORS
from retro.metrics.experiments.intervals import holm
from retro.metrics.history import History, history
from retro.metrics.intervals import CONFIDENCE
from retro.metrics.moved import ALPHA, two_sided
from retro.metrics.orders import valid_orders
from retro.metrics.shop import Shop
from retro.metrics.windows import DAY, check_at_least
from retro.periods import Window

BY = ("channel", "customer", "tier")
"""The dimensions in which causes are looked for; a visit and an order must both know them."""

LEAST_ORDERS, LEAST_SHARE, LEAST_COST = 30, 0.01, 0.005
"""The floor: orders in both periods and share of the period's GMV below which a segment is not looked at, and the share
of that GMV below which a loss is no cause."""

COLUMNS = (
    "dimension", "segment", "factor", "before", "expected", "after", "units",
    "cost", "cost_low", "cost_high", "p_value", "adjusted_p", "is_cause", "incident", "incident_from", "incident_until",
)  # fmt: skip

_HALF = float(ndtri((1 + CONFIDENCE) / 2))

_STEPS = ("visits", "placed", "settled", "orders", "gmv")


def causes(
    shop: Shop,
    window: Window,
    *,
    unusual: Sequence[Window] = (),
    baseline_periods: int = 4,
    dimensions: Sequence[str] = BY,
) -> pd.DataFrame:
    """Find the segments and steps in which a period lost money against baseline days.

    Days of campaigns, unusual days, and days that orders have lost or do not reach are left out of both periods. Each
    step (visits to orders, orders to payments, payments to what is kept, orders to money) of each segment is expected
    to have moved as in the rest of its dimension; for the whole shop, not at all. The rest of the move is tested.
    Holm's correction runs separately over steps with a logged incident, over the whole shop's steps, and over all
    others, so that a shop without a cause names one in at most one report of ten.

    Args:
        shop: As `sales_cells`; `incidents` (`system`, `channel`, `started_at`, `ended_at`) explain causes of their
            channel.
        window: The period.
        unusual: Windows to leave out.
        baseline_periods: How many windows of the period's length before it make the baseline; customers and tiers are
            classified at the start of each. Those without visits are left out where later ones have them.
        dimensions: The dimensions of segments.

    Returns:
        One row per dimension, segment and factor above the floor, the most expensive first; none without baseline days.
        - `dimension`, `segment` (str): `all` for the whole shop.
        - `factor` (str): `mix` (share of the visits), `order_rate`, `payment_rate`, `keep_rate` or `order_value`.
        - `before`, `expected`, `after` (float): On baseline days; expected if it had moved as the rest did; in the
          period.
        - `units` (int): Denominator of the factor, in the period.
        - `cost` (Decimal): Money value of the difference to `expected`; negative is a loss.
        - `cost_low`, `cost_high` (float): Its 95 % interval, normal on the logarithm of the difference.
        - `p_value`, `adjusted_p` (float): Normal test of the difference; visits count by user, as one user's visits are
          alike. Holm over all rows.
        - `is_cause` (bool): A segment's loss above the floor that chance does not explain. Losses of the whole shop are
          rows of `all`.
        - `incident` (str): System of the longest incident of this step and channel in the period; None without one.
          `incident_from`, `incident_until` (datetime).
    """
    check_at_least("baseline_periods", baseline_periods, 1)
    spans = [window.earlier(n * window.length) for n in range(baseline_periods + 1)]
    past = history(valid_orders(shop["orders"]), "ordered_at", until=window.end)
    without = (*unusual, *_unknown(past, spans[-1].start))
    now, *baseline = (Days(span, without) for span in spans)
    baseline = [days for days in baseline if days.length > dt.timedelta(0)]
    if not baseline or now.length <= dt.timedelta(0):
        return pd.DataFrame(columns=list(COLUMNS))
    told = [name for name in dimensions if tells(shop, name)]
    names, periods = dict.fromkeys(["customer", *told]), (*baseline, now)
    counted = many_cells(shop, ((days, name) for name in names for days in periods))
    cells = {name: [counted[days, name] for days in periods] for name in names}
    return causes_of(cells, told, _incidents(shop.get("incidents"), window))


def _unknown(past: History, start: dt.datetime) -> Iterator[Window]:
    """The spans since a moment that orders do not know."""
    if past.since is not None and past.since > start:
        yield Window(start, past.since)
    for day in sorted(past.lost):
        midnight = dt.datetime.combine(day, dt.time())
        yield Window(midnight, midnight + DAY)


def causes_of(
    cells: Mapping[str, Sequence[pd.DataFrame]], dimensions: Sequence[str], incidents: Sequence[Mapping[str, Any]] = ()
) -> pd.DataFrame:
    """Find the causes in counted cells; returns as `causes`.

    `cells` holds, by dimension and by `customer` in any case, what `sales_cells` returns: each baseline window, then
    the period. Of `incidents`, the longest come first.
    """
    rows = list(_candidates(WHOLE, *(whole(part) for part in _sides(cells["customer"]))))
    for name in dimensions:
        rows += _candidates(name, *merged(*_sides(cells[name])))
    if not rows:
        return pd.DataFrame(columns=list(COLUMNS))
    frame = _explained(pd.DataFrame(rows, columns=list(COLUMNS[:11])), incidents)
    frame["cost"] = money_column(frame["cost"])
    family = frame["incident"].notna().astype(int).where(frame["dimension"] != WHOLE, 2)
    for _, own in frame.groupby(family):
        frame.loc[own.index, "adjusted_p"] = holm(list(own["p_value"]))
    least = float(sum(cells["customer"][-1]["gmv"], Decimal(0))) * LEAST_COST
    located = (frame["dimension"] != WHOLE) & (frame["adjusted_p"] < ALPHA)
    frame["is_cause"] = located & (frame["cost"].astype(float) <= -least)
    return frame.sort_values(["cost", "dimension", "segment", "factor"], ignore_index=True)[list(COLUMNS)]


def _sides(cells: Sequence[pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    return together(cells[:-1]), cells[-1]


def _candidates(dimension: str, base: pd.DataFrame, now: pd.DataFrame) -> Iterator[dict[str, Any]]:
    steps = [step for step in _STEPS if step == "gmv" or all(frame[step].notna().all() for frame in (base, now))]
    if "settled" not in steps:  # orders are one step where nobody knows which were paid
        steps.remove("placed")
    before, after = ({str(row["segment"]): row for row in frame.to_dict("records")} for frame in (base, now))
    sold = float(sum(now["gmv"], Decimal(0)))
    for segment in sorted(set(before) & set(after)):
        old, new = _numbers(before[segment]), _numbers(after[segment])
        if min(old["orders"], new["orders"]) < LEAST_ORDERS or new["gmv"] < LEAST_SHARE * sold:
            continue
        rest = [_others(rows, segment) for rows in (before, after)] if len(before) > 1 else None
        shown = {"dimension": dimension, "segment": segment}
        if rest is not None and steps[0] == "visits":
            yield shown | _share(old, new, *rest)
        for upper, lower in itertools.pairwise(steps):
            factor = FACTORS[upper, lower]
            found = _moved(upper, lower, old, new, rest)
            if found is not None:
                yield shown | {"factor": factor, **found}


Numbers = Mapping[str, float]


def _numbers(row: Mapping[Any, Any]) -> Numbers:
    return {str(name): float(value) for name, value in row.items() if name != "segment"}


def _others(rows: Mapping[str, Mapping[Any, Any]], segment: str) -> Numbers:
    own = [_numbers(row) for name, row in rows.items() if name != segment]
    return {name: sum(row[name] for row in own) for name in own[0]} if own else {}


def _moved(upper: str, lower: str, old: Numbers, new: Numbers, rest: Sequence[Numbers] | None) -> dict[str, Any] | None:
    """Test how a rate moved beside the rest's, and cost the difference."""
    known = [old, new, *(rest or ())]
    if any(not side[upper] or not side[lower] for side in known):
        return None
    before, after = old[lower] / old[upper], new[lower] / new[upper]
    trend = (rest[1][lower] / rest[1][upper]) / (rest[0][lower] / rest[0][upper]) if rest else 1.0
    expected = before * trend
    spread = math.sqrt(sum(_relative_variance(upper, lower, side) for side in known))
    distance = math.log(after / expected)
    worth = new["gmv"] / new[lower]
    return {
        "before": before,
        "expected": expected,
        "after": after,
        "units": int(new[upper]),
        "cost": (after - expected) * new[upper] * worth,
        "cost_low": (after - expected * math.exp(_HALF * spread)) * new[upper] * worth,
        "cost_high": (after - expected * math.exp(-_HALF * spread)) * new[upper] * worth,
        "p_value": two_sided(distance, spread),
    }


def _share(old: Numbers, new: Numbers, rest_old: Numbers, rest_new: Numbers) -> dict[str, Any]:
    """Test how a segment's share of the visits moved."""
    before = old["visits"] / (old["visits"] + rest_old["visits"])
    total = new["visits"] + rest_new["visits"]
    after = new["visits"] / total
    own, average = new["gmv"] / new["visits"], (new["gmv"] + rest_new["gmv"]) / total
    spread = math.sqrt(
        sum(_heads(side) * (1 - share) / side["visits"] for side, share in ((old, before), (new, after)))
    )
    worth = total * (own - average)
    edges = sorted((after - before * math.exp(sign * _HALF * spread)) * worth for sign in (1, -1))
    return {
        "factor": "mix",
        "before": before,
        "expected": before,
        "after": after,
        "units": int(total),
        "cost": (after - before) * worth,
        **dict(zip(("cost_low", "cost_high"), edges, strict=True)),
        "p_value": two_sided(math.log(after / before), spread),
    }


def _relative_variance(upper: str, lower: str, side: Numbers) -> float:
    """The variance of the logarithm of a rate (a share), or of a mean (of the orders' amounts)."""
    if lower == "gmv":
        mean = side["gmv"] / side[upper]
        return max(0.0, side["gmv_squares"] / side[upper] - mean**2) / mean**2 / side[upper]
    rate = min(1.0, side[lower] / side[upper])
    return (1 - rate) / side[lower] * (_repeats(side) if upper == "visits" else 1.0)


def _repeats(side: Numbers) -> float:
    """The design effect of several orders by one user: half of the orders per visitor more, at most 1.5."""
    return 1.0 + 0.5 * min(1.0, side["placed"] / max(side["visitors"], 1.0))


def _heads(side: Numbers) -> float:
    """The design effect of several visits by one user, taken as fully correlated."""
    return max(1.0, side["visits"] / max(side["visitors"], 1.0))


_SYSTEMS = {
    "payment_rate": ("payment", "checkout"),
    "order_rate": ("product_page", "cart", "search", "login", "checkout"),
}
"""The systems whose incidents touch a step."""


def _incidents(log: ibis.Table | None, window: Window) -> list[Mapping[str, Any]]:
    if log is None or not {"system", "ended_at"} <= set(log.columns):
        return []  # nobody knows whose incident it was, or how long
    log = log if "channel" in log.columns else log.mutate(channel=ibis.null("string"))
    inside = log.filter(window.touches(log.started_at, log.ended_at))
    kept = inside.select("system", "channel", "started_at", "ended_at").execute().to_dict("records")
    return sorted(kept, key=lambda one: one["started_at"] - one["ended_at"])


def _explained(frame: pd.DataFrame, known: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Add to each row the longest incident of its step's systems on its channel."""
    found = [_incident(row, known) for row in frame.to_dict("records")]
    for name, key in (("incident", "system"), ("incident_from", "started_at"), ("incident_until", "ended_at")):
        frame[name] = pd.Series([one[key] if one else None for one in found], dtype=object)
    return frame


def _incident(row: Mapping[Any, Any], known: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    systems = _SYSTEMS.get(row["factor"], ())
    fits = (
        one
        for one in known
        if one["system"] in systems
        and ((row["dimension"] == "channel" and one["channel"] == row["segment"]) or pd.isna(one["channel"]))
    )
    return next(fits, None)
