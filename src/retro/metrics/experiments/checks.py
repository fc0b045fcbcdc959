"""Checks: whether an experiment is valid, before its effects are read."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import ibis
import pandas as pd

from retro.designs import Experiment, Metric
from retro.metrics.experiments.contrasts import Comparer
from retro.metrics.experiments.counting import Counts
from retro.metrics.experiments.estimates import Estimate, difference_of_means, difference_of_ratios
from retro.metrics.experiments.intervals import holm
from retro.metrics.experiments.moments import Moments
from retro.metrics.experiments.split import alike_p_value, split_p_value, state_of_check
from retro.metrics.experiments.units import SEVERAL

State = Literal["ok", "warn", "stop", "note"]

COLUMNS = ("check", "scope", "state", "units", "share", "p_value")

_MANY = 0.01
"""Share of units above which a fault that does not favour an arm is warned of."""


def checks(comparer: Comparer, overlaps: pd.DataFrame | None = None) -> pd.DataFrame:
    """Check everything that could make the comparison invalid.

    Args:
        comparer: The design with its units.
        overlaps: Units shared with other experiments: `experiment`, `arm`, `other_arm`, `units`; None where nothing
            is known of others.

    Returns:
        One row per check and scope.
        - `check` (str): `arms` (an arm without units, or one that was not planned), `split` (sample ratio over all),
          `split_by_day` and `split_by_<segment>` (the worst part, after Holm's correction over the parts), `ramp`
          (whether the split changed over time), `several_arms`, `early` (outcome before exposure), `missing`
          (outcomes that a table lacks), `unobserved` (outcomes whose days are not over), `placebo` (the pre-period, on
          which nothing can have worked yet) and `overlap` (with another experiment).
        - `scope` (str): What it was made on: an arm, a day or segment value, a metric, another experiment; or empty.
        - `state` (str): `ok`, `warn` (p below .01), `stop` (p below .001, or nothing to compare) or `note`.
        - `units` (Int64): Units concerned, where the check counts them.
        - `share` (float): Of all units.
        - `p_value` (float): Of the check; NaN where it only counts.
    """
    design, counts = comparer.design, comparer.counts
    rows = [
        *_arms(design, counts),
        *_splits(design, counts),
        *_left_out(design, counts),
        *_missing(design, counts),
        *_placebo(design, counts),
        *(_overlap(overlaps) if overlaps is not None else ()),
    ]
    frame = pd.DataFrame([{**dict.fromkeys(COLUMNS), **row} for row in rows], columns=list(COLUMNS))
    return frame.astype({"units": "Int64", "share": "float64", "p_value": "float64"}).fillna({"scope": ""})


def split_changed(design: Experiment, counts: Counts) -> float:
    """The p-value of an equal split on every day of exposure."""
    table = list(counts.split_by_day(design.arms).values())
    return alike_p_value(table) if len(table) > 1 else 1.0


def overlapping(exposures: ibis.Table, design: Experiment) -> pd.DataFrame:
    """Units that were in other experiments too, by both arms: `experiment`, `arm`, `other_arm`, `units`."""
    own = exposures.filter(exposures.experiment_id == design.id).select("unit_id", "arm")
    others = exposures.filter(exposures.experiment_id != design.id)
    others = others.select("unit_id", experiment=others.experiment_id, other_arm=others.arm)
    joined = own.join(others, "unit_id").group_by("experiment", "arm", "other_arm")
    frame: pd.DataFrame = joined.aggregate(units=lambda row: row.unit_id.nunique()).execute()
    return frame.sort_values(["experiment", "arm", "other_arm"], ignore_index=True)


def _arms(design: Experiment, counts: Counts) -> Iterator[Mapping[str, Any]]:
    total = sum(group.units for group in counts.groups)
    for arm in design.arms:
        if not counts.units(arm):
            yield {"check": "arms", "scope": arm, "state": "stop", "units": 0, "share": 0.0}
    unplanned = sorted({group.arm for group in counts.groups} - {*design.arms, SEVERAL})
    for arm in unplanned:
        units = counts.units(arm)
        yield {"check": "arms", "scope": arm, "state": "warn", "units": units, "share": units / total}


def _splits(design: Experiment, counts: Counts) -> Iterator[Mapping[str, Any]]:
    """The sample ratio over all units, then day by day and segment by segment."""
    observed = [counts.units(arm) for arm in design.arms]
    changed = split_changed(design, counts)
    if not design.ramped:
        p_value = split_p_value(observed, design.shares)
        yield {"check": "split", "state": state_of_check(p_value), "p_value": p_value, "units": sum(observed)}
    days = counts.split_by_day(design.arms)
    if len(days) > 1:
        yield {"check": "ramp", "state": "note" if design.ramped else state_of_check(changed), "p_value": changed}
    if not design.ramped:
        if len(days) > 1:
            yield _worst("split_by_day", days, design)
        for place, name in enumerate(design.segments):
            yield _worst(f"split_by_{name}", counts.split_by_segment(place, design.arms), design)


def _worst(check: str, parts: Mapping[Any, list[int]], design: Experiment) -> Mapping[str, Any]:
    """The part whose split is farthest off; its p-value is corrected for having looked at all of them."""
    p_values = holm([split_p_value(observed, design.shares) for observed in parts.values()])
    p_value, scope = min(zip(p_values, parts, strict=True), default=(1.0, ""))
    return {"check": check, "scope": str(scope), "state": state_of_check(p_value), "p_value": p_value}


def _left_out(design: Experiment, counts: Counts) -> Iterator[Mapping[str, Any]]:
    """Units that saw several arms, and those whose outcome came before their exposure."""
    total = sum(group.units for group in counts.groups)
    several = counts.units(SEVERAL)
    if total:
        share = several / total
        yield {"check": "several_arms", "state": _by_share(share), "units": several, "share": share}
    early = {arm: sum(group.early for group in counts.groups if group.arm == arm) for arm in design.arms}
    if any(early.values()):
        p_value = alike_p_value([[early[arm], counts.units(arm) - early[arm]] for arm in design.arms])
        state = state_of_check(p_value)
        units = sum(early.values())
        yield {"check": "early", "state": state, "units": units, "share": units / total, "p_value": p_value}


def _by_share(share: float) -> State:
    return "warn" if share > _MANY else "note" if share > 0 else "ok"


def _missing(design: Experiment, counts: Counts) -> Iterator[Mapping[str, Any]]:
    """Outcomes that are not known; where one arm lacks more of them, the rest can no longer be compared."""
    for place, (_, metric) in enumerate(design.metrics):
        units = {arm: counts.units(arm) for arm in design.arms}
        known = {arm: counts.moments(place, arm).units for arm in design.arms}
        missing = sum(units.values()) - sum(known.values())
        if design.cluster is not None or not missing:
            continue
        p_value = alike_p_value([[known[arm], units[arm] - known[arm]] for arm in design.arms])
        state = "stop" if design.nulls == "refuse" and metric.column is not None else state_of_check(p_value)
        if state == "ok":
            state = "note"
        share = missing / sum(units.values())
        found = {"units": missing, "share": share, "p_value": p_value}
        check = "missing" if metric.column is not None else "unobserved"
        yield {"check": check, "scope": metric.name, "state": state, **found}


def _placebo(design: Experiment, counts: Counts) -> Iterator[Mapping[str, Any]]:
    """The pre-period as if it were the outcome: nothing can have worked yet, so arms that differ were never alike."""
    found = []
    for place, (_, metric) in enumerate(design.metrics):
        for arm in design.treatments if metric.has_before else ():
            control, treatment = (counts.moments(place, name) for name in (design.control, arm))
            if min(control.units, treatment.units) > 1:
                estimate = _before(metric, control, treatment)
                if estimate is not None and estimate.error > 0:
                    found.append((metric.name, estimate.p_value))
    for (name, _), p_value in zip(found, holm([p_value for _, p_value in found]), strict=True):
        yield {"check": "placebo", "scope": name, "state": state_of_check(p_value), "p_value": p_value}


def _before(metric: Metric, control: Moments, treatment: Moments) -> Estimate | None:
    """The difference of the pre-periods; None where a ratio's was nothing."""
    if metric.per is None:
        return difference_of_means(control.only(1), treatment.only(1))
    sides = [arm.only(2, 3) for arm in (control, treatment)]
    return difference_of_ratios(*sides) if all(arm.mean[1] for arm in sides) else None


def _overlap(overlaps: pd.DataFrame) -> Iterator[Mapping[str, Any]]:
    """Whether the arm of another experiment says something about the arm of this one."""
    for experiment, part in overlaps.groupby("experiment", sort=True):
        table = part.pivot_table(index="arm", columns="other_arm", values="units", fill_value=0)
        p_value = alike_p_value(table.to_numpy())
        state = state_of_check(p_value)
        units = int(part["units"].sum())
        yield {"check": "overlap", "scope": str(experiment), "state": state, "units": units, "p_value": p_value}
