"""Decisions: from checks and effects to one of four states, by a table fixed in advance."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

import pandas as pd

from retro.designs import Experiment
from retro.metrics.experiments.exposure import Exposure

State = Literal["ship", "do_not_ship", "keep_running", "invalid"]
Reason = Literal[
    "unsound", "not_comparable", "too_early", "not_observed", "guardrail_harmed", "worse", "money_worse",
    "unprofitable", "guardrail_unclear", "guardrail_unmeasured", "better", "no_effect", "undecided",
]  # fmt: skip


_STATES: tuple[State, ...] = ("do_not_ship", "keep_running", "ship", "invalid")
_HARMS: tuple[Reason, ...] = ("guardrail_harmed", "worse", "money_worse", "unprofitable")

_MINUTE = dt.timedelta(minutes=1)
"""What data that ends with the last minute of a day lacks of it."""


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
        others: The decisions on the other arms, the worst first.
    """

    state: State
    reason: Reason
    arm: str = ""
    metrics: tuple[str, ...] = ()
    worth: tuple[Decimal, Decimal, Decimal] | None = None
    others: tuple[Decision, ...] = ()

    @property
    def gravity(self) -> int:
        """Its place among decisions, the gravest first: on hold, harm done, nothing gained, open, to be shipped."""
        harm = self.state == "do_not_ship" and self.reason in _HARMS
        return 0 if self.state == "invalid" else 1 if harm else 2 + _STATES.index(self.state)


def ready_on(design: Experiment, exposure: Exposure) -> dt.datetime | None:
    """When the result may be read: after `horizon` calendar days from the first exposure's on; None without times."""
    if exposure.first is None:
        return None
    return dt.datetime.combine(exposure.first.date(), dt.time()) + dt.timedelta(days=design.horizon)


def decide(
    design: Experiment,
    checks: pd.DataFrame,
    effects: pd.DataFrame,
    exposure: Exposure,
    worths: pd.DataFrame,
    *,
    unguarded: tuple[str, ...] = (),
) -> Decision:
    """Read an experiment.

    | first that holds | decision |
    | --- | --- |
    | a check says stop | `invalid` |
    | no primary metric can be compared | `keep_running` before the horizon, `invalid` after it |
    | the horizon is not reached, and the design was not made for early looks | `keep_running` |
    | a guardrail is worse than its margin, or a primary metric is worse | `do_not_ship` |
    | a primary metric is better, but a metric of money is clearly worse, margin or not | `do_not_ship` |
    | a primary metric is better, but the arm's net worth in the experiment is negative | `do_not_ship` |
    | a primary metric is better, and every guardrail held | `ship` |
    | a primary metric is better, a guardrail is unclear or was not measured | `keep_running`, `do_not_ship` when over |
    | nothing is decided | `keep_running` before the horizon, `do_not_ship` after it |

    With several arms each is read by itself; of those that ship the one with the largest gain (net worth where it is
    known) is named, else one that keeps running, else the one that comes first in the table. The others follow it.
    `unguarded` names the guardrails that could not be measured.
    """
    if (checks["state"] == "stop").any():
        failed = tuple(dict.fromkeys(checks.loc[checks["state"] == "stop", "check"]))
        return Decision("invalid", "unsound", metrics=failed)
    ready = ready_on(design, exposure)
    over = ready is None or exposure.observed_until is None or exposure.observed_until + _MINUTE >= ready
    primary = effects[effects["role"] == "primary"]
    if (primary["outcome"] == "refused").all():
        refused = tuple(dict.fromkeys(primary["metric"]))
        return (
            Decision("invalid", "not_comparable", metrics=refused) if over else Decision("keep_running", "not_observed")
        )
    if not over and not design.peeked:
        return Decision("keep_running", "too_early")
    nets: dict[str, Decimal] = dict(zip(worths["arm"], worths["net"], strict=True))
    found = [
        _read_arm(arm, effects[effects["arm"] == arm], nets.get(arm), unguarded, over=over) for arm in design.treatments
    ]
    found.sort(key=lambda decision: decision.gravity)
    ships = [decision for decision in found if decision.state == "ship"]
    running = [decision for decision in found if decision.state == "keep_running"]
    chosen = (running or found)[0]
    if ships:
        chosen = max(ships, key=lambda one: (nets.get(one.arm, Decimal(0)), _gain(design, effects, one.arm)))
    others = tuple(decision for decision in found if decision is not chosen)
    worth = _worth(design, effects, chosen.arm) if ships else None
    return replace(chosen, worth=worth, others=others)


def _read_arm(arm: str, own: pd.DataFrame, net: Decimal | None, unguarded: tuple[str, ...], *, over: bool) -> Decision:
    def named(role: str, outcome: str) -> tuple[str, ...]:
        return tuple(own.loc[(own["role"] == role) & (own["outcome"] == outcome), "metric"])

    if harmed := named("guardrail", "harmed"):
        return Decision("do_not_ship", "guardrail_harmed", arm, harmed)
    if worse := named("primary", "worse"):
        return Decision("do_not_ship", "worse", arm, worse)
    better = named("primary", "better")
    if better and (lost := tuple(own.loc[_loses_money(own), "metric"])):
        return Decision("do_not_ship", "money_worse", arm, lost)
    if better and net is not None and net < 0:
        return Decision("do_not_ship", "unprofitable", arm, better)
    open_guardrails = named("guardrail", "unclear") + named("guardrail", "refused")
    if better and not open_guardrails and not unguarded:
        return Decision("ship", "better", arm, better)
    if better and not open_guardrails:
        return Decision("do_not_ship" if over else "keep_running", "guardrail_unmeasured", arm, unguarded)
    if better:
        return Decision("do_not_ship" if over else "keep_running", "guardrail_unclear", arm, open_guardrails)
    primary = tuple(own.loc[own["role"] == "primary", "metric"])
    return (
        Decision("do_not_ship", "no_effect", arm, primary)
        if over
        else Decision("keep_running", "undecided", arm, primary)
    )


def _loses_money(own: pd.DataFrame) -> pd.Series[bool]:
    """Metrics of money that are clearly worse: as judged, or by all of the interval where a margin judges."""
    surely = (own["high"] < 0).where(own["better"] == "higher", own["low"] > 0)
    judged = own["outcome"].isin(["worse", "harmed"]) | ((own["role"] == "guardrail") & surely)
    lost: pd.Series[bool] = own["money"].eq(True) & judged  # noqa: FBT003 - a column with nulls
    return lost


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
    if worth is None or design.value is None or math.isnan(row["effect"]):
        return None
    factor = design.value * (1 if design.primary[0].better == "higher" else -1)
    each = [Decimal(str(row[name])) * factor - design.cost(arm) for name in ("effect", "low", "high")]
    values = [(one * worth.units).quantize(Decimal("0.01")) for one in each]
    low, high = sorted(values[1:])
    return values[0], low, high
