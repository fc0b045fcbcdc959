"""Where each missed target was lost: the segments and steps that stand out, what they cost, and what to look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.moved import ALPHA, WHOLE
from retro.sections.bases import segment_name
from retro.sections.bridge import factor_name, signed_money
from retro.sections.finding import Context, Finding, Located, frame_table, number, records
from retro.sections.scorecard import goal_label, status

STEPS: Mapping[str, tuple[str, ...]] = {
    "gmv": ("mix", "order_rate", "payment_rate", "keep_rate", "order_value"),
    "orders": ("mix", "order_rate", "payment_rate", "keep_rate"),
    "conversion_rate": ("mix", "order_rate", "payment_rate", "keep_rate"),
    "payment_rate": ("payment_rate",),
    "order_value": ("order_value",),
}
"""The factors that a figure hangs on; figures that are not here are not taken apart by segment."""

_MOST = 3
_KEPT = (
    "dimension", "segment", "factor", "before", "expected", "after", "units", "adjusted_p",
    "incident", "incident_from", "incident_until",
)  # fmt: skip
"""What a report that takes a cause over is told of it."""


def causes(frame: pd.DataFrame, figures: pd.DataFrame, context: Context) -> Finding:
    """For each missed target, the losses that chance does not explain, the most expensive first.

    Args:
        frame: The frame of `metrics.causes`.
        figures: The report's figures so far, as `report.figures`.
        context: Params and texts.
    """
    text = context.text
    missed = missed_targets(figures, context)
    found = frame[frame["is_cause"].astype(bool)] if len(frame) else frame
    if frame.empty:
        return Finding(text("causes.say.no_usual"), covered=False)
    lines = [_opening(records(found), missed, context)]
    lines += [_line(name, found, frame, context) for name in missed]
    gap = _of_the_gap(found, figures, context)
    lines += [gap, _shared_by_all(frame, text)]
    checks = [check_of(row, text) for row in records(found)[:_MOST]]
    lines += [text("causes.say.check", checks=text.join(list(dict.fromkeys(checks))))] if checks else []
    lost = found["cost"].sum() if len(found) else Decimal("0.00")
    shared = context.facts("causes", "orders", "events")
    entries = [Entry(name="causes_cost", value=number(lost), unit="money", **shared)]
    entries += [
        Entry(name=f"cause_{place}_cost", value=row["cost"], unit="money", about=_about(row), **shared)
        for place, row in enumerate(records(found), start=1)
    ]
    return Finding(
        "\n".join(line for line in lines if line),
        tuple(entries),
        _table(frame, text),
        headline=(lines[0] + gap,),
        next_step=text("causes.say.next", check=checks[0]) if checks else "",
        located={name: _located(found, STEPS[name], text) for name in missed if name in STEPS},
    )


def _located(found: pd.DataFrame, steps: Sequence[str], text: Text) -> Located:
    """What was located for a missed target, and what to look at first."""
    own = records(found[found["factor"].isin(steps)])[:_MOST]
    causes = tuple(_short(row, text) for row in own)
    return Located(causes, tuple(dict.fromkeys(check_of(row, text) for row in own)))


def _about(row: Mapping[str, Any]) -> dict[str, str]:
    """Where a cause lies, for reports that are made from this one."""
    known = {name: row[name] for name in _KEPT if not pd.isna(row[name])}
    shown = {name: f"{value:.10g}" if isinstance(value, float) else str(value) for name, value in known.items()}
    return {"figure": "gmv", **shown}


def missed_targets(figures: pd.DataFrame, context: Context) -> list[str]:
    """Targets that were missed, in the order of the params."""
    by_name = {row["name"]: row for row in records(figures)}
    names = []
    for name, target in context.params.targets.items():
        goal = next(goal for goal in context.params.goals if goal.matches(name))
        row = by_name.get(name)
        entry = Entry.model_validate(row) if row is not None else None
        if status(entry, target, goal) == "missed":
            names.append(name)
    return names


def _opening(found: Sequence[Mapping[str, Any]], missed: Sequence[str], context: Context) -> str:
    text = context.text
    if not found:
        return text("causes.say.none" if missed else "causes.say.nothing_missed")
    return text("causes.say.first", cause=whole_cause(found[0], text), explained=explained(found[0], text))


def _line(name: str, found: pd.DataFrame, frame: pd.DataFrame, context: Context) -> str:
    """One missed target: its causes, or where the whole shop moved."""
    text, steps = context.text, STEPS.get(name)
    label = goal_label(name, context)
    if steps is None:
        return text("causes.say.not_located", goal=label)
    own = records(found[found["factor"].isin(steps)])
    if own:
        return text("causes.say.located", goal=label, causes=text.join([_short(row, text) for row in own[:_MOST]]))
    shop = frame[(frame["dimension"] == "all") & frame["factor"].isin(steps)]
    worst = next((row for row in records(shop) if row["cost"] < 0), None)
    if worst is None:
        return text("causes.say.spread", goal=label)
    moved = text("causes.say.moved", factor=factor_name(worst["factor"], text), **_levels(worst, text))
    return text("causes.say.whole", goal=label, moved=moved, p=f"{worst['adjusted_p']:.2f}")


def whole_cause(row: Mapping[str, Any], text: Text) -> str:
    """A cause with its levels, its base and what it cost."""
    return text(
        "causes.say.cause",
        segment=_segment(row, text),
        factor=factor_name(row["factor"], text),
        units=text.count(row["units"]),
        cost=text.value(abs(row["cost"]), "money"),
        **_levels(row, text),
    )


def _short(row: Mapping[str, Any], text: Text) -> str:
    facts = {"segment": _segment(row, text), "factor": factor_name(row["factor"], text)}
    return text("causes.say.short", **facts, cost=signed_money(row["cost"], text))


def _of_the_gap(found: pd.DataFrame, figures: pd.DataFrame, context: Context) -> str:
    """How much of a missed GMV target the causes account for: a cause may be certain and yet small."""
    text, target = context.text, context.params.targets.get("gmv")
    sold = next((row["value"] for row in records(figures) if row["name"] == "gmv"), None)
    if target is None or sold is None or sold >= target or found.empty:
        return ""
    lost, gap = -Decimal(found["cost"].sum()), target - sold
    facts = {"lost": text.value(lost, "money"), "gap": text.value(gap, "money"), "share": text.rate(float(lost / gap))}
    return text("causes.say.gap", **facts)


def _shared_by_all(frame: pd.DataFrame, text: Text) -> str:
    """What the whole shop's steps lost, where chance does not explain it."""
    own = frame[(frame["dimension"] == "all") & (frame["adjusted_p"] < ALPHA)]
    parts = [
        text("causes.say.moved", factor=factor_name(row["factor"], text), **_levels(row, text))
        + text("causes.say.worth", cost=signed_money(row["cost"], text))
        for row in records(own)
    ]
    return text("causes.say.shop", parts=text.join(parts)) if parts else ""


def _levels(row: Mapping[str, Any], text: Text) -> dict[str, str]:
    unit = "money" if row["factor"] == "order_value" else "rate"
    return {name: text.value(round(row[name], 4), unit) for name in ("expected", "after")}


def _segment(row: Mapping[str, Any], text: Text) -> str:
    if row["dimension"] == "all":
        return text("segment_value.all")
    return segment_name(row["dimension"], row["segment"], text)


def explained(row: Mapping[str, Any], text: Text) -> str:
    """The incident behind a cause; empty where none is known."""
    if pd.isna(row["incident"]):
        return ""
    when = text("causes.say.span", start=text.moment(row["incident_from"]), end=text.moment(row["incident_until"]))
    return text("causes.say.incident", system=text.label("system", row["incident"]), when=when)


def check_of(row: Mapping[str, Any], text: Text) -> str:
    """What to look at where a step of a segment was lost."""
    return text(f"check.{row['factor']}", segment=_segment(row, text))


def _table(frame: pd.DataFrame, text: Text) -> Any:  # noqa: ANN401 - a block
    """The most expensive differences, causes or not, so that nobody has to trust the guard."""
    shown = pd.concat([frame[frame["is_cause"].astype(bool)], frame[~frame["is_cause"].astype(bool)].head(10)])
    rows = [
        {
            "segment": place(row, text),
            **{name: shown_level(row, name, text) for name in ("before", "expected", "after")},
            "units": row["units"],
            "cost": signed_money(row["cost"], text),
            "judged": judged(row, text),
        }
        for row in records(shown)
    ]
    units = {"segment": "name.", "before": "name.", "expected": "name.", "after": "name.",
             "units": "count", "cost": "name.", "judged": "name."}  # fmt: skip
    return frame_table("causes", pd.DataFrame(rows), units, text)


def place(row: Mapping[str, Any], text: Text) -> str:
    """A segment and its step."""
    return text("causes.say.place", segment=_segment(row, text), factor=factor_name(row["factor"], text))


def judged(row: Mapping[str, Any], text: Text) -> str:
    """What is made of a difference, with the risk that it was chance where it was tested."""
    kind = "is_cause" if row["is_cause"] else "gain" if row["cost"] >= 0 else "chance"
    risk = row["adjusted_p"]
    if pd.isna(risk):
        return text(f"causes.say.{kind}")
    if kind == "chance" and risk < ALPHA:
        kind = "together" if row["dimension"] == WHOLE else "small"
    words = f"p = {risk:.3f}" if risk >= 0.001 else "p < 0.001"  # noqa: PLR2004 - as written
    return text("causes.say.judged", words=text(f"causes.say.{kind}"), risk=words)


def shown_level(row: Mapping[str, Any], name: str, text: Text) -> str:
    """One of the levels of a row; empty where it is not known."""
    if pd.isna(row[name]):
        return ""
    return text.value(round(row[name], 4), "money" if row["factor"] == "order_value" else "rate")
