"""Bridge: the change of GMV against each base, by factor and by segment."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from retro import charts
from retro.blocks import Table
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics import Bridge
from retro.sections.bases import base_key, base_name, base_phrase, base_short, segment_name
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records

_MOST = 2
"""Factors that a sentence names."""

_ROWS = 5
"""Rows of a table before the smallest are put together."""


def say(bridges: Sequence[Bridge], context: Context) -> Finding:
    """A part for each base: the change, the factors behind it, and the segments behind those.

    `bridges` is what `metrics.bridge` returns.
    """
    if not bridges:
        return Finding(context.text("bridge.say.none"), covered=False)
    bases = tuple(one.base for one in bridges)
    parts = tuple(_part(one, base_key(place, bases), context) for place, one in enumerate(bridges))
    return Finding("", parts=parts, headline=tuple(part.sentence.splitlines()[0] for part in parts[:1]))


def _part(one: Bridge, key: str, context: Context) -> Finding:
    text = context.text
    lines, footnote = [_summary(one, text), _segments(one, text)], ""
    if one.base.basis == "target":
        lines.append(text("bridge.say.target", when=text.period(one.base.start, one.base.end)))
    elif not one.with_visits:
        footnote = text("bridge.say.no_visits")
    if one.untold:
        names = [text(f"dimension.{name}") for name in one.untold]
        footnote += text("bridge.say.untold", names=names, base=base_name(one.base, text))
    options = {"value": text("bridge.chart.value", currency=text.currency_name)}
    tables = (Exhibit(table=_table(name, frame, text)) for name, frame in one.segments.items())
    return Finding(
        "\n".join(line for line in lines if line),
        _entries(one, key, context),
        footnote=footnote,
        title=text("bridge.say.title", base=base_name(one.base, text)),
        exhibits=(Exhibit(charts.waterfall, _steps(one, text), options), *tables),
    )


def _summary(one: Bridge, text: Text) -> str:
    ranked = sorted(records(one.factors), key=lambda row: -abs(row["amount"]))
    return text(
        f"bridge.say.{'same' if not one.change else 'less' if one.change < 0 else 'more'}",
        one,
        base=base_phrase(one.base, text),
        change=abs(one.change),
        rate=one.change / one.before,
        parts=[text("bridge.say.part", row) for row in ranked[:_MOST]],
    )


def _segments(one: Bridge, text: Text) -> str:
    named = []
    for dimension, frame in one.segments.items():
        worst = min(records(frame), key=lambda row: row["amount"], default=None)
        if worst is not None and worst["amount"] < 0:
            facts = {"dimension": dimension, "segment": segment_name(dimension, worst["segment"], text)}
            named.append(text("bridge.say.segment", worst, **facts))
    return text("bridge.say.segments", parts=text("chart.clause").join(named)) if named else ""


def _steps(one: Bridge, text: Text) -> pd.DataFrame:
    rows = [(base_short(one.base, text), one.before, "total")]
    rows += [(text.label("factor", row["factor"]), row["amount"], "change") for row in records(one.factors)]
    rows.append((text("basis.current"), one.after, "total"))
    return pd.DataFrame(rows, columns=["label", "amount", "kind"])


def _table(dimension: str, frame: pd.DataFrame, text: Text) -> Table:
    factors = tuple(dict.fromkeys(frame["factor"]))
    wide = [_row(segment_name(dimension, str(name), text), own) for name, own in frame.groupby("segment", sort=False)]
    total = _sum(wide, text("bridge.say.total"))
    shown = pd.DataFrame([*_top(sorted(wide, key=lambda row: row["change"]), text), total])
    table = frame_table("bridge", shown, ("segment.", *factors, "change"), text)
    caption = text("bridge.table.by", dimension=text(f"dimension.{dimension}"))
    return table.model_copy(update={"caption": caption})


def _top(rows: list[dict[str, Any]], text: Text) -> list[dict[str, Any]]:
    """The segments that moved most, and one row for the others, so that the sums stay."""
    if len(rows) <= _ROWS:
        return rows
    ranked = sorted(rows, key=lambda row: -abs(row["change"]))
    top, rest = ranked[: _ROWS - 1], ranked[_ROWS - 1 :]
    others = _sum(rest, text("bridge.say.others", count=len(rest)))
    return [*sorted(top, key=lambda row: row["change"]), others]


def _sum(rows: list[dict[str, Any]], name: str) -> dict[str, Any]:
    sums = {column: sum((row[column] for row in rows), Decimal(0)) for column in rows[0] if column != "segment"}
    return {"segment": name, **sums}


def _row(name: str, own: pd.DataFrame) -> dict[str, Any]:
    amounts = dict(zip(own["factor"], own["amount"], strict=True))
    return {"segment": name, **amounts, "change": sum(amounts.values(), Decimal(0))}


def _entries(one: Bridge, key: str, context: Context) -> tuple[Entry, ...]:
    tables = ("orders", "order_items", *(("events",) if one.with_visits else ()))
    change = {"change": one.change / one.before, "after": one.after, "before": one.before}
    return (
        context.entry(f"gmv_change_{key}", change, "change", of=("after", "before"), tables=tables),
        *(context.entry(f"bridge_{key}_{row['factor']}", row, "amount", tables=tables) for row in records(one.factors)),
    )


section = Section("bridge", say, of_bases=True)
