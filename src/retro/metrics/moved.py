"""Moved: test whether a segment's share or rate moved otherwise than in the rest of its dimension."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Self

import pandas as pd
from scipy.special import ndtr

from retro.metrics.experiments.intervals import holm

LEAST_HITS, LEAST_SHARE, LEAST_COST = 30, 0.01, 0.01
"""The floor: hits in both periods and share of the units below which a segment is not looked at, and the share of all
hits below which a loss is no cause."""

ALPHA = 0.05
"""Risk that chance alone names a cause, over everything that was looked at."""

COLUMNS = (
    "figure", "report", "dimension", "segment", "factor", "before", "expected", "after", "units", "cost", "unit",
    "adjusted_p", "is_cause", "incident", "incident_from", "incident_until",
)  # fmt: skip
"""Of every loss: the figure that it bears on, the report that located it (empty for the one at hand), where it lies,
and what it came to in `unit`; negative is a loss."""


WHOLE = "all"
"""The dimension and the segment of everybody."""


class Counts(NamedTuple):
    """Units and hits of a rate."""

    units: float
    hits: float

    def without(self, other: Self) -> Self:
        """All but the other's."""
        return type(self)(self.units - other.units, self.hits - other.hits)


def moved(figure: str, dimension: str, before: pd.DataFrame | None, after: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Test how each segment's share of the units and its rate moved beside the rest of the dimension.

    `before` and `after` have one row per segment: `segment`, `units`, `hits`. Where `before` is None, it was not
    observed, and each segment's rate is held against the rest's of the same period.

    Yields:
        A row of `COLUMNS` for each segment above the floor and for `mix` and the rate, with `p_value` in place of
        `adjusted_p`; cost in hits.
    """
    new = _counts(after)
    old = new if before is None else _counts(before)
    if len(new) < 2 or not old:  # noqa: PLR2004 - a segment and the rest
        return
    whole, whole_old = _together(new), _together(old)
    for segment in sorted(set(old) & set(new)):
        own, earlier = new[segment], old[segment]
        if min(own.hits, earlier.hits) < LEAST_HITS or own.units < LEAST_SHARE * whole.units:
            continue
        place = {"figure": figure, "report": "", "dimension": dimension, "segment": segment, "units": int(own.units)}
        rest, rest_old = whole.without(own), whole_old.without(earlier)
        if before is None:
            yield place | {"factor": figure, **_beside(own, rest)}
            continue
        yield place | {"factor": "mix", **_share(earlier, own, whole_old, whole)}
        if rest.hits > 0 and rest_old.hits > 0:
            yield place | {"factor": figure, **_rate(earlier, own, rest_old, rest)}


def moved_together(figure: str, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """How a rate moved in total, as a row of the dimension `all`.

    The arguments are those of `moved`.
    """
    old, new = _together(_counts(before)), _together(_counts(after))
    if min(old.hits, new.hits) >= LEAST_HITS:
        place = {"figure": figure, "report": "", "dimension": WHOLE, "segment": WHOLE, "units": int(new.units)}
        nobody_else = Counts(1, 1)
        yield place | {"factor": figure, **_rate(old, new, nobody_else, nobody_else)}


def judged(rows: list[dict[str, Any]], hits: dict[str, float], unit: str) -> pd.DataFrame:
    """What `moved` yields, with Holm's correction over all of a figure's rows, the most expensive first.

    Causes are segments that changed; a level without one before it is a description. `hits` are all of a figure's hits
    in the period, `unit` what they are.
    """
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "p_value"], dtype=object)
    for _, own in frame.groupby("figure"):
        frame.loc[own.index, "adjusted_p"] = holm(list(own["p_value"]))
    least = frame["figure"].map(hits).astype("float64") * LEAST_COST
    frame["unit"] = unit
    located = (frame["dimension"] != WHOLE) & (frame["adjusted_p"].astype("float64") < ALPHA)
    located &= frame["before"].notna()  # a level beside the rest's describes a segment; a cause is a change
    frame["is_cause"] = located & (frame["cost"].astype("float64") <= -least)
    return frame[list(COLUMNS)].sort_values(["cost", "figure", "dimension", "segment"], ignore_index=True)


def two_sided(distance: float, spread: float) -> float:
    """How likely chance alone moves something so far, by the normal distribution."""
    return float(2 * ndtr(-abs(distance) / spread)) if spread > 0 else float(distance == 0)


def _counts(frame: pd.DataFrame) -> dict[str, Counts]:
    return {str(row[0]): Counts(*row[1:]) for row in frame.itertuples(index=False)}


def _together(sides: Mapping[str, Counts]) -> Counts:
    return Counts(sum(side.units for side in sides.values()), sum(side.hits for side in sides.values()))


def _beside(own: Counts, rest: Counts) -> dict[str, Any]:
    """A segment's rate beside the rest's."""
    pooled = (own.hits + rest.hits) / (own.units + rest.units)
    spread = math.sqrt(pooled * (1 - pooled) * (1 / own.units + 1 / rest.units))
    after, expected = own.hits / own.units, rest.hits / rest.units
    return {
        "expected": expected,
        "after": after,
        "cost": (after - expected) * own.units,
        "p_value": two_sided(after - expected, spread),
    }


def _share(old: Counts, new: Counts, all_old: Counts, all_new: Counts) -> dict[str, Any]:
    """Test how a segment's share of the units moved; the cost depends on its rate against the average."""
    before, after = old.units / all_old.units, new.units / all_new.units
    spread = math.sqrt((1 - before) / old.units + (1 - after) / new.units)
    worth = new.hits / new.units - all_new.hits / all_new.units
    return {
        "before": before,
        "expected": before,
        "after": after,
        "cost": (after - before) * all_new.units * worth,
        "p_value": two_sided(math.log(after / before), spread),
    }


def _rate(old: Counts, new: Counts, rest_old: Counts, rest_new: Counts) -> dict[str, Any]:
    trend = (rest_new.hits / rest_new.units) / (rest_old.hits / rest_old.units)
    before, after = old.hits / old.units, new.hits / new.units
    expected = min(1.0, before * trend)
    spread = math.sqrt(sum((1 - side.hits / side.units) / side.hits for side in (old, new, rest_old, rest_new)))
    return {
        "before": before,
        "expected": expected,
        "after": after,
        "cost": (after - expected) * new.units,
        "p_value": two_sided(math.log(after / expected), spread),
    }
