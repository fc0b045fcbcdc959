"""Decisions: from checks and effects to one of four states, by a table fixed in advance."""

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from retro.designs import Experiment
from retro.metrics.experiments.exposure import Exposure

State = Literal["ship", "do_not_ship", "keep_running", "invalid"]
Reason = Literal[
    "unsound", "not_comparable", "too_early", "not_observed", "guardrail_harmed", "worse", "guardrail_unclear",
    "better", "no_effect", "undecided",
]  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """The decision on an experiment.

    Attributes:
        state: `ship` the arm, `do_not_ship` (keep the control), `keep_running`, or `invalid`: on hold.
        reason: Why.
        arm: The arm that is shipped, or the one that the reason is about; empty where it is about all.
        metrics: The metrics that the reason is about.
        worth: Expected value of shipping the arm for the units and time that the design names, with its interval;
            None where nothing is shipped or nothing is known of its value.
    """

    state: State
    reason: Reason
    arm: str = ""
    metrics: tuple[str, ...] = ()
    worth: tuple[Decimal, Decimal, Decimal] | None = None


def ready_on(design: Experiment, exposure: Exposure) -> dt.datetime | None:
    """When the result may be read; None where the data holds no times."""
    return None if exposure.first is None else exposure.first + dt.timedelta(days=design.horizon)


def decide(design: Experiment, checks: pd.DataFrame, effects: pd.DataFrame, exposure: Exposure) -> Decision:
    """Read an experiment.

    | first that holds | decision |
    | --- | --- |
    | a check says stop | `invalid` |
    | no primary metric can be compared | `keep_running` before the horizon, `invalid` after it |
    | the horizon is not reached, and the design was not made for early looks | `keep_running` |
    | a guardrail is worse than its margin, or a primary metric is worse | `do_not_ship` |
    | a primary metric is better, and every guardrail held | `ship` |
    | a primary metric is better, a guardrail is unclear | `keep_running` before the horizon, `do_not_ship` after it |
    | nothing is decided | `keep_running` before the horizon, `do_not_ship` after it |

    With several arms each is read by itself; the one that ships with the largest gain is named, else the reason that
    comes first in the table.
    """
    if (checks["state"] == "stop").any():
        failed = tuple(dict.fromkeys(checks.loc[checks["state"] == "stop", "check"]))
        return Decision("invalid", "unsound", metrics=failed)
    ready = ready_on(design, exposure)
    over = ready is None or exposure.observed_until is None or exposure.observed_until >= ready
    primary = effects[effects["role"] == "primary"]
    if (primary["outcome"] == "refused").all():
        refused = tuple(dict.fromkeys(primary["metric"]))
        return (
            Decision("invalid", "not_comparable", metrics=refused) if over else Decision("keep_running", "not_observed")
        )
    if not over and not design.peeked:
        return Decision("keep_running", "too_early")
    found = [_read_arm(arm, effects[effects["arm"] == arm], over=over) for arm in design.treatments]
    ships = [decision for decision in found if decision.state == "ship"]
    if ships:
        best = max(ships, key=lambda decision: _gain(design, effects, decision.arm))
        return Decision("ship", best.reason, best.arm, best.metrics, _worth(design, effects, best.arm))
    running = [decision for decision in found if decision.state == "keep_running"]
    return (running or found)[0]


def _read_arm(arm: str, own: pd.DataFrame, *, over: bool) -> Decision:
    def named(role: str, outcome: str) -> tuple[str, ...]:
        return tuple(own.loc[(own["role"] == role) & (own["outcome"] == outcome), "metric"])

    if harmed := named("guardrail", "harmed"):
        return Decision("do_not_ship", "guardrail_harmed", arm, harmed)
    if worse := named("primary", "worse"):
        return Decision("do_not_ship", "worse", arm, worse)
    better = named("primary", "better")
    open_guardrails = named("guardrail", "unclear") + named("guardrail", "refused")
    if better and not open_guardrails:
        return Decision("ship", "better", arm, better)
    if better:
        return Decision("do_not_ship" if over else "keep_running", "guardrail_unclear", arm, open_guardrails)
    primary = tuple(own.loc[own["role"] == "primary", "metric"])
    return (
        Decision("do_not_ship", "no_effect", arm, primary)
        if over
        else Decision("keep_running", "undecided", arm, primary)
    )


def _first(design: Experiment, effects: pd.DataFrame, arm: str) -> dict[str, Any]:
    chosen = effects[(effects["arm"] == arm) & (effects["metric"] == design.primary[0].name)]
    return {str(name): value for name, value in chosen.iloc[0].items()}


def _gain(design: Experiment, effects: pd.DataFrame, arm: str) -> float:
    """By how much an arm is better than the control, by the first primary metric."""
    effect = float(_first(design, effects, arm)["effect"])
    if math.isnan(effect):
        return -math.inf
    return effect if design.primary[0].better == "higher" else -effect


def _worth(design: Experiment, effects: pd.DataFrame, arm: str) -> tuple[Decimal, Decimal, Decimal] | None:
    """Expected value, and the ends of its interval, to the cent."""
    row, worth = _first(design, effects, arm), design.worth
    if worth is None or math.isnan(row["effect"]):
        return None
    factor = worth.per_unit * worth.units * (1 if design.primary[0].better == "higher" else -1)
    values = [(Decimal(str(row[name])) * factor).quantize(Decimal("0.01")) for name in ("effect", "low", "high")]
    low, high = sorted(values[1:])
    return values[0], low, high
