"""Losses in words: the step of a segment, its levels, what it cost, what to look at, and whether chance explains it.

A loss is a row of `metrics.causes` or `metrics.located`.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.moved import ALPHA, WHOLE
from retro.sections.bases import segment_name
from retro.sections.scorecard import status
from retro.sections.section import Context, records


def missed_targets(figures: pd.DataFrame, context: Context) -> list[str]:
    """Targets that were missed, in the order of the params."""
    by_name = {row["name"]: Entry.model_validate(row) for row in records(figures)}
    goals = {name: next(goal for goal in context.params.goals if goal.matches(name)) for name in context.params.targets}
    targets = context.params.targets.items()
    return [name for name, target in targets if status(by_name.get(name), target, goals[name]) == "missed"]


def segment(row: Mapping[str, Any], text: Text) -> str:
    """The segment in words."""
    return segment_name(row["dimension"], row["segment"], text)


def figure_name(row: Mapping[str, Any], report: str = "") -> str:
    """The name of a loss in the ledger: by what was lost where, so that it is the same whatever else was lost.

    Args:
        row: Of `metrics.causes`.
        report: The report that recorded it, where another one takes it over.

    Examples:
        >>> loss = {"factor": "payment_rate", "dimension": "channel", "segment": "web"}
        >>> figure_name(loss), figure_name(loss, "2025Q1/2025-03")
        ('payment_rate_of_channel_web_lost', 'payment_rate_of_channel_web_lost_in_2025_03')
    """
    where = row["segment"] if row["dimension"] == WHOLE else f"{row['dimension']}_{row['segment']}"
    taken = f"_in_{report.rsplit('/', 1)[-1].replace('-', '_')}" if report else ""
    return f"{row['factor']}_of_{where}_lost{taken}"


def place(row: Mapping[str, Any], text: Text) -> str:
    """A segment and its step."""
    return text("causes.say.place", row, segment=segment(row, text))


def level(row: Mapping[str, Any], name: str, text: Text) -> str:
    """One of the levels of a row (`before`, `expected`, `after`); empty where it is not known."""
    if pd.isna(row[name]):
        return ""
    return text.value(round(row[name], 4), "money" if row["factor"] == "order_value" else "rate")


def levels(row: Mapping[str, Any], text: Text) -> dict[str, str]:
    """All levels of a row."""
    return {name: level(row, name, text) for name in ("before", "expected", "after")}


def first_cause(row: Mapping[str, Any], text: Text) -> str:
    """The most expensive loss: its levels, what it cost, and the incident behind it; the whole shop's is no cause."""
    facts = {"segment": segment(row, text), "cost": abs(row["cost"])}
    of_all = "_of_all" if row["dimension"] == WHOLE else ""
    cause = text(f"causes.say.cause{of_all}", row, **facts | levels(row, text))
    if not pd.isna(row.get("cost_low")):
        ends = {"low": abs(row["cost_high"]), "high": abs(row["cost_low"])}
        cause += text("causes.say.cause_interval", {"cost": 0, **ends})
    explained = "" if pd.isna(row["incident"]) else text("causes.say.incident", row)
    return text(f"causes.say.first{of_all}", cause=cause, explained=explained)


def short(row: Mapping[str, Any], text: Text) -> str:
    """A segment's step, or the whole shop's, and what it cost."""
    kind = "short_of_all" if row["dimension"] == WHOLE else "short"
    return text(f"causes.say.{kind}", row, segment=segment(row, text))


def check_of(row: Mapping[str, Any], text: Text) -> str:
    """What to look at where a step of a segment was lost; where an incident explains it, why it lasted."""
    if row["dimension"] == WHOLE:
        return text("check.whole", row)
    if not pd.isna(row.get("incident_until")):
        return text("check.incident", row, segment=segment(row, text))
    return text(f"check.{row['factor']}", segment=segment(row, text))


def next_step(row: Mapping[str, Any], check: str, text: Text) -> str:
    """What to look at first, and what was lost there."""
    return text("causes.say.next", check=check) + text("causes.say.at_stake", cost=abs(row["cost"]))


def judged(row: Mapping[str, Any], text: Text) -> str:
    """Whether a difference is a cause, with the risk that it is chance where it was tested."""
    kind = "is_cause" if row["is_cause"] else "gain" if row["cost"] >= 0 else "chance"
    risk = row["adjusted_p"]
    if pd.isna(risk):
        return text(f"causes.say.{kind}")
    if kind == "chance" and row["dimension"] != "campaign" and pd.isna(row["before"]):
        kind = "level"
    elif kind == "chance" and risk < ALPHA:
        kind = "together" if row["dimension"] == WHOLE else "small"
    return text("causes.say.judged", words=text(f"causes.say.{kind}"), risk=risk)
