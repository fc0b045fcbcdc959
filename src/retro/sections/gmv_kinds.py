"""Kinds of GMV: from ordered to net, to the cent."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from retro.charts import Chart, checked, waterfall
from retro.i18n import Text
from retro.ledger import Entry
from retro.privacy import hidden
from retro.sections.section import Context, Finding, Section, frame_table, records

_RECORDED = {"ordered": "ordered_gmv", "paid": "paid_gmv", "signed": "signed_gmv", "valid": "gmv", "net": "net_gmv"}
"""The figure of each step; `gmv` is that of the sections by the hour too, which a shop that knows days goes without."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """What is left of what was ordered, what took most of it, and whether the books agree.

    Without amounts orders are told by what became of them. `frame` is the frame of `metrics.gmv_kinds`; its attribute
    `refund_gap` is what the books differ by.
    """
    text, rows = context.text, {row["step"]: row for row in records(frame)}
    few = bool(frame["orders"].map(hidden).any())  # the others would tell how many, since steps add up
    if not frame["amount"].notna().any():
        return _counted(frame, rows, context, few=few)
    columns = ("step.gmv", "amount") if few else ("step.gmv", "orders", "amount")
    table = frame_table("gmv_kinds", frame, columns, text)
    ordered, net = rows["ordered"]["amount"], rows["net"]["amount"]
    if not ordered:
        key = "worthless" if rows["ordered"]["orders"] else "none"
        return Finding(text(f"gmv_kinds.say.{key}", rows["ordered"]), _orders(rows, context), table)
    changes = sorted((row for row in rows.values() if row["role"] == "change"), key=lambda row: row["amount"])
    sentence = text("gmv_kinds.say.summary", ordered=ordered, net=net, rate=net / ordered)
    if changes:
        sentence += text("gmv_kinds.say.largest", changes[0], amount=-changes[0]["amount"])
    if "reversals" in rows:
        sentence += text("gmv_kinds.say.reversals", rows["reversals"], amount=-rows["reversals"]["amount"])
    if "without_user" in rows:
        key = "all_without_user" if rows["without_user"]["orders"] == rows["valid"]["orders"] else "without_user"
        sentence += text(f"gmv_kinds.say.{key}", rows["without_user"])
    gap = frame.attrs.get("refund_gap")
    sentence += text(f"gmv_kinds.say.{'no_refunds' if gap is None else 'gap' if gap else 'tied'}", gap=gap)
    sentence += text("gmv_kinds.say.signed", rows["signed"]) if "signed" in rows else text("gmv_kinds.say.unsigned")
    entries = (context.entry(name, rows[step], "amount") for step, name in _RECORDED.items() if step in rows)
    return Finding(sentence, (*entries, *_orders(rows, context)), table)


def _orders(rows: Mapping[str, Mapping[str, Any]], context: Context) -> tuple[Entry, ...]:
    """How many orders are valid; nothing where they are of a few people."""
    valid = rows["valid"]
    return () if hidden(valid["orders"]) else (context.entry("orders", valid),)


def _counted(frame: pd.DataFrame, rows: dict[str, dict[str, Any]], context: Context, *, few: bool) -> Finding:
    """What became of orders whose amounts nobody knows."""
    text = context.text
    if few:
        return Finding(text("privacy.few"))
    ordered, valid = rows["ordered"]["orders"], rows["valid"]["orders"]
    if not ordered:
        return Finding(text("gmv_kinds.say.none"), _orders(rows, context))
    sentence = text("gmv_kinds.say.orders", ordered=ordered, valid=valid, rate=valid / ordered)
    worst = max((row for row in rows.values() if row["role"] == "change"), key=lambda row: row["orders"], default=None)
    if worst is not None:
        sentence += text("gmv_kinds.say.most", worst)
    table = frame_table("gmv_kinds", frame, ("step.gmv", "orders"), text)
    return Finding(sentence, _orders(rows, context), table)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Steps from everything that was ordered to what is left: amounts, or orders where they have none."""
    frame = checked(frame, "gmv_kinds", ("step", "role", "orders", "amount"))
    ladder = frame[frame["role"] != "aside"]
    valued = ladder["amount"].notna().any()
    signed = ladder["amount"] if valued else ladder["orders"].where(ladder["role"] == "total", -ladder["orders"])
    steps = pd.DataFrame(
        {
            "label": [text(f"gmv.{step}") for step in ladder["step"]],
            "amount": signed.to_list(),
            "kind": ladder["role"].to_list(),
        }
    )
    name, unit = ("value", "money") if valued else ("orders", "count")
    return waterfall(steps, text, text(f"gmv_kinds.chart.{name}", currency=text.currency_name), unit)


section = Section("gmv_kinds", say, draw, level=2, people={"orders": ()}, links=("refunds.order_id",))
