"""Tier moves: how many members rose and fell."""

from __future__ import annotations

import pandas as pd

from retro import charts
from retro.blocks import Cell, Column, Table
from retro.i18n import Text
from retro.metrics.tier_moves import NEW
from retro.privacy import FEW, masked, masked_count
from retro.sections.finding import Context, Finding, records
from retro.sections.section import Section


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How many rose and how many fell."""
    text, order = context.text, list(dict.fromkeys(frame["after"]))
    moves = [row for row in records(frame) if row["before"] != NEW]
    total = sum(row["members"] for row in moves)
    if not total:
        return Finding(text("tier_moves.say.none"), (), None, covered=False)
    said, entries = {}, []
    for name, sign in (("rose", 1), ("fell", -1)):
        went = (row for row in moves if sign * (order.index(row["after"]) - order.index(row["before"])) > 0)
        members = sum(row["members"] for row in went)
        count = masked_count(members)
        said[name] = text(f"tier_moves.say.{name}{'_few' if count is FEW else ''}", count=count, share=members / total)
        figure = {"rose": "tier_risen", "fell": "tier_fallen"}[name]
        entries.append(context.entry(figure, {figure: count}, denominator=total))
    return Finding(text("tier_moves.say.summary", said, total=total), tuple(entries), _matrix(frame, order, text))


def _matrix(frame: pd.DataFrame, order: list[str], text: Text) -> Table:
    columns = [Column(label=text("tier_moves.table.before"))]
    columns += [Column(label=label, numeric=True) for label in text.labels("tier", order)]
    rows = []
    for before, row in masked(frame[frame["total"] > 0], {"members": ()}).groupby("before", sort=False):
        cells = zip(row["after"], row["members"], strict=True)
        counted = [Cell(text=text.written(count, "count"), strong=after == before) for after, count in cells]
        rows.append((Cell(text=text.label("tier", str(before))), *counted))
    return Table(caption=text("tier_moves.table.caption"), columns=tuple(columns), rows=tuple(rows), folded=True)


section = Section("tier_moves", say, charts.tier_moves, level=2)
"""Not masked as a whole: what its sentence and figures add up would be lost; table and chart mask their cells."""
