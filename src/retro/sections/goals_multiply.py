"""Goals that multiply: whether they fit each other, and what was measured of each."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.ledger import Entry
from retro.privacy import hidden
from retro.sections.scorecard import aim
from retro.sections.section import Context, Finding, Section, frame_table, records

_ROUNDED = 0.005
"""Goals are written in whole percent: nearer than half of one they agree."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Whether the goals of a product fit, what each would have to be, and how each was reached.

    `frame` is the frame of `metrics.goals_multiply`.
    """
    text, rows = context.text, records(frame)
    wholes = list(dict.fromkeys(row["whole"] for row in rows))
    products = [[row for row in rows if row["whole"] == whole] for whole in wholes]
    found = [_apart(own, context) for own in products]
    warnings = tuple(said for said in found if said)
    sentence = "".join(_fit(own, context) + _measured(own, context) for own in products)
    shown = frame.assign(
        figure=[name[:1].upper() + name[1:] for name in (_name(row, text) for row in rows)],
        target=["" if row["target"] is None else aim(row["target"], "change", text) for row in rows],
    )
    table = frame_table("goals_multiply", shown, ("figure.", "target.figure", "needed", "measured"), text, folded=False)
    reservation = warnings[0] if warnings else ""
    return Finding(sentence, _entries(rows, context), table, warnings=warnings, reservation=reservation)


def _apart(own: Sequence[Mapping[str, Any]], context: Context) -> str:
    """That the goals of a product do not fit each other; empty where they do, or one is not set."""
    text, whole = context.text, own[0]
    if not _set(own) or _near(whole):
        return ""
    goals = _goals(own, text)
    asks = [text("goals_multiply.say.ask", row, name=_name(row, text)) for row in own[1:]]
    told = {"goals": goals[1:], "whole": goals[0], "asks": text("chart.clause").join(asks)}
    return text("goals_multiply.say.apart", whole, **told, product=whole["needed"])


def _fit(own: Sequence[Mapping[str, Any]], context: Context) -> str:
    """That the goals of a product fit; empty where they do not, or one is not set."""
    if not _set(own) or not _near(own[0]):
        return ""
    goals = _goals(own, context.text)
    return context.text("goals_multiply.say.fit", goals=goals[1:], whole=goals[0])


def _measured(own: Sequence[Mapping[str, Any]], context: Context) -> str:
    """How much each changed; why not, where a year ago is not known."""
    text = context.text
    known = [row for row in own if not hidden(row["measured"]) and not pd.isna(row["measured"])]
    if len(known) < len(own):
        few = any(hidden(row["buyers"]) for row in own)
        return text("privacy.few" if few else "goals_multiply.say.no_year_ago")
    parts = [text("goals_multiply.say.change", row, name=_name(row, text)) for row in own]
    return text("goals_multiply.say.measured", whole=parts[0], parts=parts[1:])


def _name(row: Mapping[str, Any], text: Text) -> str:
    return text(f"goals_multiply.name.{row['figure']}")


def _goals(own: Sequence[Mapping[str, Any]], text: Text) -> list[str]:
    told = [(row, aim(row["target"], "change", text)) for row in own]
    return [text("goals_multiply.say.goal", name=_name(row, text), target=target) for row, target in told]


def _set(own: Sequence[Mapping[str, Any]]) -> bool:
    return all(row["target"] is not None and not pd.isna(row["needed"]) for row in own)


def _near(whole: Mapping[str, Any]) -> bool:
    return bool(abs(float(whole["target"]) - whole["needed"]) < _ROUNDED)


def _entries(rows: Sequence[Mapping[str, Any]], context: Context) -> tuple[Entry, ...]:
    """The changes of the factors, and how far the goals of each product lie apart; GMV's own is `quarter_sales`'."""
    changes = [context.entry(row["figure"], row, "measured") for row in rows if row["figure"] != row["whole"]]
    wholes = [row for row in rows if row["figure"] == row["whole"] and row["target"] is not None]
    gaps = [{"gap": row["needed"] - float(row["target"])} for row in wholes if not pd.isna(row["needed"])]
    return (*changes, *(context.entry("goals_apart", gap, "gap") for gap in gaps))


section = Section("goals_multiply", say, people={"buyers": ("measured", "now", "then")})
