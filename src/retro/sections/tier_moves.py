"""How members moved between tiers, and how many are above the lowest ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.blocks import Cell, Column, Table
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.tier_moves import NEW
from retro.sections.finding import Context, Finding, cohort_row, frame_table, number, rate_entry, records
from retro.sections.privacy import people


def tier_moves(frame: pd.DataFrame, context: Context) -> Finding:
    """How many rose and how many fell.

    Args:
        frame: The frame of `metrics.tier_moves`.
        context: Params and texts.
    """
    text, order = context.text, list(dict.fromkeys(frame["after"]))
    rank = {tier: place for place, tier in enumerate(order)}
    moves = [row for row in records(frame) if row["before"] != NEW]
    total = sum(row["members"] for row in moves)
    if not total:
        return Finding(text("tier_moves.say.none"), (), None, covered=False)
    rose = sum(row["members"] for row in moves if rank[row["after"]] > rank[row["before"]])
    fell = sum(row["members"] for row in moves if rank[row["after"]] < rank[row["before"]])
    sentence = text(
        "tier_moves.say.summary",
        total=text.count(total),
        rose=people(rose, text),
        rose_share=text.rate(rose / total),
        fell=people(fell, text),
        fell_share=text.rate(fell / total),
    )
    shared = context.facts("tier_moves", "member_tiers")
    entries = (
        Entry(name="tier_risen", value=number(rose), unit="users", denominator=number(total), **shared),
        Entry(name="tier_fallen", value=number(fell), unit="users", denominator=number(total), **shared),
    )
    return Finding(sentence, entries, _matrix(frame, order, text))


def _matrix(frame: pd.DataFrame, order: list[str], text: Text) -> Table:
    """A row for each tier before, a column for each one after; a few members are not counted out."""
    columns = [Column(label=text("tier_moves.table.before"))]
    columns += [Column(label=text.label("tier", tier), numeric=True) for tier in order]
    rows = []
    for before in dict.fromkeys(frame["before"]):
        cells = [row for row in records(frame) if row["before"] == before]
        if cells[0]["total"]:
            counted = [Cell(text=people(row["members"], text), strong=row["after"] == before) for row in cells]
            rows.append((Cell(text=text.label("tier", before)), *counted))
    return Table(caption=text("tier_moves.table.caption"), columns=tuple(columns), rows=tuple(rows), folded=True)


def tier_penetration(frame: pd.DataFrame, context: Context) -> Finding:
    """The share of members at or above a tier before and after, beside the target and those who did not take part.

    Args:
        frame: The frame of `metrics.tier_penetration`.
        context: Params and texts; `penetration_tier` names the tier.
    """
    text, params = context.text, context.params
    tier = text.label("tier", context.asked("penetration_tier"))
    cells = {
        (group, moment): cohort_row(frame, group=group, moment=moment)
        for group in ("all", "participants", "others")
        for moment in ("before", "after")
    }
    now = cells["all", "after"]
    units = {"group": "name.tier_group", "moment": "name.tier_moment", "above": "count", "members": "count"}
    units |= {"rate": "rate", "low": "rate", "high": "rate"}
    table = frame_table("tier_penetration", frame, units, text)
    if not now["members"] or not cells["all", "before"]["members"]:
        return Finding(text("tier_penetration.say.none"), (), table, covered=False)
    sentence = text(
        "tier_penetration.say.summary",
        tier=tier,
        rate=text.rate(now["rate"]),
        above=text.count(now["above"]),
        members=text.count(now["members"]),
        before=text.rate(cells["all", "before"]["rate"]),
        change=_change(cells, "all", text),
    )
    target = params.targets.get("tier_penetration_rate")
    if target is not None:
        key = "reached" if now["rate"] >= target else "short"
        gap = text.percentage_points(float(target) - now["rate"]).lstrip("+")
        sentence += text(f"tier_penetration.say.{key}", target=text.rate(float(target)), gap=gap)
    if cells["participants", "before"]["members"] and cells["others", "before"]["members"]:
        changes = {group: _change(cells, group, text) for group in ("participants", "others")}
        sentence += text("tier_penetration.say.groups", **changes)
    shared = context.facts("tier_penetration", "member_tiers")
    entries = (
        rate_entry("tier_penetration_rate", now, "above", "members", **shared),
        rate_entry("tier_penetration_rate_before", cells["all", "before"], "above", "members", **shared),
    )
    return Finding(sentence, entries, table)


def _change(cells: Mapping[tuple[str, str], Mapping[str, Any]], group: str, text: Text) -> str:
    change = cells[group, "after"]["rate"] - cells[group, "before"]["rate"]
    return text.percentage_points(round(change, 3) + 0.0)  # no sign before a change that rounds to nothing
