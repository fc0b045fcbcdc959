"""Basket: pieces per order, and their part in the order value."""

import pandas as pd

from retro.privacy import hidden
from retro.sections.compared import comparison
from retro.sections.section import Context, Finding, Section, frame_table, records

_COLUMNS = ("cohort.basket", "orders", "units", "units_per_order", "low", "high", "unit_price", "order_value")


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Pieces per order beside the baseline, and what that does to the order value."""
    text, rows = context.text, {row["cohort"]: row for row in records(frame)}
    campaign, baseline = rows["campaign"], rows["baseline"]
    table = frame_table("basket", frame, _COLUMNS, text, folded=False)
    if hidden(campaign["orders"]):
        return Finding(text("privacy.few"), (), table)
    if not campaign["orders"]:
        return Finding(text("basket.say.none"), (), table)
    side = (
        comparison(campaign, baseline, column="units_per_order")
        if baseline["orders"] and not hidden(baseline["orders"])
        else "alone"
    )
    before = {
        "baseline": baseline["units_per_order"],
        "baseline_price": baseline["unit_price"],
        "baseline_value": baseline["order_value"],
    }
    entry = context.entry("units_per_order", campaign, of=("units", "orders"), method="Student's t")
    return Finding(text(f"basket.say.{side}", campaign, **before), (entry,), table)


_TOLD = ("lines", "units", "units_per_order", "low", "high", "gmv", "unit_price", "order_value")

section = Section("basket", say, level=2, people={"orders": _TOLD})
