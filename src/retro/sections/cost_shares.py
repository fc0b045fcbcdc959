"""Cost shares: cost by group over GMV, beside the plan's bands."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.campaigns.roi import CostBand
from retro.i18n import Text
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Which groups of costs lie within the plan; nothing where the params hold no plan."""
    text, bands = context.text, context.params.roi.cost_bands
    if not bands:
        return Finding("")
    rows = [{**row, "band": _words(bands.get(row["group"]), text)} for row in records(frame)]
    if not rows or pd.isna(rows[-1]["share"]):
        return Finding(text("cost_shares.say.none"))
    states, total = [_state(row, bands.get(row["group"])) for row in rows], rows[-1]
    whole = total["everyday"] is not None
    sentence = text("cost_shares.say.share", total) + (text("cost_shares.say.with_everyday", total) if whole else "")
    for side in ("above", "below"):
        parts = [
            text("cost_shares.say.part", row, whole_share=row["whole_share" if whole else "share"])
            for row, state in zip(rows, states, strict=True)
            if state == side
        ]
        sentence += text(f"cost_shares.say.{side}", parts=parts) if parts else ""
    if not whole:
        sentence += text("cost_shares.say.campaign_only")
    elif not {"above", "below"} & set(states):
        sentence += text("cost_shares.say.inside")
    shown = pd.DataFrame(rows).assign(
        group=[*(text.label("band", row["group"]) for row in rows[:-1]), text("phase.total")],
        state=[text(f"band.{state}") if state else "" for state in states],
    )
    entry = context.entry("cost_share_rate", total, "share", of=("cost", "gmv"))
    columns = ("group.", "cost", "share", *(("everyday", "whole_share") if whole else ()), "band.figure", "state.")
    table = frame_table("cost_shares", shown, columns, text, folded=False)
    return Finding(sentence, (entry,), table)


def _state(row: Mapping[str, Any], band: CostBand | None) -> str:
    """Whether a cost lies `below`, `within` or `above` its band; exact, unlike the share.

    Campaign cost alone can only be above it, since a plan holds everyday marketing too.
    """
    if band is None:
        return ""
    cost = row["cost"] + (row["everyday"] or 0)
    if cost > band.high * row["gmv"]:
        return "above"
    if row["everyday"] is None:
        return ""
    return "below" if cost < band.low * row["gmv"] else "within"


def _words(band: CostBand | None, text: Text) -> str:
    return "" if band is None else f"{text.rate(float(band.low), 0)} – {text.rate(float(band.high), 0)}"


section = Section("cost_shares", say)
