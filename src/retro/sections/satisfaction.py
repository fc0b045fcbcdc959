"""How content customers say they are."""

from __future__ import annotations

import pandas as pd

from retro.ledger import Entry
from retro.sections.finding import Context, Finding, frame_table, number, records

_UNITS = {"nps": "score"}
"""Units of the scores; the others are means."""

_TABLES = {"nps": "surveys", "csat": "surveys", "review_score": "reviews", "support_score": "support_tickets"}


def satisfaction(frame: pd.DataFrame, context: Context) -> Finding:
    """Each score with its interval and its denominator.

    Args:
        frame: The frame of `metrics.satisfaction`.
        context: Params and texts.
    """
    text, rows = context.text, records(frame)
    if not rows:
        return Finding(text("satisfaction.say.none"), covered=False)
    parts, entries = [], []
    for row in rows:
        unit = _UNITS.get(row["measure"], "ratio")
        low, high = number(row["low"]), number(row["high"])
        entry = Entry(
            name=row["measure"],
            value=number(row["value"]),
            unit=unit,
            denominator=number(row["answers"]),
            low=low,
            high=high,
            method="normal" if row["measure"] == "nps" else "Student's t",
            **context.facts("satisfaction", _TABLES[row["measure"]]),
        )
        entries.append(entry)
        key = "one" if low is None else "part"
        parts.append(
            text(
                f"satisfaction.say.{key}",
                measure=text.label("satisfaction", row["measure"]),
                value=text.value(entry.value, unit),
                interval=text.interval(low, high, unit),
                answers=text.count(row["answers"]),
            )
        )
    units = {"measure": "name.satisfaction", "answers": "count", "negative": "count", "neutral": "count"}
    units |= {"positive": "count", "value": "ratio", "low": "ratio", "high": "ratio"}
    sentence = text("satisfaction.say.summary", parts=text("chart.clause").join(parts))
    return Finding(sentence, tuple(entries), frame_table("satisfaction", frame, units, text))
