"""Causes: segments and steps in which each missed target was lost, and their cost."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.blocks import Table
from retro.i18n import Text
from retro.metrics.moved import ALPHA, WHOLE
from retro.sections.losses import (
    check_of,
    figure_name,
    first_cause,
    judged,
    level,
    levels,
    missed_targets,
    next_step,
    place,
    short,
)
from retro.sections.scorecard import goal_label
from retro.sections.section import Context, Finding, Located, Section, frame_table, number, records

_STEPS: Mapping[str, tuple[str, ...]] = {
    "gmv": ("mix", "order_rate", "payment_rate", "keep_rate", "order_value"),
    "orders": ("mix", "order_rate", "payment_rate", "keep_rate"),
    "conversion_rate": ("mix", "order_rate", "payment_rate", "keep_rate"),
    "payment_rate": ("payment_rate",),
    "order_value": ("order_value",),
}
"""The factors that a figure hangs on; figures that are not here are not taken apart by segment."""

_MOST = 3
"""Causes that a sentence names."""

_ROWS = 10
"""Rows of the table that are no causes."""

_KEPT = (
    "dimension", "segment", "factor", "before", "expected", "after", "units", "adjusted_p",
    "incident", "incident_from", "incident_until",
)  # fmt: skip
"""Columns of a cause that are recorded for other reports."""


def say(frame: pd.DataFrame, figures: pd.DataFrame, context: Context) -> Finding:
    """For each missed target, the losses that chance does not explain, the most expensive first.

    `frame` is the frame of `metrics.causes`; `figures` the report's figures so far, as `report.figures`.
    """
    text, missed = context.text, missed_targets(figures, context)
    if frame.empty:
        return Finding(text("causes.say.no_baseline"), covered=False)
    found = records(frame[frame["is_cause"].astype(bool)])
    lost = sum((row["cost"] for row in found), Decimal("0.00"))
    opening, gap = _opening(found, missed, frame, text), _of_the_gap(lost, figures, context)
    shared = [row for row in _of_all(frame) if row["cost"] < 0]
    told = sorted([*found, *shared], key=lambda row: float(row["cost"]))
    checks = list(dict.fromkeys(check_of(row, text) for row in told[:_MOST]))
    lines = [opening, *(_line(name, found, frame, context) for name in missed), gap, _shared_by_all(frame, text)]
    lines += [text("causes.say.check", checks=checks)] if checks else []
    entries = (context.entry(figure_name(row), row, "cost", about=_about(row), **_ends(row)) for row in told)
    return Finding(
        "\n".join(line for line in lines if line),
        (context.entry("causes_cost", {"causes_cost": lost}), *entries),
        _table(frame, text),
        headline=(opening + gap,),
        next_step=next_step(told[0], checks[0], text) if checks else "",
        located={name: _located(_of(name, found), text) for name in missed if name in _STEPS},
    )


def _of(name: str, losses: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for row in losses if row["factor"] in _STEPS[name]]


def _opening(found: Sequence[Mapping[str, Any]], missed: Sequence[str], frame: pd.DataFrame, text: Text) -> str:
    """The cause that cost most, of a segment or of the whole shop."""
    losses = [*found[:1], *(row for row in _of_all(frame) if row["cost"] < 0)]
    if losses:
        return first_cause(min(losses, key=lambda row: row["cost"]), text)
    return text("causes.say.none" if missed else "causes.say.nothing_missed")


def _of_all(frame: pd.DataFrame) -> list[Mapping[str, Any]]:
    """The whole shop's steps that moved beyond chance."""
    return list(records(frame[(frame["dimension"] == WHOLE) & (frame["adjusted_p"] < ALPHA)]))


def _line(name: str, found: Sequence[Mapping[str, Any]], frame: pd.DataFrame, context: Context) -> str:
    text, label = context.text, goal_label(name, context)
    if name not in _STEPS:
        return text("causes.say.not_located", goal=label)
    own = _of(name, found)
    if own:
        return text("causes.say.located", goal=label, causes=text.join([short(row, text) for row in own[:_MOST]]))
    shop = _of(name, records(frame[frame["dimension"] == WHOLE]))
    worst = next((row for row in shop if row["cost"] < 0), None)
    if worst is None:
        return text("causes.say.spread", goal=label)
    return text("causes.say.whole", goal=label, moved=_moved(worst, text))


def _moved(row: Mapping[str, Any], text: Text) -> str:
    return text("causes.say.moved", row, **levels(row, text))


def _of_the_gap(lost: Decimal, figures: pd.DataFrame, context: Context) -> str:
    """The share of a missed GMV target that the causes account for."""
    target = context.params.targets.get("gmv")
    sold = next((row["value"] for row in records(figures) if row["name"] == "gmv"), None)
    if target is None or sold is None or sold >= target or not lost:
        return ""
    gap = target - sold
    return context.text("causes.say.gap", lost=-lost, gap=gap, share=-lost / gap)


def _shared_by_all(frame: pd.DataFrame, text: Text) -> str:
    """What the whole shop's steps lost, where chance does not explain it."""
    parts = [_moved(row, text) + text("causes.say.worth", row) for row in _of_all(frame)]
    return text("causes.say.shop", parts=parts) if parts else ""


def _located(own: Sequence[Mapping[str, Any]], text: Text) -> Located:
    """The causes of a missed target, and what to check first."""
    checks = dict.fromkeys(check_of(row, text) for row in own[:_MOST])
    return Located(tuple(short(row, text) for row in own[:_MOST]), tuple(checks))


def _ends(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"low": number(row.get("cost_low")), "high": number(row.get("cost_high"))}


def _about(row: Mapping[str, Any]) -> dict[str, str]:
    known = {name: row[name] for name in _KEPT if not pd.isna(row[name])}
    shown = {name: f"{value:.10g}" if isinstance(value, float) else str(value) for name, value in known.items()}
    return {"figure": "gmv", **shown}


def _table(frame: pd.DataFrame, text: Text) -> Table:
    """The most expensive differences, causes or not."""
    is_cause = frame["is_cause"].astype(bool)
    shown = pd.concat([frame[is_cause], frame[~is_cause].head(_ROWS)])
    rows = records(shown)
    words = shown.assign(
        segment=[place(row, text) for row in rows],
        cost=[text.signed_money(row["cost"]) for row in rows],
        judged=[judged(row, text) for row in rows],
        **{name: [level(row, name, text) for row in rows] for name in ("before", "expected", "after")},
    )
    columns = ("segment.", "before.figure", "expected.figure", "after.figure", "units", "cost.figure", "judged.")
    return frame_table("causes", words, columns, text)


section = Section("causes", say)
