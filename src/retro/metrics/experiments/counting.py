"""Counting: units become moments by arm, day and segment, in one aggregate; no row leaves the engine."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import ibis
import numpy as np
import pandas as pd
from scipy.special import ndtri

from retro.designs import Experiment, Metric
from retro.errors import MetricError
from retro.metrics.experiments.estimates import Quantile
from retro.metrics.experiments.moments import Moments, together
from retro.metrics.experiments.units import SEVERAL

MOST_GROUPS = 20_000
"""Groups that an experiment may fall into, by arm, day and segments; more are no segments but keys."""


@dataclass(frozen=True)
class Group:
    """The units of one arm, day and combination of segments.

    Attributes:
        arm: Their arm.
        day: Number of the local day of their exposure; None without times.
        segments: Their segments, in the design's order.
        units: How many they are.
        early: Of these, units that did what is measured before they were exposed.
        moments: For each metric, the moments of its known outcomes.
        ends: For each metric, the smallest and the largest outcome; None where one unit's cannot be taken out.
    """

    arm: str
    day: int | None
    segments: tuple[str, ...]
    units: int
    early: int
    moments: tuple[Moments, ...]
    ends: tuple[tuple[float, float] | None, ...] = ()


@dataclass(frozen=True)
class Counts:
    """The counted units of an experiment, in groups; units that saw several arms have the arm `SEVERAL`."""

    groups: tuple[Group, ...]

    def units(self, arm: str, where: Callable[[Group], bool] = lambda _: True) -> int:
        """Units of an arm."""
        return sum(group.units for group in self.groups if group.arm == arm and where(group))

    def moments(self, metric: int, arm: str, where: Callable[[Group], bool] = lambda _: True) -> Moments:
        """Moments of a metric over an arm's units."""
        return together(group.moments[metric] for group in self.groups if group.arm == arm and where(group))

    def farthest(self, metric: int, arm: str) -> float | None:
        """The outcome of an arm that is farthest from its mean; None where it is not known."""
        ends = [group.ends[metric] for group in self.groups if group.arm == arm and group.ends]
        values = [value for pair in ends if pair is not None for value in pair]
        middle = self.moments(metric, arm).average
        return max(values, key=lambda value: abs(value - middle), default=None)

    @property
    def hold_nan(self) -> bool:
        """Whether a value was NaN; whatever it was added to is NaN too."""
        return any(bool(np.isnan(moments.mean).any()) for group in self.groups for moments in group.moments)

    @property
    def days(self) -> list[int]:
        """Days on which units were exposed, in order."""
        return sorted({group.day for group in self.groups if group.day is not None and group.arm != SEVERAL})

    def values(self, segment: int) -> list[str]:
        """Values of a segment, in order."""
        return sorted({group.segments[segment] for group in self.groups if group.arm != SEVERAL})

    def split_by_day(self, arms: Sequence[str]) -> dict[int, list[int]]:
        """Units of each arm, by day of exposure."""
        return {day: [self.units(arm, exposed_on(day)) for arm in arms] for day in self.days}

    def split_by_segment(self, segment: int, arms: Sequence[str]) -> dict[str, list[int]]:
        """Units of each arm, by value of a segment."""
        return {value: [self.units(arm, lies_in(segment, value)) for arm in arms] for value in self.values(segment)}


def exposed_on(day: int) -> Callable[[Group], bool]:
    """The groups of a day."""
    return lambda group: group.day == day


def exposed_by(day: int) -> Callable[[Group], bool]:
    """The groups up to the end of a day."""
    return lambda group: group.day is not None and group.day <= day


def lies_in(segment: int, value: str) -> Callable[[Group], bool]:
    """The groups of a segment's value."""
    return lambda group: group.segments[segment] == value


def count_units(units: ibis.Table, design: Experiment) -> Counts:
    """Add up the units of `unit_table` by arm, day and segments.

    Variances are the engine's own, which do not cancel as sums of squares do. Of clusters every metric is a ratio of
    two columns.

    Raises:
        MetricError: The units fall into too many groups.
    """
    sums: dict[str, ibis.Value] = {"units": units.count()}
    if "early" in units.columns:
        sums["early"] = units.early.sum()
    shapes = [_shape(metric, clusters=design.cluster is not None) for _, metric in design.metrics]
    for place, shape in enumerate(shapes):
        sums |= _sums(units, place, shape)
    timed = ["day"] if "day" in units.columns else []
    keys = ["arm", *timed, *(f"s{place}" for place in range(len(design.segments)))]
    frame = units.group_by(*keys).aggregate(**sums).limit(MOST_GROUPS + 1).execute()
    if len(frame) > MOST_GROUPS:
        raise MetricError(
            f"experiment: segments must make at most {MOST_GROUPS} groups with arm and day, got more. "
            "Name columns with few values."
        )
    rows = frame.sort_values(keys, ignore_index=True).to_dict("records")  # sums of floats depend on their order
    return Counts(tuple(_group(row, shapes, len(design.segments)) for row in rows))


Shape = Literal["share", "y", "yz", "yzuv"]
"""What is needed of a metric: a mean; or mean, variance and covariances of the columns that the letters name."""


def _shape(metric: Metric, *, clusters: bool) -> Shape:
    if metric.per is not None and metric.has_before:
        return "yzuv"
    if clusters or metric.per is not None or metric.has_before:
        return "yz"
    return "share" if metric.kind == "conversion" else "y"


def _sums(units: ibis.Table, place: int, shape: Shape) -> dict[str, ibis.Value]:
    """The aggregates of a metric; a yes or no needs no variance."""
    y = units[f"y{place}"]
    sums = {f"n{place}": y.count(), f"y{place}": y.mean()}
    if shape == "share":
        return sums
    if shape == "y":
        sums |= {f"min{place}": y.min(), f"max{place}": y.max()}
    for one, other in itertools.combinations_with_replacement(shape, 2):
        left, right = units[f"{one}{place}"], units[f"{other}{place}"]
        if one == other:
            sums |= {f"{one}{place}": left.mean(), f"{one}{one}{place}": left.var(how="sample")}
        else:
            sums[f"{one}{other}{place}"] = left.cov(right, how="sample")
    return sums


def _group(row: Mapping[str, object], shapes: Sequence[Shape], places: int) -> Group:
    moments = tuple(_moments(row, place, shape) for place, shape in enumerate(shapes))
    day, early = row.get("day"), row.get("early")
    segments = tuple("" if pd.isna(value) else str(value) for value in (row[f"s{place}"] for place in range(places)))  # type: ignore[call-overload]  # a text or null
    return Group(
        arm=str(row["arm"]),
        day=None if pd.isna(day) else int(day),  # type: ignore[call-overload]  # a number or null
        segments=segments,
        units=int(row["units"]),  # type: ignore[call-overload]  # a number
        early=0 if pd.isna(early) else int(early),  # type: ignore[call-overload]  # same
        moments=moments,
        ends=tuple(_ends(row, place) if shape == "y" else None for place, shape in enumerate(shapes)),
    )


def _ends(row: Mapping[str, object], place: int) -> tuple[float, float] | None:
    low, high = row[f"min{place}"], row[f"max{place}"]
    return None if pd.isna(low) or pd.isna(high) else (_float(low), _float(high))  # type: ignore[call-overload]  # numbers or null


def _moments(row: Mapping[str, object], place: int, shape: Shape) -> Moments:
    units, columns = int(_float(row[f"n{place}"])), "y" if shape == "share" else shape
    if not units:
        return Moments.none(len(columns))
    mean = np.array([row[f"{name}{place}"] for name in columns], dtype=float)
    if shape == "share":
        return Moments.of_share(round(float(mean[0]) * units), units)
    cross = [[_float(row["".join(sorted((a, b), key=columns.index)) + str(place)]) for b in columns] for a in columns]
    return Moments(units, mean, np.array(cross) * (units - 1))


def _float(value: object) -> float:
    """An engine's number; 0 where it had no spread to tell."""
    return 0.0 if pd.isna(value) else float(value)  # type: ignore[arg-type, call-overload]  # a number or null


def capped(units: ibis.Table, metrics: Sequence[Metric], arms: Sequence[str]) -> tuple[ibis.Table, dict[int, float]]:
    """Set values above a quantile to it; return the units, and the cap of each metric's outcome by its place.

    There is one cap for all arms, from the same units above and below a ratio's line, and a pre-period has its own. The
    quantile is taken over units whose value (for a ratio, whose denominator) is not zero: where most buy nothing, one
    over all would be 0.
    """
    columns: dict[str, tuple[float, str]] = {}
    for place, metric in enumerate(metrics):
        if metric.cap is None:
            continue
        for name in _shape(metric, clusters=False):
            lead = ("v" if name in "uv" else "z") if metric.per is not None else name
            columns[f"{name}{place}"] = (metric.cap, f"{lead}{place}")
    if not columns:
        return units, {}
    kept = units.filter(units.arm.isin(list(arms)))
    asked = {name: kept[name].quantile(share, where=kept[lead] != 0) for name, (share, lead) in columns.items()}
    caps = kept.aggregate(**asked).execute().iloc[0]
    known = {name: float(cap) for name, cap in caps.items() if not pd.isna(cap)}
    least = {name: ibis.least(units[name], cap) for name, cap in known.items()}
    return units.mutate(**least), {int(name[1:]): cap for name, cap in known.items() if name.startswith("y")}


def clustered(units: ibis.Table, metrics: Sequence[Metric], segments: int = 0) -> ibis.Table:
    """Add units up to the clusters that were assigned as a whole; means become ratios of two sums per cluster."""
    sums: dict[str, ibis.Value] = {}
    for place, metric in enumerate(metrics):
        y = units[f"y{place}"]
        sums[f"y{place}"] = y.sum()
        sums[f"z{place}"] = units[f"z{place}"].sum() if metric.per is not None else y.count().cast("float64")
    return units.group_by("cluster").aggregate(
        arm=ibis.ifelse(units.arm.min() == units.arm.max(), units.arm.min(), SEVERAL),
        **{
            name: getattr(units[name], how)()
            for name, how in (("day", "min"), ("early", "max"))
            if name in units.columns
        },
        **{f"s{place}": units[f"s{place}"].min() for place in range(segments)},
        **sums,
    )


def quantiles(units: ibis.Table, design: Experiment, counts: Counts) -> dict[tuple[int, str], Quantile]:
    """The quantile metrics by place and arm, each with the order statistics that bound it at the design's alpha."""
    wanted = {
        (place, arm): counts.moments(place, arm).units
        for place, (_, metric) in enumerate(design.metrics)
        if metric.kind == "quantile"
        for arm in design.arms
        if counts.moments(place, arm).units
    }
    asked: dict[str, ibis.Value] = {}
    z = float(ndtri(1 - design.alpha / 2))
    for (place, arm), known in wanted.items():
        share = design.metrics[place][1].quantile
        half = z * float(np.sqrt(share * (1 - share) / known))
        for name, rank in (("q", share), ("low", max(0.0, share - half)), ("high", min(1.0, share + half))):
            asked[f"{name}_{place}_{arm}"] = units[f"y{place}"].quantile(rank, where=units.arm == arm)
    if not asked:
        return {}
    row = units.aggregate(**asked).execute().iloc[0]
    return {
        (place, arm): Quantile(known, *(float(row[f"{name}_{place}_{arm}"]) for name in ("q", "low", "high")))
        for (place, arm), known in wanted.items()
    }
