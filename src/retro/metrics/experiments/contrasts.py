"""Contrasts: one metric of one arm against the control, over any part of the units."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from retro.designs import Experiment, Metric
from retro.metrics.experiments.counting import Counts, Group
from retro.metrics.experiments.estimates import (
    Estimate,
    Quantile,
    difference_of_means,
    difference_of_quantiles,
    difference_of_ratios,
    difference_of_shares,
    stratified,
)
from retro.metrics.experiments.intervals import newcombe
from retro.metrics.experiments.moments import Moments
from retro.metrics.experiments.sequential import always_valid

Refusal = Literal["no_values", "few_units", "no_spread", "no_denominator", "nulls"]
"""Why a metric cannot be compared: nothing known, fewer than two units, all values equal, a ratio over 0, nulls."""

_ROUNDING = 1e-12
"""Error, relative to the values, that floats make where all units are equal."""

Quantiles = Mapping[tuple[int, str], Quantile]


@dataclass(frozen=True)
class Refused:
    """A comparison of so many `units` (of the control and of the arm) that cannot be made, and the reason why."""

    units: tuple[int, int]
    reason: Refusal


@dataclass(frozen=True)
class Contrast:
    """A metric of an arm against the control.

    Attributes:
        units: Units with a known outcome, of the control and of the arm.
        spread: The difference, with an error that takes nothing as equal in both arms.
        interval: Its interval at the design's alpha.
        p_value: How often chance alone makes such a difference.
        method: How both were made.
        statistic: The difference in standard errors of the test: z of shares, else t.
        sums: The outcome's sum, of the control and of the arm.
    """

    units: tuple[int, int]
    spread: Estimate
    interval: tuple[float, float]
    p_value: float
    method: str
    statistic: float = math.nan
    sums: tuple[float, float] = (math.nan, math.nan)


@dataclass(frozen=True)
class Comparer:
    """Makes contrasts of a design from counted units and, by place and arm, quantiles.

    Where the split changed over time, each day is compared with itself (`by_day`).
    """

    design: Experiment
    counts: Counts
    quantiles: Quantiles
    by_day: bool = False

    @property
    def adds_up(self) -> bool:
        """Whether the first primary metric of a part can be had from the parts' moments; a quantile cannot."""
        return self.design.primary[0].kind != "quantile"

    def compare(
        self, place: int, arm: str, where: Callable[[Group], bool] = lambda _: True, *, against: str | None = None
    ) -> Contrast | Refused:
        """Compare an arm with the control, or `against` another, by the metric at a place, over some groups' units."""
        base = against or self.design.control
        design, (_, metric) = self.design, self.design.metrics[place]
        control, treatment = (self.counts.moments(place, name, where) for name in (base, arm))
        units = (control.units, treatment.units)
        if reason := self._refused(metric, control, treatment, where):
            return Refused(units, reason)
        tested, spread, method = self._estimates(place, metric, (base, arm), where)
        if not min(tested.error, spread.error) > _ROUNDING * max(abs(spread.control), abs(spread.treatment)):
            return Refused(units, "no_spread")
        sums = (control.average * units[0], treatment.average * units[1])
        if design.peeked:
            low, high, p_value = always_valid(
                spread.effect, spread.error, sum(units), alpha=design.alpha, tuned_for=design.tuned_for
            )
            return Contrast(units, spread, (low, high), p_value, "always_valid", tested.statistic, sums)
        interval = spread.interval(design.alpha)
        if method == "newcombe":
            hits = [round(one.average * one.units) for one in (control, treatment)]
            interval = newcombe((hits[0], units[0]), (hits[1], units[1]), design.alpha)
        return Contrast(units, spread, interval, tested.p_value, method, tested.statistic, sums)

    def _estimates(
        self, place: int, metric: Metric, names: tuple[str, str], where: Callable[[Group], bool]
    ) -> tuple[Estimate, Estimate, str]:
        """The estimate for the test, the one for the interval, and how they were made."""
        if metric.kind == "quantile":
            control, treatment = (self.quantiles[place, name] for name in names)
            found = difference_of_quantiles(control, treatment, self.design.alpha)
            return found, found, "order_statistics"
        if self.by_day and (strata := self._strata(place, metric, names, where)):
            found = stratified(strata)
            return found, found, "by_day"
        arms = [self.counts.moments(place, name, where) for name in names]
        whole = _whole(metric, *arms)
        if metric.kind == "conversion" and len(arms[0].mean) == 1:
            return difference_of_shares(*arms), whole, "newcombe"
        return whole, whole, _method(metric, clustered=self.design.cluster is not None)

    def _refused(
        self, metric: Metric, control: Moments, treatment: Moments, where: Callable[[Group], bool]
    ) -> Refusal | None:
        if not control.units or not treatment.units:
            return "no_values"
        if min(control.units, treatment.units) < 2:  # noqa: PLR2004 - one unit has no spread
            return "few_units"
        if self.design.nulls == "refuse" and metric.column is not None:
            missing = sum(
                group.units - group.moments[self._place(metric)].units
                for group in self.counts.groups
                if group.arm in self.design.arms and where(group)
            )
            if missing:
                return "nulls"
        return "no_denominator" if _lacks_denominator(metric, control, treatment) else None

    def _place(self, metric: Metric) -> int:
        return next(place for place, (_, other) in enumerate(self.design.metrics) if other.name == metric.name)

    def _strata(
        self, place: int, metric: Metric, names: tuple[str, str], where: Callable[[Group], bool]
    ) -> list[tuple[int, Estimate]]:
        """Each day's own difference with its units; days that lack an arm say nothing."""
        strata = []
        for day in self.counts.days:

            def of_the_day(group: Group, day: int = day) -> bool:
                return group.day == day and where(group)

            control, treatment = (self.counts.moments(place, name, of_the_day) for name in names)
            if min(control.units, treatment.units) > 1 and not _lacks_denominator(metric, control, treatment):
                strata.append((control.units + treatment.units, _whole(metric, control, treatment)))
        return strata


def _lacks_denominator(metric: Metric, control: Moments, treatment: Moments) -> bool:
    return _is_ratio(metric, control) and not (control.mean[1] and treatment.mean[1])


def _is_ratio(metric: Metric, moments: Moments) -> bool:
    """Whether the second variable is what the first is divided by: of ratios, and of means over clusters."""
    return metric.per is not None or (len(moments.mean) > 1 and not metric.has_before)


def _whole(metric: Metric, control: Moments, treatment: Moments) -> Estimate:
    """The estimate whose error takes nothing as equal in both arms."""
    if _is_ratio(metric, control):
        return difference_of_ratios(control, treatment, adjust=metric.has_before)
    return difference_of_means(control, treatment, adjust=metric.has_before)


def _method(metric: Metric, *, clustered: bool) -> str:
    if clustered:
        return "clusters"
    if metric.has_before:
        return "cuped"
    return "welch" if metric.per is None else "delta"
