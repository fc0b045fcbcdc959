"""What a points contest did to people: whom it woke, who cheated, and who bought because of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.blocks import Cell, Column, Table
from retro.i18n import Text
from retro.ledger import Entry
from retro.sections.finding import Context, Finding, cohort_row, frame_table, number, rate_entry, records
from retro.sections.privacy import few, people


def woken_members(frame: pd.DataFrame, lift: pd.DataFrame, context: Context) -> Finding:
    """How many silent members came back, how many would have anyway, and how many stayed.

    Args:
        frame: The frame of `metrics.woken_members`.
        lift: The frame of `metrics.woken_lift`, empty where nobody was held out.
        context: Params and texts.
    """
    text = context.text
    if frame.empty:
        return Finding(text("woken_members.say.unknown"), (), None, covered=False)
    invited = cohort_row(frame, group="invited", stars=0)
    if not invited["members"]:
        return Finding(text("woken_members.say.nobody"), (), None, covered=False)
    facts = {
        "woken": people(invited["woken"], text),
        "members": text.count(invited["members"]),
        "rate": text.rate(invited["rate"]),
        "interval": text.interval(invited["low"], invited["high"], "rate"),
    }
    sentence = text("woken_members.say.summary", **facts)
    if len(lift):
        (row,), held_out = records(lift), cohort_row(frame, group="held_out", stars=0)
        key = "clear" if row["low"] > 0 else "unclear"
        sentence += text(
            f"woken_members.say.{key}",
            held_out=text.rate(held_out["rate"]),
            count=text.count(held_out["members"]),
            difference=text.percentage_points(row["difference"], 2),
            extra=text.count(round(row["extra"])),
        )
    days = context.asked("active_days")
    if pd.isna(invited["active"]):
        sentence += text("woken_members.say.not_yet", days=days)
    elif not few(invited["active"]) and invited["woken"]:
        sentence += text(
            "woken_members.say.stayed",
            days=days,
            active=text.count(invited["active"]),
            woken=facts["woken"],
            share=text.rate(invited["active_rate"]),
        )
    return Finding(sentence, _woken_entries(invited, lift, context), _woken_table(frame, text))


def _woken_entries(invited: Mapping[str, Any], lift: pd.DataFrame, context: Context) -> tuple[Entry, ...]:
    shared = context.facts("woken_members", "users", "orders", "events", "exposures")
    entries = [
        rate_entry("woken_rate", invited, "woken", "members", **shared),
        Entry(name="woken_members", value=number(invited["woken"]), unit="users", **shared),
        Entry(
            name="woken_still_active_rate",
            value=number(invited["active_rate"]),
            unit="rate",
            numerator=number(invited["active"]),
            denominator=number(invited["woken"]),
            **shared,
        ),
    ]
    for row in records(lift):
        ends = {end: number(row[end] * invited["members"]) for end in ("low", "high")}
        extra = number(row["extra"])
        entries.append(Entry(name="woken_extra", value=extra, unit="users", method="Newcombe", **ends, **shared))
    return tuple(entries)


def _woken_table(frame: pd.DataFrame, text: Text) -> Table:
    """All invited, those held out, and the invited by stars; a few people are not counted out."""
    names = ("group", "members", "woken", "rate", "buyers", "active")
    columns = tuple(Column(label=text(f"woken_members.table.{name}"), numeric=name != "group") for name in names)
    rows = []
    for row in sorted(records(frame), key=lambda row: (row["stars"] > 0, row["group"] != "invited", row["stars"])):
        if not row["members"] or (row["stars"] and row["group"] != "invited"):
            continue
        named = text.label("invitation", row["group"])
        label = text("woken_members.table.stars", group=named, stars="★" * row["stars"]) if row["stars"] else named
        active = "" if pd.isna(row["active"]) else people(int(row["active"]), text)
        rate = "" if few(row["woken"]) else text.rate(row["rate"])
        cells = (label, people(row["members"], text), people(row["woken"], text), rate)
        rows.append(tuple(Cell(text=cell) for cell in (*cells, people(row["buyers"], text), active)))
    caption = text("woken_members.table.caption")
    return Table(caption=caption, columns=columns, rows=tuple(rows), folded=True)


def abuse(frame: pd.DataFrame, context: Context) -> Finding:
    """How many participants the rules flag, how many of them the shop took points back from, and what was missed.

    Args:
        frame: The frame of `metrics.abuse`.
        context: Params and texts.
    """
    text, found = context.text, cohort_row(frame, rule="any")
    if not context.asked("abuse").acts:
        return Finding(text("abuse.say.no_acts"), (), None, covered=False)
    table = _abuse_table(frame, text)
    if not found["participants"]:
        return Finding(text("abuse.say.nobody"), (), None, covered=False)
    facts = {
        "flagged": people(found["flagged"], text),
        "participants": text.count(found["participants"]),
        "share": text.value(found["flagged"] / found["participants"], "rate"),
        "clawed_back": people(found["clawed_back"], text),
    }
    if not found["flagged"]:
        sentence = text("abuse.say.none", **facts)
    else:
        sentence = text("abuse.say.summary", **facts)
        kept, missed = found["flagged"] - found["confirmed"], found["clawed_back"] - found["confirmed"]
        if found["clawed_back"]:
            rates = {name: text.rate(found[name]) for name in ("precision", "recall")}
            sentence += text("abuse.say.against", **facts, **rates, missed=people(missed, text))
        if kept:
            points = text.exact(found["points_kept"], 0)
            sentence += text("abuse.say.kept", kept=people(kept, text), points=points)
    return Finding(sentence, _abuse_entries(found, context), table)


def _abuse_entries(found: Mapping[str, Any], context: Context) -> tuple[Entry, ...]:
    shared = context.facts("abuse", "events", "points_ledger")
    entries = [
        Entry(
            name="abuser_rate",
            value=number(found["flagged"] / found["participants"]),
            unit="rate",
            numerator=number(found["flagged"]),
            denominator=number(found["participants"]),
            **shared,
        )
    ]
    for name, whole in (("precision", "flagged"), ("recall", "clawed_back")):
        value = number(found[name])
        counts = {"numerator": number(found["confirmed"]), "denominator": number(found[whole])}
        entries.append(Entry(name=f"abuse_{name}", value=value, unit="rate", **counts, **shared))
    return tuple(entries)


def _abuse_table(frame: pd.DataFrame, text: Text) -> Table:
    names = ("rule", "flagged", "confirmed", "precision", "recall")
    columns = tuple(Column(label=text(f"abuse.table.{name}"), numeric=name != "rule") for name in names)
    rows = tuple(
        (
            Cell(text=text(f"abuse.{row['rule']}"), strong=row["rule"] == "any"),
            Cell(text=people(row["flagged"], text)),
            Cell(text=people(row["confirmed"], text)),
            *(Cell(text="" if few(row["confirmed"]) else text.value(row[name], "rate")) for name in names[3:]),
        )
        for row in records(frame)
    )
    return Table(caption=text("abuse.table.caption"), columns=columns, rows=rows, folded=False)


def redeem_to_purchase(frame: pd.DataFrame, context: Context) -> Finding:
    """Whether redeeming leads to buying, beyond what alike participants buy anyway.

    Args:
        frame: The frame of `metrics.redeem_to_purchase`.
        context: Params and texts; `purchase_days` names the window.
    """
    days = context.asked("purchase_days")
    tables = ("users", "orders", "points_ledger", "events")
    return _sides(frame, context, "redeem_to_purchase", days, "redeemer_purchase_rate", tables)


def participant_repurchase(frame: pd.DataFrame, context: Context) -> Finding:
    """Whether participants buy again more than members like them who did not take part.

    Args:
        frame: The frame of `metrics.participant_repurchase`.
        context: Params and texts; `repurchase_days` names the window.
    """
    days = context.asked("repurchase_days")
    tables = ("users", "orders", "events")
    return _sides(frame, context, "participant_repurchase", days, "participant_repurchase_rate", tables)


def _sides(
    frame: pd.DataFrame, context: Context, section: str, days: int, name: str, tables: tuple[str, ...]
) -> Finding:
    text = context.text
    treated, alike, others, gap = (cohort_row(frame, side=side) for side in frame["side"])
    if not treated["people"]:
        return Finding(text(f"{section}.say.nobody", days=days), (), None, covered=False)
    sentence = text(
        f"{section}.say.summary",
        days=days,
        rate=text.rate(treated["rate"]),
        buyers=text.count(treated["buyers"]),
        people=text.count(treated["people"]),
    )
    if others["people"]:
        rate, count = text.rate(others["rate"]), text.count(others["people"])
        sentence += text(f"{section}.say.others", rate=rate, people=count)
    if gap["people"]:
        state = "clear" if gap["low"] > 0 else "less" if gap["high"] < 0 else "unclear"
        sentence += text(
            f"{section}.say.{state}",
            alike=text.rate(alike["rate"]),
            matched=text.count(gap["people"]),
            difference=_points(gap["rate"], state, text),
            low=text.percentage_points(gap["low"]),
            high=text.percentage_points(gap["high"]),
        )
    shared = context.facts(section, *tables)
    entries = [rate_entry(name, treated, "buyers", "people", **shared)]
    if gap["people"]:
        ends = {end: number(gap[end]) for end in ("low", "high")}
        method = "coarsened exact matching"
        value = number(gap["rate"])
        entries.append(Entry(name=f"{section}_gap", value=value, unit="rate", method=method, **ends, **shared))
    shown = frame.assign(side=[text(f"side.{section}.{side}") for side in frame["side"]])
    units = {"side": "name.", "people": "count", "buyers": "count", "rate": "rate", "low": "rate", "high": "rate"}
    return Finding(sentence, tuple(entries), frame_table(section, shown, units, text))


def _points(difference: float, state: str, text: Text) -> str:
    """A difference in percentage points; its size alone where the sentence says which way it goes."""
    return text.percentage_points(difference) if state == "unclear" else text.percentage_points(abs(difference))[1:]
