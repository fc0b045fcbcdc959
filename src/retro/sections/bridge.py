"""Why GMV changed against each base: the factors that it is the product of, and the segments that moved them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from retro import charts
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics import Bridge
from retro.sections.bases import base_key, base_name, base_phrase, base_short, segment_name
from retro.sections.finding import Context, Exhibit, Finding, frame_table, records

_MOST = 2
"""Factors and segments that a sentence names."""

_ROWS = 5
"""Rows of a table before the smallest are put together."""


def bridge(bridges: Sequence[Bridge], context: Context) -> Finding:
    """A part for each base: the change, the factors behind it, and the segments behind those.

    Args:
        bridges: What `metrics.bridge` returns.
        context: Params and texts.
    """
    if not bridges:
        return Finding(context.text("bridge.say.none"), covered=False)
    bases = tuple(one.base for one in bridges)
    parts = tuple(_part(one, base_key(place, bases), context) for place, one in enumerate(bridges))
    return Finding("", parts=parts, headline=tuple(part.sentence.splitlines()[0] for part in parts[:1]))


def _part(one: Bridge, key: str, context: Context) -> Finding:
    text = context.text
    lines = [_summary(one, text), _segments(one, text)]
    if one.base.basis == "target":
        lines.append(text("bridge.say.target", when=text.period(one.base.start, one.base.end)))
    elif not one.with_visits:
        lines.append(text("bridge.say.no_visits"))
    exhibits = [
        Exhibit(charts.waterfall, _steps(one, text), {"value": text("bridge.chart.value", currency=text.currency_name)})
    ]
    exhibits += [Exhibit(table=_table(name, frame, text)) for name, frame in one.segments.items()]
    return Finding(
        "\n".join(line for line in lines if line),
        _entries(one, key, context),
        title=text("bridge.say.title", base=base_name(one.base, text)),
        exhibits=tuple(exhibits),
    )


def _summary(one: Bridge, text: Text) -> str:
    """The change, and the factors that matter most."""
    change = one.change
    ranked = sorted(records(one.factors), key=lambda row: -abs(row["amount"]))
    facts = [(factor_name(row["factor"], text), signed_money(row["amount"], text)) for row in ranked[:_MOST]]
    named = [text("bridge.say.part", name=name, amount=amount) for name, amount in facts]
    key = "same" if not change else "less" if change < 0 else "more"
    return text(
        f"bridge.say.{key}",
        after=text.value(one.after, "money"),
        base=base_phrase(one.base, text),
        before=text.value(one.before, "money"),
        change=text.value(abs(change), "money"),
        rate=text.change(float(change / one.before)),
        parts=text.join(named),
    )


def _segments(one: Bridge, text: Text) -> str:
    """For each dimension, the segment that cost most, or brought most where none cost anything."""
    named = []
    for dimension, frame in one.segments.items():
        worst = min(records(frame), key=lambda row: row["amount"], default=None)
        if worst is not None and worst["amount"] < 0:
            named.append(
                text(
                    "bridge.say.segment",
                    dimension=text(f"dimension.{dimension}"),
                    segment=segment_name(dimension, worst["segment"], text),
                    factor=factor_name(worst["factor"], text),
                    amount=signed_money(worst["amount"], text),
                )
            )
    return text("bridge.say.segments", parts=text("chart.clause").join(named)) if named else ""


def _steps(one: Bridge, text: Text) -> pd.DataFrame:
    """The waterfall: the base, a step for each factor, the period."""
    rows = [(base_short(one.base, text), one.before, "total")]
    rows += [(factor_name(row["factor"], text), row["amount"], "change") for row in records(one.factors)]
    rows.append((text("basis.current"), one.after, "total"))
    return pd.DataFrame(rows, columns=["label", "amount", "kind"])


def _table(dimension: str, frame: pd.DataFrame, text: Text) -> Any:  # noqa: ANN401 - a block
    """Segments down, factors across, with both sums."""
    factors = list(dict.fromkeys(frame["factor"]))
    wide = [_row(segment_name(dimension, str(name), text), own) for name, own in frame.groupby("segment", sort=False)]
    wide.sort(key=lambda row: row["change"])
    wide = _top(wide, text)
    total = {name: sum((row[name] for row in wide), Decimal(0)) for name in (*factors, "change")}
    shown = pd.DataFrame([*wide, {"segment": text("bridge.say.total"), **total}])
    units = {"segment": "name.", **dict.fromkeys(factors, "money"), "change": "money"}
    table = frame_table("bridge", shown, units, text)
    caption = text("bridge.table.by", dimension=text(f"dimension.{dimension}"))
    return table.model_copy(update={"caption": caption})


def _top(rows: list[dict[str, Any]], text: Text) -> list[dict[str, Any]]:
    """The segments that moved most, and one row for the others, so that the sums stay."""
    if len(rows) <= _ROWS:
        return rows
    ranked = sorted(rows, key=lambda row: -abs(row["change"]))
    top, rest = ranked[: _ROWS - 1], ranked[_ROWS - 1 :]
    sums = {name: sum((row[name] for row in rest), Decimal(0)) for name in rest[0] if name != "segment"}
    others = {"segment": text("bridge.say.others", count=len(rest)), **sums}
    return [*sorted(top, key=lambda row: row["change"]), others]


def _row(name: str, own: pd.DataFrame) -> dict[str, Any]:
    amounts = dict(zip(own["factor"], own["amount"], strict=True))
    return {"segment": name, **amounts, "change": sum(amounts.values(), Decimal(0))}


def _entries(one: Bridge, key: str, context: Context) -> tuple[Entry, ...]:
    shared = context.facts("bridge", "orders", "order_items", *(("events",) if one.with_visits else ()))
    rate = Entry(
        name=f"gmv_change_{key}",
        value=one.change / one.before,
        unit="change",
        numerator=one.after,
        denominator=one.before,
        **shared,
    )
    parts = (
        Entry(name=f"bridge_{key}_{row['factor']}", value=row["amount"], unit="money", **shared)
        for row in records(one.factors)
    )
    return (rate, *parts)


def factor_name(factor: str, text: Text) -> str:
    """A factor in words."""
    return text(f"factor.{factor}")


def signed_money(amount: Decimal, text: Text) -> str:
    """An amount with its sign."""
    sign = "+" if amount > 0 else "−" if amount < 0 else ""
    return f"{sign}{text.value(abs(amount), 'money')}"
