"""Effects: every metric of every arm against the control, with intervals and corrected p-values."""

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import ibis
import pandas as pd
from scipy.special import ndtri

from retro.designs import Experiment, Metric, Role
from retro.metrics.experiments.contrasts import Comparer, Contrast, Refused
from retro.metrics.experiments.intervals import holm, lift
from retro.metrics.experiments.outliers import outlier
from retro.metrics.experiments.power import POWER, detectable
from retro.metrics.experiments.ranks import rank_test
from retro.metrics.experiments.sequential import always_valid

COLUMNS = (
    "metric", "role", "kind", "arm", "control_units", "units", "control", "treatment", "effect", "low", "high",
    "lift", "lift_low", "lift_high", "p_value", "adjusted_p", "outcome", "detectable", "margin", "bound", "saved",
    "cap", "method", "refusal", "statistic", "control_hits", "hits", "money", "better", "outlier", "outlier_arm",
    "without", "without_low", "without_high", "without_p", "superior", "rank_p",
)  # fmt: skip


@dataclass(frozen=True)
class _Line:
    place: int
    role: Role
    metric: Metric
    arm: str
    contrast: Contrast | Refused


_MOST_RANKED = 1_000_000
"""Units of two arms up to which means are tested by ranks too; above it only where one value decides."""

PAIRED = (
    "metric", "arm", "against", "against_units", "units", "base", "treatment", "effect", "low", "high", "p_value",
    "adjusted_p", "outcome",
)  # fmt: skip


def effects(comparer: Comparer, caps: dict[int, float], units: ibis.Table) -> pd.DataFrame:
    """Compare every arm with the control by every metric, with caps of the outcomes by the metric's place.

    Ranks are taken of the units.

    Holm's correction runs over the primary metrics of all arms and nothing else; guardrails are one-sided tests against
    their margin. One row per metric and arm; the columns are defined in `docs/metrics.md#experiments`.
    """
    design = comparer.design
    lines = [
        _Line(place, role, metric, arm, comparer.compare(place, arm))
        for place, (role, metric) in enumerate(design.metrics)
        for arm in design.treatments
    ]
    primary = [line for line in lines if line.role == "primary"]
    tested = {(line.place, line.arm): line.contrast.p_value for line in primary if isinstance(line.contrast, Contrast)}
    adjusted = dict(zip(tested, holm(list(tested.values())), strict=True))
    rows = [
        _row(design, line, adjusted.get((line.place, line.arm), math.nan), len(primary))
        | {"cap": caps.get(line.place, math.nan)}
        | _doubts(comparer, line, units)
        for line in lines
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def pairs(comparer: Comparer) -> pd.DataFrame:
    """Every arm against each that stands before it, the control left out, by the primary metrics.

    Holm's correction runs over all of them. One row per metric and pair: `metric`, `arm`, `against`, `against_units`,
    `units`, `base`, `treatment`, `effect`, `low`, `high`, `p_value`, `adjusted_p`, `outcome` (of `arm`: `better`,
    `worse`, `alike`); pairs that cannot be compared are left out.
    """
    design, rows = comparer.design, []
    for place, metric in enumerate(design.primary):
        for against, arm in combinations(design.treatments, 2):
            contrast = comparer.compare(place, arm, against=against)
            if isinstance(contrast, Contrast):
                spread, (low, high) = contrast.spread, contrast.interval
                row: dict[str, Any] = {
                    "metric": metric.name,
                    "arm": arm,
                    "against": against,
                    "against_units": contrast.units[0],
                }
                row |= {"units": contrast.units[1], "base": spread.control, "treatment": spread.treatment}
                row |= {"effect": spread.effect, "low": low, "high": high, "p_value": contrast.p_value}
                rows.append(row)
    adjusted = holm([row["p_value"] for row in rows])
    metrics = {metric.name: metric for metric in design.primary}
    found = [
        row | {"adjusted_p": p, "outcome": _outcome(design, metrics[row["metric"]], row["effect"], p)}
        for row, p in zip(rows, adjusted, strict=True)
    ]
    return pd.DataFrame(found, columns=list(PAIRED))


def _outcome(design: Experiment, metric: Metric, effect: float, p_value: float) -> str:
    gain = effect if metric.better == "higher" else -effect
    return "alike" if not p_value <= design.alpha else "better" if gain > 0 else "worse"


def _doubts(comparer: Comparer, line: _Line, units: ibis.Table) -> dict[str, Any]:
    """What stands beside a difference of means: the test by ranks, and the value that decides it."""
    contrast, metric = line.contrast, line.metric
    if isinstance(contrast, Refused) or metric.kind not in {"mean", "count"} or comparer.design.cluster is not None:
        return {}
    one, found = outlier(comparer, line.place, line.arm, contrast), {}
    if one is not None:
        low, high = one.interval
        found = {"outlier": one.value, "outlier_arm": one.arm, "without": one.effect}
        found |= {"without_low": low, "without_high": high, "without_p": one.p_value}
    if one is not None or sum(contrast.units) <= _MOST_RANKED:
        ranks = rank_test(units, f"y{line.place}", comparer.design.control, line.arm)
        found |= {"superior": ranks.superior, "rank_p": ranks.p_value}
    return found


def _row(design: Experiment, line: _Line, adjusted: float, family: int) -> dict[str, Any]:
    metric, contrast = line.metric, line.contrast
    row: dict[str, Any] = dict.fromkeys(COLUMNS, math.nan) | {
        "metric": metric.name,
        "role": line.role,
        "kind": metric.kind,
        "arm": line.arm,
        "control_units": contrast.units[0],
        "units": contrast.units[1],
        "margin": math.nan if metric.margin is None else metric.margin,
        "money": metric.is_money,
        "better": metric.better,
        "outlier_arm": "",
        "method": "",
        "refusal": "",
    }
    if isinstance(contrast, Refused):
        return row | {"outcome": "refused", "refusal": contrast.reason}
    spread = contrast.spread
    hits = {}
    if metric.kind == "conversion":
        hits = {name: float(round(one)) for name, one in zip(("control_hits", "hits"), contrast.sums, strict=True)}
    row |= {
        "control": spread.control,
        "treatment": spread.treatment,
        "effect": spread.effect,
        "low": contrast.interval[0],
        "high": contrast.interval[1],
        "p_value": contrast.p_value,
        "adjusted_p": adjusted,
        "detectable": _detectable(design, contrast, design.alpha / (family if line.role == "primary" else 1)),
        "saved": spread.saved if metric.has_before else math.nan,
        "method": contrast.method,
        "statistic": contrast.statistic,
        **hits,
        **_lift(design, contrast),
    }
    if line.role == "guardrail":
        return row | _guarded(design, metric, contrast)
    adjusted_or_own = contrast.p_value if math.isnan(adjusted) else adjusted
    return row | {"outcome": _outcome(design, metric, spread.effect, adjusted_or_own)}


def _detectable(design: Experiment, contrast: Contrast, level: float) -> float:
    """The smallest difference that these units could have shown."""
    error = contrast.spread.error
    if not design.peeked:
        return detectable(error, alpha=level)
    _, half, _ = always_valid(0.0, error, sum(contrast.units), alpha=level, tuned_for=design.tuned_for)
    return half + float(ndtri(POWER)) * error


def _lift(design: Experiment, contrast: Contrast) -> dict[str, float]:
    """The effect relative to the size of the control's value; missing where the control may be 0."""
    found = lift(contrast.spread, design.alpha)
    if found is None or not found.error > 0:
        return {}
    low, high = ends(design, contrast, found.rate, found.error)
    return {"lift": found.rate, "lift_low": low, "lift_high": high}


def ends(design: Experiment, contrast: Contrast, effect: float, error: float) -> tuple[float, float]:
    """An interval of the design's kind: for one look at the end, or for every look."""
    if design.peeked:
        units = sum(contrast.units)
        low, high, _ = always_valid(effect, error, units, alpha=design.alpha, tuned_for=design.tuned_for)
        return low, high
    half = contrast.spread.quantile(1 - design.alpha / 2) * error
    return effect - half, effect + half


def _guarded(design: Experiment, metric: Metric, contrast: Contrast) -> dict[str, Any]:
    """Whether a guardrail held: surely no worse than its margin, surely worse, or unclear."""
    spread = contrast.spread
    low, high = contrast.interval
    if not design.peeked:
        low, high = (spread.one_sided(side, design.alpha)[0] for side in ("greater", "less"))
    allowed = (metric.margin or 0.0) * abs(spread.control)
    worst, best = (low, high) if metric.better == "higher" else (-high, -low)
    outcome = "held" if worst > -allowed else "harmed" if best < -allowed else "unclear"
    return {"bound": low if metric.better == "higher" else high, "outcome": outcome}
