"""Live items: from the explanation of a product to its orders."""

import pandas as pd

from retro.privacy import Sum, hidden
from retro.sections.section import Context, Finding, Section, frame_table, records

_TOLD = 20


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """How soon after the explanation orders come, and whether the goods sell more in the week after."""
    text = context.text
    if frame.empty:
        return Finding(text("live_items.say.none"), covered=False)
    whole = records(frame)[-1]
    sentence = text("live_items.say.explained", whole, products=len(frame) - 1)
    if hidden(whole["orders"]) or pd.isna(whole["soon_rate"]):
        sentence += text("live_items.say.few")
    else:
        sentence += text("live_items.say.soon", whole)
    if not any(hidden(whole[week]) or pd.isna(whole[week]) for week in ("before", "after")):
        sentence += text("live_items.say.weeks", whole)
    entries = (
        context.entry("live_explain_minutes", whole, "median_minutes"),
        context.entry("live_soon_rate", whole, "soon_rate", of=("soon", "orders")),
        context.entry("live_after_orders", whole, "after"),
    )
    shown = frame.iloc[:-1].head(_TOLD)
    columns = ("product_id.", "shows", "orders", "soon", "median_minutes", "before", "after")
    return Finding(sentence, entries, frame_table("live_items", shown, columns, text))


def _whole(frame: pd.DataFrame) -> "pd.Series[bool]":
    return frame["product_id"].isna()


def _together(frame: pd.DataFrame) -> "pd.Series[bool]":
    return frame["shows"].notna()


section = Section(
    "live_items",
    say,
    level=2,
    people={
        "orders": ("soon", "soon_rate", "median_minutes"),
        "soon": ("soon_rate", "median_minutes"),
        "before": (),
        "after": (),
    },
    totals=[Sum(name, _together, whole=_whole) for name in ("orders", "before", "after")],
    grain={"orders": "minute"},
)
