"""Kinds of GMV: from ordered to net, to the cent."""

from typing import Any

import pandas as pd

from retro.charts import Chart, checked, waterfall
from retro.i18n import Text
from retro.privacy import hidden
from retro.sections.section import Context, Finding, Section, frame_table, records

_RECORDED = ("ordered", "paid", "signed", "net")


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
        return Finding(text("gmv_kinds.say.none"), (), table)
    changes = sorted((row for row in rows.values() if row["role"] == "change"), key=lambda row: row["amount"])
    reversing = bool(changes) and changes[-1]["amount"] > 0  # what leaves the ladder was worth less than nothing
    key = "reversed" if reversing else "summary"
    sentence = text(f"gmv_kinds.say.{key}", ordered=ordered, net=net, rate=net / ordered)
    if reversing:
        sentence += text("gmv_kinds.say.negative", changes[-1], amount=-changes[-1]["amount"])
    elif changes:
        sentence += text("gmv_kinds.say.largest", changes[0], amount=-changes[0]["amount"])
    if "without_user" in rows:
        key = "all_without_user" if rows["without_user"]["orders"] == rows["valid"]["orders"] else "without_user"
        sentence += text(f"gmv_kinds.say.{key}", rows["without_user"])
    gap = frame.attrs.get("refund_gap")
    sentence += text(f"gmv_kinds.say.{'no_refunds' if gap is None else 'gap' if gap else 'tied'}", gap=gap)
    sentence += text("gmv_kinds.say.signed", rows["signed"]) if "signed" in rows else text("gmv_kinds.say.unsigned")
    entries = tuple(context.entry(f"{kind}_gmv", rows[kind], "amount") for kind in _RECORDED if kind in rows)
    return Finding(sentence, entries, table)


def _counted(frame: pd.DataFrame, rows: dict[str, dict[str, Any]], context: Context, *, few: bool) -> Finding:
    """What became of orders whose amounts nobody knows."""
    text = context.text
    if few:
        return Finding(text("privacy.few"))
    ordered, valid = rows["ordered"]["orders"], rows["valid"]["orders"]
    if not ordered:
        return Finding(text("gmv_kinds.say.none"))
    sentence = text("gmv_kinds.say.orders", ordered=ordered, valid=valid, rate=valid / ordered)
    worst = max((row for row in rows.values() if row["role"] == "change"), key=lambda row: row["orders"], default=None)
    if worst is not None:
        sentence += text("gmv_kinds.say.most", worst)
    return Finding(sentence, (), frame_table("gmv_kinds", frame, ("step.gmv", "orders"), text))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Steps from everything that was ordered to what is left."""
    frame = checked(frame, "gmv_kinds", ("step", "role", "amount"))
    ladder = frame[frame["role"] != "aside"]
    steps = pd.DataFrame(
        {
            "label": [text(f"gmv.{step}") for step in ladder["step"]],
            "amount": ladder["amount"].to_list(),
            "kind": ladder["role"].to_list(),
        }
    )
    return waterfall(steps, text, text("gmv_kinds.chart.value", currency=text.currency_name))


section = Section("gmv_kinds", say, draw, level=2, people={"orders": ()}, links=("refunds.order_id",))
