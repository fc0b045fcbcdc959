"""Budget variance: what sales and cost differ from the budget by, in volume, mix and price."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.budget_variance import COSTS, REST, SALES, TOTAL
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """What the budget of sales and of cost was missed by, and how much of that is volume, mix and price.

    `frame` is the frame of `metrics.budget_variance`.
    """
    text, rows = context.text, records(frame)
    if not rows:
        return Finding(text("budget_variance.say.none"))
    sentence, entries = "", list[Entry]()
    for kind in (SALES, COSTS):
        own = [row for row in rows if row["kind"] == kind]
        if own:
            sentence += _said(own, text)
            parts = ("volume", "mix", "price") if kind == SALES else ("volume", "price")
            entries += [context.entry(f"{kind}_{part}_variance", own[-1], part) for part in parts]
    shown = frame.assign(line=[_name(row, context) for row in rows])
    columns = (
        "line.",
        "planned_units",
        "planned_each",
        "planned",
        "units",
        "amount",
        "volume",
        "mix",
        "price",
        "variance",
    )
    return Finding(sentence, tuple(entries), frame_table("budget_variance", shown, columns, text, folded=False))


def _said(rows: list[dict[str, Any]], text: Text) -> str:
    *lines, total = rows
    kind, open_ = total["kind"], [row for row in lines if row["line"] != REST and row["price"] is None]
    if open_:
        names = [_label(row, text) for row in open_]
        return text(f"budget_variance.say.{kind}_open", names=names)
    said = text(f"budget_variance.say.{kind}", total)
    beside = next((row for row in lines if row["line"] == REST), None)
    return said + (text(f"budget_variance.say.{kind}_rest", beside) if beside is not None else "")


def _name(row: Mapping[str, Any], context: Context) -> str:
    text = context.text
    return text(f"budget_variance.line.{row['kind']}", name=_label(row, text))


def _label(row: Mapping[str, Any], text: Text) -> str:
    line = row["line"]
    if line in {REST, TOTAL, "all"}:
        return text(f"budget_variance.line.{line}")
    return text.label("cost" if row["kind"] == COSTS else "pool", line)


section = Section("budget_variance", say, level=2)
