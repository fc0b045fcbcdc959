"""Brand research: awareness, consideration and satisfaction of the own brand, beside the wave before."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import Chart, dots
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.brand_waves import SHARES
from retro.privacy import hidden
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, number, records

_FIGURES = {"aided": "aided", "unaided": "unaided", "considers": "consider", "csat": "csat", "nps": "nps"}
_FORMS = dict.fromkeys(SHARES, ("rate", "points")) | {
    "csat": ("exact.2", "difference"),
    "nps": ("exact.1", "difference"),
}
"""How a measure and its change are written."""
_KNOWN = ("aided", "unaided")
"""What a brand campaign is made for: one that rises more than the rivals' is an effect that shows."""


def say(frame: pd.DataFrame, course: pd.DataFrame, context: Context) -> Finding:
    """Each measure with its interval, and whether it clearly moved from the wave before."""
    text, brand = context.text, context.asked("brand")
    if not brand or frame.empty:
        return Finding(text(f"brand_wave.say.{'none' if brand else 'unnamed'}", brand=brand), covered=False)
    rows = [row for row in records(frame) if not hidden(row["answers"]) and not pd.isna(row["value"])]
    if not rows:
        return Finding(text("privacy.few"), covered=False)
    most = max(rows, key=lambda row: row["answers"])
    told = [(_way(row), _told(row, text)) for row in rows]
    moved = [said for way, said in told if way in ("up", "down")]
    compared = any(way != "alone" for way, _ in told)
    headline = moved[:2] or [text("brand_wave.say.still", rows[0]) if compared else told[0][1]]
    sentence = text("brand_wave.say.summary", most) + "".join(said for _, said in told)
    if not compared:
        sentence += text("brand_wave.say.first")
    entries = tuple(entry for row in records(frame) for entry in _entries(row, context))
    table = frame_table("brand_wave", _named(frame, text), _COLUMNS, text)
    waves = Exhibit(table=frame_table("brand_wave.waves", course, _WAVES, text))
    drawn = pd.DataFrame([row for row in rows if row["measure"] in SHARES], columns=frame.columns)
    charts = (Exhibit(draw, drawn),) if len(drawn) else ()
    shown = any(
        way == "up" and row["beyond"] and row["measure"] in _KNOWN for row, (way, _) in zip(rows, told, strict=True)
    )
    title = next((said for way, said in told if way == "up"), headline[0])
    return Finding(
        sentence, entries, table, exhibits=(*charts, waves), headline=tuple(headline), shows=title, shown=shown
    )


def _way(row: dict[str, Any]) -> str:
    """`up`, `down`, `same`, or `alone` where no wave before can be told."""
    if pd.isna(row["change"]) or pd.isna(row["change_low"]):
        return "alone"
    return ("up" if row["change"] > 0 else "down") if row["clear"] else "same"


def _told(row: dict[str, Any], text: Text) -> str:
    form, difference = _FORMS[row["measure"]]
    facts: dict[str, object] = {"name": text(f"brand_wave.measure.{row['measure']}"), "earlier": row["earlier"]}
    way = _way(row)
    alone = way == "alone"
    facts |= {"value": _written(row["value"], form, text), "was": _written(row["earlier_value"], form, text)}
    ends = ("low", "high") if alone else ("change_low", "change_high")
    given = dict(zip(("low", "high"), (row[end] for end in ends), strict=True)) | {"change": row["change"]}
    facts |= {name: _written(value, form if alone else difference, text) for name, value in given.items()}
    if not alone and difference == "points":
        facts["low"] = text.written(row["change_low"], "signed")
    rivals = "" if pd.isna(row["rivals_change"]) else text.written(row["rivals_change"], "points")
    facts["beside"] = rivals and text("brand_wave.say.beside", rivals=rivals)
    return text(f"brand_wave.say.{way}", facts)


def _written(value: Any, form: str, text: Text) -> str:  # noqa: ANN401 - a number, masked or missing
    return "" if pd.isna(value) else text.written(value, form)


def _entries(row: dict[str, Any], context: Context) -> tuple[Entry, ...]:
    name, counted = _FIGURES[row["measure"]], number(row["answers"])
    method = "Wilson" if row["measure"] in SHARES else "normal" if row["measure"] == "nps" else "Student's t"
    kind = f"brand_{name}_rate" if row["measure"] in SHARES else f"brand_{name}"
    low, high = number(row["low"]), number(row["high"])
    first, last = number(row["change_low"]), number(row["change_high"])
    return (
        context.entry(kind, row, "value", method=f"{method}, Kish", low=low, high=high, denominator=counted),
        context.entry(f"brand_{name}_change", row, "change", method="MOVER, Kish", low=first, high=last),
    )


def _named(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """The frame with each measure's name, and its values as they are read."""
    rows = records(frame)
    named = frame.assign(measure=[text(f"brand_wave.measure.{row['measure']}") for row in rows])
    for name in ("value", "low", "high", "earlier_value", "change", "change_low", "change_high"):
        named[name] = [_written(row[name], _FORMS[row["measure"]][name.startswith("change")], text) for row in rows]
    return named


_COLUMNS = {
    "measure": "name.", "answers": "count", "effective": "exact", "design_effect": "ratio", "value": "name.figure",
    "low": "name.figure", "high": "name.figure", "earlier_answers": "count", "earlier_value": "name.figure",
    "change": "name.figure",
    "change_low": "name.figure", "change_high": "name.figure",
}  # fmt: skip
_WAVES = {"wave": "name.", "answers": "count", **dict.fromkeys(SHARES, "rate"), "csat": "stars", "nps": "score"}


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Two rows per share: the wave and the one before, with their intervals."""
    parts = []
    for row in records(frame):
        name = text(f"brand_wave.measure.{row['measure']}")
        for prefix, wave in (("", row["wave"]), ("earlier_", row["earlier"])):
            if not pd.isna(row[f"{prefix}value"]) and not hidden(row[f"{prefix}answers"]):
                ends = {"rate": row[f"{prefix}value"], "low": row[f"{prefix}low"], "high": row[f"{prefix}high"]}
                label = text("brand_wave.chart.label", name=name, wave=wave)
                parts.append(ends | {"label": label, "people": row[f"{prefix}answers"], "campaign": not prefix})
    return dots(pd.DataFrame(parts), text, text("brand_wave.chart.value"))


_NOW = ("value", "low", "high", "effective", "design_effect")
_BEFORE = ("earlier_value", "earlier_low", "earlier_high")
_CHANGE = ("change", "change_low", "change_high", "rivals_change")

section = Section(
    "brand_wave",
    say,
    people={
        "answers": (*_NOW, *_CHANGE, *SHARES, "csat", "nps"),
        "yes": (*_NOW, *_CHANGE),
        "earlier_answers": (*_BEFORE, *_CHANGE),
        "earlier_yes": (*_BEFORE, *_CHANGE),
        **{f"{name}_yes": (name,) for name in SHARES},
    },
)
