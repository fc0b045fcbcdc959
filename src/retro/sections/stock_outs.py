"""Stock-outs: sales lost after items ran out."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from retro.blocks import Table
from retro.charts import BAND, MUTED, Bar, Chart, Span, drawn, row_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.sections.section import Context, Finding, Section, frame_table, number, records

_MOST_ITEMS = 20
_MOST_NAMED = 3
_HOUR = 60
_METHOD = "pace until sold out over the share of orders placed by then, 2,000 draws"


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """What would have been sold of items that ran out, with its interval, and which lost most."""
    text = context.text
    if frame.empty:
        return Finding(text("stock_outs.say.none"))
    *out, total = records(frame)
    known = [row for row in out if not pd.isna(row["lost_units"])]
    if not known:
        return Finding(text("stock_outs.say.unknown", out=len(out)), (), _table(frame, text))
    early = sum(row["lasted_minutes"] < _HOUR for row in out)
    sentence = text("stock_outs.say.summary", total, out=len(out), early=early)
    shows = text("stock_outs.say.most", total, name=known[0]["name"], most=known[0]["lost_units"])
    worth, entries = _worth(known, total, text), _entries(out, total, context)
    return Finding(sentence + worth, entries, _table(frame, text), shows=shows)


def _worth(known: Sequence[Mapping[str, Any]], total: Mapping[str, Any], text: Text) -> str:
    """Whether the pieces would have left anything, and which items to stock: none that loses on each piece."""
    if pd.isna(total["lost_contribution"]):
        return text("stock_outs.say.no_cost", items=[text("stock_outs.say.item", row) for row in known[:_MOST_NAMED]])
    by_worth = sorted(known, key=lambda row: -row["lost_contribution"])
    paying = [text("stock_outs.say.paying", row) for row in by_worth if row["lost_contribution"] > 0]
    losing = sum(row["lost_contribution"] <= 0 for row in known)
    state = "left" if total["lost_contribution"] > 0 else "spared"
    said = text(f"stock_outs.say.{state}", total, size=abs(total["lost_contribution"]))
    said += text("stock_outs.say.stock", items=paying[:_MOST_NAMED]) if paying else ""
    return said + (text("stock_outs.say.losing", losing=losing) if losing else "")


def _table(frame: pd.DataFrame, text: Text) -> Table:
    most = pd.concat([frame.head(min(_MOST_ITEMS, len(frame) - 1)), frame.tail(1)], ignore_index=True)
    names = [name or text("name.all_items") for name in most["name"]]
    spread = [text.interval(number(row["lost_low"]), number(row["lost_high"]), "count") for row in records(most)]
    shown = (
        "name.",
        "sold_out_at",
        "lasted_minutes",
        "units",
        "lost_units",
        "interval.figure",
        "lost_gmv",
        "lost_contribution",
    )
    return frame_table("stock_outs", most.assign(name=names, interval=spread), shown, text)


def _entries(out: Sequence[Mapping[str, Any]], total: Mapping[str, Any], context: Context) -> tuple[Entry, ...]:
    """The total loss, and the item that lost most, for reports made from this one."""
    low, high = number(total["lost_low"]), number(total["lost_high"])
    about = {"figure": "gmv", "dimension": "item", "segment": str(out[0]["name"])}
    spared = not pd.isna(total["lost_contribution"]) and total["lost_contribution"] < 0
    about |= {"factor": "stock_out_at_a_loss" if spared else "stock_out", "units": str(len(out))}
    return (
        context.entry("lost_units", total, method=_METHOD, low=low, high=high),
        context.entry("lost_gmv", total, method=_METHOD, about=about),
        context.entry("lost_contribution", total, method=_METHOD),
    )


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Pieces sold and, hatched, pieces lost with their interval, of the items that lost most."""
    seen = drawn(frame[frame["name"] != ""], "stock_outs", "lost_units").head(10)
    shown = seen.assign(least=seen["units"] + seen["lost_low"], most=seen["units"] + seen["lost_high"])
    lost = Bar("lost_units", BAND, name="lost", stacked=True, look=_HATCHED)
    return row_chart(shown, text, "stock_outs.chart", Bar("units", name="sold"), lost, Span("least", "most"))


_HATCHED = {"hatch": "////", "edgecolor": MUTED, "linewidth": 0}


section = Section("stock_outs", say, draw, level=2, grain={"orders": "hour"})
