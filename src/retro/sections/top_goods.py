"""Top goods: how much the best products bring."""

import pandas as pd

from retro.charts import Bar, Chart, row_chart
from retro.i18n import Text
from retro.sections.section import Context, Finding, Section, frame_table, records

_IN_TABLE, _IN_CHART, _NAMED = 20, 10, 3


def say(frame: pd.DataFrame, summary: pd.DataFrame, context: Context) -> Finding:
    """The share of the best products and of the best fifth, and how many bring most of the sales."""
    text = context.text
    if summary.empty:
        return Finding(text("top_goods.say.none"), covered=False)
    (row,) = records(summary)
    by = "" if row["gmv"] is None else "_gmv"
    what, total = text(f"life_stages.{'gmv' if by else 'pieces'}"), text(f"top_goods.say.total{by}", row)
    sold = {
        f"{name}_sold": text(f"top_goods.say.sold{by}", units=row[f"{name}_units"], gmv=row[f"{name}_gmv"])
        for name in ("top", "fifth")
    }
    best = [text("top_goods.say.named", one) for one in records(frame.head(_NAMED))]
    sentence = text("top_goods.say.top", row, what=what, **sold) + total + text("top_goods.say.best", parts=best, **row)
    entries = (
        context.entry("top_items_rate", row, "top_rate"),
        context.entry("top_fifth_rate", row, "fifth_rate"),
        context.entry("items_for_60", row, "for_60"),
    )
    named = frame.head(_IN_TABLE).assign(label=frame["name"].head(_IN_TABLE))
    table = frame_table("top_goods", named, ("label.", "units", "gmv", "share", "running"), text)
    return Finding(sentence, entries, table)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row for each of the best products: its share of sales."""
    best = frame.head(_IN_CHART).reset_index(drop=True)
    return row_chart(best, text, "top_goods.chart", Bar("share"), facts={"count": len(best)})


section = Section("top_goods", say, draw)
