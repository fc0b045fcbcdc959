"""What a campaign's cost is of what it sold, beside the plan's bands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.campaigns.roi import CostBand
from retro.i18n import Text
from retro.ledger import Entry
from retro.sections.finding import Context, Finding, frame_table, number, records


def cost_shares(frame: pd.DataFrame, context: Context) -> Finding:
    """Which groups of costs lie within the plan; nothing where the params hold no plan.

    Args:
        frame: The frame of `metrics.cost_shares`.
        context: Params and texts.
    """
    text, bands = context.text, context.params.roi.cost_bands
    if not bands:
        return Finding("")
    rows = records(frame)
    if not rows or pd.isna(rows[-1]["share"]):
        return Finding(text("cost_shares.say.none"))
    states = [_state(row, bands) for row in rows]
    shown = frame.assign(
        group=[text("phase.total") if row["group"] == "total" else text.label("band", row["group"]) for row in rows],
        band=[_band(row["group"], bands, text) for row in rows],
        state=[text(f"band.{state}") if state else "" for state in states],
    )
    units = {"group": "name.", "cost": "money", "share": "rate", "band": "name.", "state": "name."}
    outside = [_part(row, bands, text) for row, state in zip(rows, states, strict=True) if state in {"above", "below"}]
    total = rows[-1]
    sentence = text(
        f"cost_shares.say.{'outside' if outside else 'inside'}",
        share=text.rate(total["share"]),
        cost=text.money(total["cost"]),
        gmv=text.money(total["gmv"]),
        outside=text.join(outside),
    )
    entry = Entry(
        name="cost_share_rate",
        value=number(total["share"]),
        unit="rate",
        numerator=total["cost"],
        denominator=total["gmv"],
        **context.facts("cost_shares", "campaign_costs", "orders"),
    )
    return Finding(sentence, (entry,), frame_table("cost_shares", shown, units, text, folded=False))


def _part(row: Mapping[str, Any], bands: Mapping[str, CostBand], text: Text) -> str:
    return text(
        "cost_shares.say.part",
        group=text.label("band", row["group"]),
        share=text.rate(row["share"]),
        band=_band(row["group"], bands, text),
    )


def _state(row: Mapping[str, Any], bands: Mapping[str, CostBand]) -> str:
    band = bands.get(row["group"])
    if band is None:
        return ""
    if row["cost"] < band.low * row["gmv"]:  # exact, unlike the share
        return "below"
    return "above" if row["cost"] > band.high * row["gmv"] else "within"


def _band(group: str, bands: Mapping[str, CostBand], text: Text) -> str:
    if group not in bands:
        return ""
    return f"{text.rate(float(bands[group].low), 0)} – {text.rate(float(bands[group].high), 0)}"
