"""Scenes: what goods sold for an occasion bring, who bought of those who saw it, and how often as a set."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import Bar, Chart, row_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.privacy import hidden
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, is_known, records, way_of


def say(frame: pd.DataFrame, share: pd.DataFrame, context: Context) -> Finding:
    """The share of sales of all scenes and its change, the best scene, and its sets and visitors."""
    text, rows = context.text, records(frame)
    now, before = records(share)
    told = [row for row in rows if not hidden(row["orders"]) and row["orders"]]
    few = any(hidden(row["orders"]) for row in (now, before, *rows))
    if not told or hidden(now["orders"]) or pd.isna(now["share"]):
        return Finding(text("privacy.few" if few else "scenes.say.none"), covered=False)
    what = text(f"scenes.{'gmv' if now['gmv'] is not None else 'pieces'}")
    first = text("scenes.say.share", now, what=what)
    if hidden(before["orders"]) or pd.isna(before["share"]):
        first += text("scenes.say.end")
    else:
        way = way_of(now["change_low"], now["change_high"])
        first += text(f"scenes.say.{way}", now, before=before["share"])
    best = told[0]
    largest = text("scenes.say.best", best) if best["gmv"] is not None else text("scenes.say.best_pieces", best)
    more = largest + text("scenes.say.sets", best)
    seen = [row for row in told if is_known(row["visitors_bought"]) and is_known(row["bought_rate"])]
    if seen:
        most = max(seen, key=lambda row: row["bought_rate"])
        more += text("scenes.say.bought", most)
        least = min(seen, key=lambda row: row["bought_rate"])
        apart = most["bought_low"] > least["bought_high"]
        more += text(f"scenes.say.{'least' if apart else 'end'}", least)
    entries = [context.entry("scene_share_rate", now, "share", method="cluster")]
    entries += [one for row in told for one in _entries(row, context)]
    chart = (Exhibit(draw, pd.DataFrame(told), {"valued": best["gmv"] is not None}),)
    table = _table(frame, text)
    return Finding(first + more, tuple(entries), table, exhibits=chart, headline=(first,), shows=largest)


def _entries(row: dict[str, Any], context: Context) -> list[Entry]:
    found = [context.entry(f"{row['scene']}_set_rate", row, "set_rate", of=("sets", "orders"), method="Wilson")]
    if row["gmv"] is not None:
        found.append(context.entry(f"{row['scene']}_scene_gmv", row, "gmv"))
    if is_known(row["visitors_bought"]) and is_known(row["bought_rate"]):
        of = ("visitors_bought", "visitors")
        found.append(context.entry(f"{row['scene']}_bought_rate", row, "bought_rate", of=of, method="Wilson"))
    return found


def _table(frame: pd.DataFrame, text: Text) -> Any:  # noqa: ANN401 - a table of blocks
    columns = (
        *("label.", "items", "visitors", "visitors_bought", "bought_rate", "orders", "buyers", "units", "gmv", "arpu"),
        *("sets", "set_rate", "pieces_each"),
    )
    return frame_table("scenes", frame.assign(label=frame["scene"]), columns, text)


def draw(frame: pd.DataFrame, text: Text, *, valued: bool = True) -> Chart:
    """A row per scene: its GMV, or its pieces where amounts are not known."""
    named, measure = frame.assign(label=frame["scene"]), text("scenes.chart.gmv", currency=text.currency_name)
    if valued:
        return row_chart(named, text, "scenes.chart", Bar("gmv"), facts={"measure": measure})
    counted = named.assign(bold=[text.written(one, "count") for one in named["units"]])
    return row_chart(counted, text, "scenes.chart", Bar("units"), facts={"measure": text("scenes.chart.pieces")})


_OF_ORDERS = (
    *("gmv", "arpu", "pieces_each", "units", "set_rate", "set_low", "set_high", "sets", "scene_units", "scene_gmv"),
    *("share", "share_low", "share_high", "change", "change_low", "change_high"),
)
_OF_VISITORS = ("bought_rate", "bought_low", "bought_high", "arpu")

section = Section(
    "scenes",
    say,
    people={
        "orders": _OF_ORDERS,
        "buyers": _OF_ORDERS,
        "sets": ("set_rate", "set_low", "set_high"),
        "visitors": _OF_VISITORS,
        "visitors_bought": _OF_VISITORS,
    },
    of_people=True,
)
