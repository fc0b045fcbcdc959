"""Win-back: which old customers came back, and how many of them because of the campaign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.charts import Chart, dots
from retro.i18n import Text
from retro.ledger import Entry
from retro.privacy import Sum, hidden
from retro.sections.section import Context, Finding, Section, frame_table, number, records


def say(frame: pd.DataFrame, lift: pd.DataFrame, context: Context) -> Finding:
    """Who was eligible and reached, who ordered again, and how many of these the campaign brought.

    `lift` is the frame of `metrics.win_back_lift`, empty where nobody was held out.
    """
    text = context.text
    asked = {name: context.asked(name) for name in ("no_order_days", "no_visit_days")}
    if frame.empty:
        return Finding(text("win_back.say.unknown", **asked), covered=False)
    rows = {row["group"]: row for row in records(frame)}
    eligible = rows["eligible"]
    own = rows.get("treated", eligible)
    if not eligible["members"] or not own["members"]:
        return Finding(text(f"win_back.say.{'untold' if eligible['members'] else 'nobody'}", eligible), covered=False)
    seen = "" if pd.isna(eligible["came"]) else text("win_back.visits", **asked)
    sentence = text("win_back.say.eligible", eligible, **asked, visits=seen)
    if not pd.isna(own["reached"]):
        sentence += text("win_back.say.reached", own)
    entries = [
        context.entry("silent_buyers", eligible, "members"),
        context.entry("win_back_reached", own, "reached"),
        context.entry("win_back_came_rate", own, "came_rate", of=("came", "members"), method="Wilson"),
        context.entry("win_back_rate", own, "rate", of=("buyers", "members"), method="Wilson"),
        context.entry("win_back_buyers", own, "buyers"),
    ]
    if hidden(own["buyers"]) or pd.isna(own["rate"]):
        result = text("win_back.say.few", own)
    else:
        result = text(f"win_back.say.{'summary' if 'treated' in rows else 'alone'}", own)
    found = {row["what"]: row for row in records(lift)}
    brought, told = _brought(found, rows, context)
    result += brought
    if own["came"] and not hidden(own["came"]) and not pd.isna(own["came"]):
        result += text("win_back.say.came", own)
    if not own["whole"]:
        result += text("win_back.say.so_far")
    entries += told
    shown = any(one.name == "win_back_extra" for one in told) and found["buyers"]["low"] > 0
    columns = (
        "group.win_back",
        "members",
        "reached",
        "opened",
        "came",
        "came_rate",
        "buyers",
        "rate",
        "low",
        "high",
        "gmv",
    )
    held, shows = rows.get("held_out"), ""
    if held is not None and not any(hidden(one["buyers"]) or pd.isna(one["rate"]) for one in (own, held)):
        shows = text("win_back.say.compared", own, held_rate=held["rate"])
    return Finding(
        sentence + result,
        tuple(entries),
        frame_table("win_back", frame, columns, text),
        headline=(result,),
        shown=shown,
        shows=shows,
    )


def _brought(
    found: Mapping[str, dict[str, Any]], rows: Mapping[str, dict[str, Any]], context: Context
) -> tuple[str, list[Entry]]:
    """How many the campaign brought, and at what cost; nothing where that would give a few away."""
    text, held = context.text, rows.get("held_out")
    if held is None or "buyers" not in found:
        return text(f"win_back.say.{'untested' if 'treated' in rows else 'natural'}"), []
    if hidden(held["buyers"]) or hidden(rows["treated"]["buyers"]):
        return text("win_back.say.few_held_out"), []
    lift = found["buyers"]
    entries = [
        context.entry(name, row, "extra", method="Newcombe")
        for name, what in (("win_back_extra", "buyers"), ("win_back_extra_came", "came"))
        if (row := found.get(what)) is not None and not hidden(rows["treated"][what]) and not hidden(held[what])
    ]
    gain = {"difference": lift["difference"], "low": lift["low"] * 100, "high": lift["high"] * 100}
    facts = gain | {name: lift[name] for name in ("extra", "extra_low", "extra_high")}
    sentence = text(f"win_back.say.{'clear' if lift['low'] > 0 else 'unclear'}", held, **facts)
    if not pd.isna(lift["cost_per_extra"]):
        messages = lift["cost"] == rows["treated"]["cost"]
        sentence += text(f"win_back.say.{'cost_of_messages' if messages else 'cost'}", lift)
        low, high = number(lift["cost_low"]), number(lift["cost_high"])
        entries.append(
            context.entry("cost_per_win_back", lift, "cost_per_extra", method="Newcombe", low=low, high=high)
        )
    return sentence, entries


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per group: the share that ordered again, with its interval; all together where a group is too small."""
    groups = frame[frame["group"] != "eligible"]
    shown = groups if groups["rate"].notna().any() else frame
    own = [group != "held_out" for group in shown["group"]]
    labels = [text(f"win_back.{group}") for group in shown["group"]]
    return dots(shown.assign(label=labels, people=shown["members"], campaign=own), text, text("win_back.chart.value"))


def _together(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["group"].notna()


def _whole(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["group"] == "eligible"


_CAME, _ORDERED = ("came_rate", "came_low", "came_high"), ("rate", "low", "high", "gmv")

section = Section(
    "win_back",
    say,
    draw,
    links=("exposures.unit_id",),
    people={"members": (*_CAME, *_ORDERED), "reached": ("cost",), "opened": (), "came": _CAME, "buyers": _ORDERED},
    totals=[Sum(name, _together, whole=_whole) for name in ("members", "reached", "opened", "came", "buyers")],
    of_people=True,
)
