"""Effects: every metric of every arm against the control, with intervals and corrected p-values."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
from scipy.special import ndtri

from retro.designs import Experiment, Metric, Role
from retro.metrics.experiments.contrasts import Comparer, Contrast, Refused
from retro.metrics.experiments.intervals import holm, lift
from retro.metrics.experiments.power import POWER, detectable
from retro.metrics.experiments.sequential import always_valid

COLUMNS = (
    "metric", "role", "kind", "arm", "control_units", "units", "control", "treatment", "effect", "low", "high",
    "lift", "lift_low", "lift_high", "p_value", "adjusted_p", "outcome", "detectable", "margin", "bound", "saved",
    "cap", "method", "refusal",
)  # fmt: skip


@dataclass(frozen=True)
class _Line:
    place: int
    role: Role
    metric: Metric
    arm: str
    contrast: Contrast | Refused


def effects(comparer: Comparer, caps: dict[int, float]) -> pd.DataFrame:
    """Compare every arm with the control by every metric, with caps of the outcomes by the metric's place.

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
        for line in lines
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


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
        "method": "",
        "refusal": "",
    }
    if isinstance(contrast, Refused):
        return row | {"outcome": "refused", "refusal": contrast.reason}
    spread = contrast.spread
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
        **_lift(design, contrast),
    }
    if line.role == "guardrail":
        return row | _guarded(design, metric, contrast)
    claimed = (contrast.p_value if math.isnan(adjusted) else adjusted) <= design.alpha
    gain = spread.effect if metric.better == "higher" else -spread.effect
    return row | {"outcome": "alike" if not claimed else "better" if gain > 0 else "worse"}


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
