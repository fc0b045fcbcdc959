"""An experiment's result without what would tell of fewer than five units, or of fewer than five that did it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pandas as pd

from retro.metrics.experiments import ExperimentResult
from retro.metrics.experiments.effects import COLUMNS
from retro.privacy import FEW, MORE, few, masked
from retro.sections.section import records

REFUSAL = "few"
"""Why a comparison of so few is not told; `experiments.say.refusal` has its words."""

_KEPT = ("metric", "role", "kind", "arm", "margin", "money", "better", "method")
"""What a comparison that is not told still says."""


def without_few(result: ExperimentResult) -> ExperimentResult:
    """A result without small groups.

    An arm of few is not compared at all. A share is told only where those behind it are enough on either side: a rate
    times the arm's units gives them away. Where an arm is masked, no total of units is told beside the others.
    """
    units: dict[str, int] = dict(zip(result.arms["arm"], result.arms["units"], strict=True))
    small = {arm for arm, count in units.items() if few(count)}
    if few(units[result.design.control]):
        small = set(units)
    arms, checks = (masked(frame, {"units": ["share"]}) for frame in (result.arms, result.checks))
    if small:  # a share of all, and a check of all units, tell their total
        arms = arms.assign(share=math.nan)
        checks = checks.assign(units=[_enough(row["units"]) for row in records(checks)])
    decision = replace(result.decision, worth=None) if result.decision.arm in small else result.decision
    return replace(
        result,
        decision=decision,
        arms=arms,
        checks=checks,
        effects=_effects(result),
        pairs=result.pairs.loc[[_pair_told(row, result, small) for row in records(result.pairs)]],
        worths=result.worths[~result.worths["arm"].isin(small)],
        segments=_told(result.segments, result, units, small),
        looks=_told(result.looks, result, units, small),
        since_exposure=_told(result.since_exposure, result, units, small),
    )


def _enough(count: Any) -> Any:  # noqa: ANN401 - a number, a mark or nothing
    """A number of units as one that is large enough; nothing, none and few as they are."""
    return MORE if not pd.isna(count) and count is not FEW and count else count


def _effects(result: ExperimentResult) -> pd.DataFrame:
    frame = result.effects
    rows = records(frame)
    hidden = [result.of_few(row) for row in rows]
    if not any(hidden):
        return frame
    blank: dict[str, Any] = {name: math.nan for name in COLUMNS if name not in _KEPT}
    blank |= {"refusal": REFUSAL, "outcome": "refused", "outlier_arm": ""}
    told = [row | blank if one else row for row, one in zip(rows, hidden, strict=True)]
    return pd.DataFrame(told, columns=frame.columns, index=frame.index)


def _pair_told(row: dict[str, Any], result: ExperimentResult, small: set[str]) -> bool:
    """Whether both arms of a pair are told against the control."""
    effects = result.effects[result.effects["metric"] == row["metric"]]
    hits = dict(zip(effects["arm"], effects["hits"], strict=True))
    both = (row["arm"], row["against"])
    return not any(arm in small or few(hits.get(arm, math.nan)) for arm in both)


def _told(frame: pd.DataFrame, result: ExperimentResult, units: dict[str, int], small: set[str]) -> pd.DataFrame:
    """The rows of a part that tell of enough; how its units divide is taken as that of all."""
    if frame.empty:
        return frame
    rates = result.design.primary[0].kind == "conversion" and "treatment" in frame
    control = units[result.design.control]

    def told(row: dict[str, Any]) -> bool:
        if row["arm"] in small or few(row["units"]):
            return False
        both = max(1, control + units[row["arm"]])
        sides = (("control", control), ("treatment", units[row["arm"]]))
        return not rates or not any(
            few(round(row["units"] * held / both * row[side])) for side, held in sides if not math.isnan(row[side])
        )

    return frame[[told(row) for row in records(frame)]]
