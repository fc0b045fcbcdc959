"""Costs of a period: each group as a share of sales, beside the plan's band."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from retro.i18n import Text
from retro.ledger import entry
from retro.sections.section import Context, Finding, Section, frame_table, number, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Each group of costs as a share of sales, beside the plan's band."""
    text, rows = context.text, records(frame)
    if not rows:
        return Finding("")
    total, gmv = sum((row["amount"] for row in rows), Decimal(0)), rows[0]["gmv"]
    share = float(total / gmv) if gmv else None
    judged = [row for row in rows if not pd.isna(row["low"])]
    outside = [row for row in judged if row["place"] in {"above", "below"}]
    sentence = text("period_costs.say.summary", cost=total, gmv=gmv, share=share)
    around = [row["everyday"] for row in rows if row["everyday"] is not None]
    if around:
        counts = {"within": len(judged) - len(outside), "all": len(judged)}
        none = "_none" if judged and len(outside) == len(judged) else ""
        sentence += text(f"period_costs.say.bands{none}", counts, everyday=sum(around, Decimal(0)))
    sentence += "".join(text(f"period_costs.say.{row['place']}", row, band=_band(row, text)) for row in outside)
    sentence += text("period_costs.say.campaigns_only") if judged and not around else ""
    figure = entry("period_cost_rate", None if share is None else number(share), numerator=total, denominator=gmv)
    shown = frame.assign(band=[_band(row, text) for row in rows])
    units = {"group": "name.band", "amount": "money", "everyday": "money", "share": "rate.2"}
    units |= {"band": "name.figure", "place": "name.band"}
    if not around:
        del units["everyday"]
    return Finding(sentence, (figure,), frame_table("period_costs", shown, units, text, folded=False))


def _band(row: Mapping[str, Any], text: Text) -> str:
    return "" if pd.isna(row["low"]) else f"{text.rate(row['low'], 0)} – {text.rate(row['high'], 0)}"


section = Section("period_costs", say, level=2)
