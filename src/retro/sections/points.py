"""Where the points of a programme went: the ledger, the leaderboard, redemptions, and what is still owed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.blocks import Cell, Column, Table
from retro.i18n import Text
from retro.ledger import Entry
from retro.metrics.points_balance import LINES
from retro.sections.finding import Context, Exhibit, Finding, frame_table, number, records


def points_balance(frame: pd.DataFrame, context: Context) -> Finding:
    """Whether the ledger ties out to the point, and what became of the points.

    Args:
        frame: The frame of `metrics.points_balance`.
        context: Params and texts.
    """
    text, rows = context.text, {row["period"]: row for row in records(frame)}
    during, after = rows["during"], rows["after"]
    off = sum(abs(row["difference"]) for row in rows.values())
    sentence = text(
        "points_balance.say.tied" if not off else "points_balance.say.off",
        off=text.exact(off, 0),
        outstanding=text.exact(after["outstanding"], 0),
    )
    sentence += text(
        "points_balance.say.contest",
        issued=text.exact(during["issued"], 0),
        redeemed=text.exact(during["redeemed"], 0),
    )
    clawed_back = during["clawed_back"] + after["clawed_back"]
    if clawed_back:
        sentence += text("points_balance.say.clawed_back", points=text.exact(clawed_back, 0))
    shared = context.facts("points_balance", "points_ledger")
    names = {line: during[line] for line in ("issued", "redeemed")} | {"clawed_back": clawed_back}
    names |= {"outstanding": after["outstanding"], "difference": off}
    entries = [
        Entry(name=f"points_{name}", value=number(value), unit="points", **shared) for name, value in names.items()
    ]
    if during["issued"] and frame["redeemed"].any():
        entries.append(
            Entry(
                name="points_redemption_rate",
                value=number(during["redeemed"] / during["issued"]),
                unit="rate",
                numerator=number(during["redeemed"]),
                denominator=number(during["issued"]),
                **shared,
            )
        )
    return Finding(sentence, tuple(entries), _roll_forward(frame, text))


def _roll_forward(frame: pd.DataFrame, text: Text) -> Table:
    """Lines as rows, periods as columns."""
    lines = [*LINES, "difference"]
    columns = [Column(label=text("points_balance.table.line"))]
    columns += [Column(label=text(f"points_balance.table.{period}"), numeric=True) for period in frame["period"]]
    totals = {"opening", "outstanding", "difference"}
    rows = [
        (
            Cell(text=text(f"points.{line}"), strong=line in totals),
            *(Cell(text=text.exact(value, 0), strong=line in totals) for value in frame[line]),
        )
        for line in lines
    ]
    return Table(caption=text("points_balance.table.caption"), columns=tuple(columns), rows=tuple(rows), folded=True)


def leaderboard(frame: pd.DataFrame, context: Context) -> Finding:
    """How far the last leaderboard is from the ledger, against what is tolerated.

    Args:
        frame: The frame of `metrics.leaderboard`.
        context: Params and texts; the target `leaderboard_error_rate` is what is tolerated.
    """
    text = context.text
    if frame.empty:
        return Finding(text("leaderboard.say.none"), (), None, covered=False)
    shown = frame.assign(at=[text.moment(at) for at in frame["snapshot_at"]])
    units = {"at": "name.", "members": "count", "shown": "exact", "booked": "exact", "mismatched": "count"}
    units |= {"off": "exact", "error_rate": "rate"}
    last, target = records(frame)[-1], context.params.targets.get("leaderboard_error_rate")
    state = "right" if not last["off"] else "wrong"
    sentence = text(
        f"leaderboard.say.{state}",
        members=text.count(last["members"]),
        mismatched=text.count(last["mismatched"]),
        off=text.exact(last["off"], 0),
        booked=text.exact(last["booked"], 0),
        rate=text.value(last["error_rate"], "rate"),
    )
    if target is not None and state == "wrong":
        key = "within" if last["error_rate"] < target else "beyond"
        sentence += text(f"leaderboard.say.{key}", target=text.rate(float(target), 2))
    entry = Entry(
        name="leaderboard_error_rate",
        value=number(last["error_rate"]),
        unit="rate",
        numerator=number(last["off"]),
        denominator=number(last["booked"]),
        **context.facts("leaderboard", "leaderboard", "points_ledger"),
    )
    return Finding(sentence, (entry,), frame_table("leaderboard", shown, units, text))


def redemptions(frame: pd.DataFrame, daily: pd.DataFrame, rewards: pd.DataFrame, context: Context) -> Finding:
    """When points were redeemed, and for what.

    Args:
        frame: The frame of `metrics.weekday_hours` over redemptions.
        daily: The frame of `metrics.daily_redemptions`.
        rewards: The frame of `metrics.rewards`.
        context: Params and texts.
    """
    text, total = context.text, int(daily["points"].sum())
    if not total:
        return Finding(text("redemptions.say.none"), (), None, covered=False)
    by_weekday = daily.groupby("weekday")["points"].sum().to_dict()
    top = max(by_weekday, key=lambda weekday: by_weekday[weekday])
    peak = max(records(frame), key=lambda hour: hour["events"])
    sentence = text(
        "redemptions.say.summary",
        points=text.exact(total, 0),
        redemptions=text.count(int(daily["redemptions"].sum())),
        weekday=text(f"chart.weekday.{top}"),
        share=text.rate(by_weekday[top] / total),
        top_points=text.exact(int(by_weekday[top]), 0),
        times=int((daily["weekday"] == top).sum()),
        peak_weekday=text(f"chart.weekday.{peak['weekday']}"),
        hour=peak["hour"],
        peak=text.count(peak["events"]),
    )
    shared = context.facts("redemptions", "points_ledger")
    entries = (
        Entry(name="redemptions", value=number(int(daily["redemptions"].sum())), unit="events", **shared),
        Entry(
            name="top_weekday_points_share",
            value=number(by_weekday[top] / total),
            unit="rate",
            numerator=number(int(by_weekday[top])),
            denominator=number(total),
            **shared,
        ),
    )
    units = {"reward": "name.reward", "redemptions": "count", "points": "exact", "share": "rate"}
    exhibits = (Exhibit(table=frame_table("redemptions.rewards", rewards, units, text)),) if len(rewards) else ()
    day_units = {"on": "day", "redemptions": "count", "points": "exact", "share": "rate"}
    return Finding(sentence, entries, frame_table("redemptions", daily, day_units, text), exhibits=exhibits)


def concentration(_: pd.DataFrame, spread: pd.DataFrame, hoarded: pd.DataFrame, context: Context) -> Finding:
    """How unevenly points were consumed, and who keeps theirs.

    Args:
        spread: The one row of `metrics.concentration`; the curve of `metrics.lorenz`, which comes first, is drawn.
        hoarded: The one row of `metrics.hoarders`.
        context: Params and texts.
    """
    text, (row,), (kept,) = context.text, records(spread), records(hoarded)
    if pd.isna(row["top_rate"]):
        return Finding(text("concentration.say.none"), (), None, covered=False)
    top = text.rate(row["top_share"], 0)
    sentence = text(
        "concentration.say.summary",
        people=text.count(row["people"]),
        points=text.exact(row["total"], 0),
        top=top,
        held=text.rate(row["top_rate"]),
        gini=text.exact(row["gini"], 2),
    )
    if kept["participants"]:
        most = kept["hoarded"] * 2 > kept["points"]
        sentence += text(
            f"concentration.say.{'hoarders' if most else 'hoarders_few'}",
            hoarders=text.count(kept["hoarders"]),
            participants=text.count(kept["participants"]),
            share=text.rate(kept["hoarders"] / kept["participants"]),
            hoarded=text.exact(kept["hoarded"], 0),
            points=text.exact(kept["points"], 0),
        )
    entries = _concentration_entries(row, kept, context)
    shown = pd.DataFrame([row | kept])
    units = {"people": "count", "total": "exact", "top_rate": "rate", "gini": "ratio", "participants": "count"}
    units |= {"hoarders": "count", "hoarded": "exact"}
    return Finding(sentence, entries, frame_table("concentration", shown, units, text))


def _concentration_entries(row: Mapping[str, Any], kept: Mapping[str, Any], context: Context) -> tuple[Entry, ...]:
    shared = context.facts("concentration", "points_ledger")
    entries = [
        Entry(
            name="top_fifth_points_share",
            value=number(row["top_rate"]),
            unit="rate",
            denominator=number(row["total"]),
            **shared,
        ),
        Entry(name="points_gini", value=number(row["gini"]), unit="ratio", **shared),
    ]
    if kept["participants"]:
        entries.append(
            Entry(
                name="hoarder_rate",
                value=number(kept["hoarders"] / kept["participants"]),
                unit="rate",
                numerator=number(kept["hoarders"]),
                denominator=number(kept["participants"]),
                **shared,
            )
        )
    return tuple(entries)


def points_liability(frame: pd.DataFrame, context: Context) -> Finding:
    """What the points that are still out may cost, with breakage and without.

    Args:
        frame: The one row of `metrics.points_liability`.
        context: Params and texts.
    """
    text, (row,) = context.text, records(frame)
    units = {"outstanding": "exact", "redeemed": "exact", "expired": "exact", "breakage_rate": "rate"}
    units |= {"most": "money", "liability": "money"}
    table = frame_table("points_liability", frame, units, text)
    shared = context.facts("points_liability", "points_ledger")
    entries = (
        Entry(
            name="points_breakage_rate",
            value=number(row["breakage_rate"]),
            unit="rate",
            numerator=number(row["expired"]),
            denominator=number(row["redeemed"] + row["expired"]),
            **shared,
        ),
        Entry(
            name="points_liability",
            value=number(row["liability"]),
            unit="money",
            low=None,
            high=number(row["most"]),
            method="high: no breakage",
            **shared,
        ),
    )
    facts: dict[str, Any] = {"outstanding": text.exact(row["outstanding"], 0)}
    if row["most"] is None:
        return Finding(text("points_liability.say.no_cost", **facts), entries[:1], table)
    facts["most"] = text.money(row["most"])
    if row["liability"] is None:
        return Finding(text("points_liability.say.no_breakage", **facts), (), table)
    facts |= {
        "liability": text.money(row["liability"]),
        "breakage": text.rate(row["breakage_rate"]),
        "expired": text.exact(row["expired"], 0),
        "known": text.exact(row["redeemed"] + row["expired"], 0),
    }
    return Finding(text("points_liability.say.summary", **facts), entries, table)
