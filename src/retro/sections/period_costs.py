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
    judged = [row for row in rows if row["place"] is not None]
    outside = [row for row in judged if row["place"] != "within"]
    counts = {"within": len(judged) - len(outside), "all": len(judged)}
    none = "_none" if judged and len(outside) == len(judged) else ""
    sentence = text(f"period_costs.say.summary{none}", cost=total, gmv=gmv, share=share, **counts)
    sentence += "".join(text(f"period_costs.say.{row['place']}", row, band=_band(row, text)) for row in outside)
    sentence += text("period_costs.say.booked_only") if any(row["place"] == "below" for row in outside) else ""
    figure = entry("period_cost_rate", None if share is None else number(share), numerator=total, denominator=gmv)
    shown = frame.assign(band=[_band(row, text) for row in rows])
    units = {"group": "name.band", "amount": "money", "share": "rate.2", "band": "name.", "place": "name.band"}
    return Finding(sentence, (figure,), frame_table("period_costs", shown, units, text, folded=False))


def _band(row: Mapping[str, Any], text: Text) -> str:
    return "" if pd.isna(row["low"]) else f"{text.rate(row['low'], 0)} – {text.rate(row['high'], 0)}"


section = Section("period_costs", say, level=2)
