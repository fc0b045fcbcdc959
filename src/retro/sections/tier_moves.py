"""How members moved between tiers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.blocks import Cell, Column, Table
from retro.charts import Chart, checked, floats, heat_map
from retro.i18n import Text
from retro.metrics.tier_moves import NEW
from retro.privacy import Sum, hidden
from retro.sections.section import Context, Finding, Section, number, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many rose and how many fell."""
    text, order, sums = context.text, list(dict.fromkeys(frame["after"])), records(frame)[0]
    if sums["had"] == 0:
        return Finding(text("tier_moves.say.none"), (), None, covered=False)
    said, entries = {}, []
    for name, figure in (("rose", "tier_risen"), ("fell", "tier_fallen")):
        count = sums[name]
        key = f"tier_moves.say.{name}{'_few' if hidden(count) or hidden(sums['had']) else ''}"
        said[name] = text(key, count=count, share=count / sums["had"])
        entries.append(context.entry(figure, {figure: count}, denominator=number(sums["had"])))
    return Finding(text("tier_moves.say.summary", said, total=sums["had"]), tuple(entries), _matrix(frame, order, text))


def _matrix(frame: pd.DataFrame, order: list[str], text: Text) -> Table:
    """A row for each tier before, a column for each one after."""
    columns = [Column(label=text("tier_moves.table.before"))]
    columns += [Column(label=label, numeric=True) for label in text.labels("tier", order)]
    rows = []
    for before, row in frame[frame["total"] != 0].groupby("before", sort=False):
        cells = zip(row["after"], row["members"], strict=True)
        counted = [Cell(text=text.written(count, "count"), strong=after == before) for after, count in cells]
        rows.append((Cell(text=text.label("tier", str(before))), *counted))
    return Table(caption=text("tier_moves.table.caption"), columns=tuple(columns), rows=tuple(rows), folded=True)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per tier before, a column per tier after, in each cell the share of the row that moved there.

    Masked cells show their mark instead of their share.
    """
    frame = checked(frame, "tier_moves", ("before", "after", "members", "total", "rate"))
    frame = frame[frame["total"] != 0]
    cells = frame.assign(
        row=[text("tier_moves.chart.row", row) for row in records(frame)],
        column=text.labels("tier", frame["after"]),
        share=floats(frame["rate"]).fillna(0.0),
        words=[_cell(row, text) for row in records(frame)],
    )
    figure = heat_map(cells, columns=text("tier_moves.chart.columns"), row=0.42, extra=0.7)
    stayed = cells[cells["before"] == cells["after"]]
    parts = [
        text("chart.named", name=name, value=words)
        for name, words in zip(stayed["column"], stayed["words"], strict=True)
    ]
    return Chart(figure, text("tier_moves.chart.alt", parts=text.join(parts)), text("tier_moves.chart.caption"))


def _cell(row: Mapping[str, Any], text: Text) -> str:
    if hidden(row["members"]):
        return str(row["members"])
    return text.rate(row["rate"]) if row["members"] else ""


def _rise(frame: pd.DataFrame) -> pd.Series[int]:
    """By how many tiers each move goes up; 0 for who had none before."""
    place = {tier: number for number, tier in enumerate(dict.fromkeys(frame["after"]))}
    after = frame["after"].map(place)
    return after - frame["before"].map(place).fillna(after)


section = Section(
    "tier_moves",
    say,
    draw,
    level=2,
    people={"members": ("rate",), "total": ("rate",)},
    totals=(
        Sum("members", "before", name="total"),
        Sum("members", lambda frame: frame["before"] != NEW, name="had"),
        Sum("members", lambda frame: _rise(frame) > 0, name="rose"),
        Sum("members", lambda frame: _rise(frame) < 0, name="fell"),
    ),
)
