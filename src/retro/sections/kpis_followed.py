"""KPIs of a year: the targets of its reviews and campaigns with their misses, and what became of every action."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retro.blocks import Table
from retro.i18n import Text
from retro.sections.scorecard import aim
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records

_OUTCOMES = ("reached", "moved", "alike", "worse", "unknown", "open")
_MOST = 4
"""Missed targets without an action that a warning names."""


def say(kpis: pd.DataFrame, decided: pd.DataFrame, context: Context) -> Finding:
    """How many targets were met and missed, which misses nobody answered, and what became of the actions.

    `kpis` and `decided` are the report's properties of these names.
    """
    text, targets, actions = context.text, records(kpis), records(decided)
    if not targets and not actions:
        return Finding(text("kpis_followed.say.none"), covered=False)
    met, missed = ([row for row in targets if row["status"] == status] for status in ("met", "missed"))
    unanswered = [row for row in missed if not row["action"]]
    counts = {
        "all": len(targets),
        "reports": len({row["report"] for row in targets}),
        "met": len(met),
        "missed": len(missed),
        "rest": len(targets) - len(met) - len(missed),
        "unanswered": len(unanswered),
    }
    sentence = text("kpis_followed.say.targets", counts)
    if counts["rest"]:
        sentence += text("kpis_followed.say.rest", counts)
    sentence += _became(actions, text)
    names = [text("kpis_followed.say.of", row) for row in unanswered[:_MOST]]
    some = "_some" if len(unanswered) > _MOST else ""
    warnings = (text(f"kpis_followed.say.unanswered{some}", counts, names=names),) if unanswered else ()
    tables = [_targets(kpis, "kpis_followed.all", text), *([_actions(decided, text)] if actions else [])]
    reached = {"reached": sum(row["outcome"] == "reached" for row in actions), "decided": len(actions)}
    return Finding(
        sentence,
        (
            context.entry("targets_of_year_missed", counts, "missed"),
            context.entry("misses_without_action", counts, "unanswered"),
            context.entry("actions_reached", reached, "reached"),
            context.entry("actions_decided", reached, "decided"),
        ),
        _targets(kpis[kpis["status"] == "missed"], "kpis_followed", text, folded=False) if missed else None,
        warnings=warnings,
        exhibits=tuple(Exhibit(table=table) for table in tables),
    )


def _became(actions: Sequence[Mapping[str, Any]], text: Text) -> str:
    if not actions:
        return text("kpis_followed.say.no_actions")
    found = Counter(row["outcome"] for row in actions)
    parts = [text(f"kpis_followed.say.{name}", count=found[name]) for name in _OUTCOMES if found[name]]
    return text("kpis_followed.say.actions", count=len(actions), parts=parts)


def _targets(frame: pd.DataFrame, key: str, text: Text, *, folded: bool = True) -> Table:
    rows = records(frame)
    shown = frame.assign(
        target=[aim(row["target"], row["unit"], text) for row in rows],
        value=[text.value(row["value"], row["unit"]) for row in rows],
        status=[text(f"status.{row['status']}") for row in rows],
        action=[
            row["action"] or (text("kpis_followed.say.nothing") if row["status"] == "missed" else "") for row in rows
        ],
    )
    columns = ("label.", "title.", "target.figure", "value.figure", *(("status.",) if folded else ()), "action.")
    return frame_table(key, shown, columns, text, folded=folded)


def _actions(frame: pd.DataFrame, text: Text) -> Table:
    rows = records(frame)
    values = {
        name: [text.value(row[name], row["unit"]) if row[name] is not None else "" for row in rows]
        for name in ("then", "aim", "now")
    }
    outcomes = [
        text("index.actions.open") if row["outcome"] == "open" else text(f"review.follow.{row['outcome']}")
        for row in rows
    ]
    columns = ("what.", "title.", "owner.", "due", "proof.", "then.figure", "aim.figure", "now.figure", "outcome.")
    return frame_table("kpis_followed.actions", frame.assign(outcome=outcomes, **values), columns, text)


section = Section("kpis_followed", say)
