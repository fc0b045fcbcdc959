"""Best sellers by platform and shop: what sold most where, and how its rank moved."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import BASELINE, Bar, Chart, Tick, row_chart
from retro.i18n import Text
from retro.ledger import Entry
from retro.privacy import hidden
from retro.sections.section import Context, Finding, Section, frame_table, is_known, records

_COLUMNS = ("label.", "rank", "good.", "units", "orders", "buyers", "gmv", "share", "baseline_rank", "baseline_share")
_DRAWN_PLACES, _DRAWN_GOODS = 4, 3
"""So many rows a chart has: of the largest places the best goods."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The best seller of each place, and the good that rose most."""
    text = context.text
    rows = [row | {"label": _place(row, text)} for row in records(frame)]
    told = [row for row in rows if is_known(row["share"])]
    if not told:
        few = any(map(hidden, frame["buyers"])) or any(map(hidden, frame["orders"]))
        return Finding(text("privacy.few" if few else "best_sellers.say.none"), covered=False)
    sentence = ""
    shows = ""
    for dimension in dict.fromkeys(row["dimension"] for row in told):
        first = [row for row in told if row["dimension"] == dimension and row["rank"] == 1]
        if first:
            shows = shows or text("best_sellers.shows", first[0])
            parts = [text("best_sellers.say.part", row) for row in first]
            sentence += text(f"best_sellers.say.{dimension}", parts=parts)
    risen = [row for row in told if is_known(row["baseline_rank"]) and row["baseline_rank"] > row["rank"]]
    if risen:
        most = max(risen, key=lambda row: (row["baseline_rank"] - row["rank"], row["share"]))
        sentence += text("best_sellers.say.risen", most)
    new = [row for row in told if pd.isna(row["baseline_rank"])]
    if new:
        sentence += text("best_sellers.say.new", parts=[text("best_sellers.say.where", row) for row in new[:3]])
    shown = frame.assign(label=[row["label"] for row in rows], good=frame["name"])
    table = frame_table("best_sellers", shown, _COLUMNS, text)
    return Finding(sentence, _entries(rows, context), table, shows=shows)


def _place(row: dict[str, Any], text: Text) -> str:
    """A platform or shop in words: `tmall_outlet` by the words of its parts where it has none of its own."""
    name = str(row["place"])
    if text.has(f"best_sellers.place.{name}"):
        return text(f"best_sellers.place.{name}")
    return text.label("best_sellers.place", name)


def _entries(rows: list[dict[str, Any]], context: Context) -> tuple[Entry, ...]:
    """The share of each place's GMV that its best goods bring; nothing where one of them is of a few people."""
    found = []
    for dimension, place in dict.fromkeys((row["dimension"], row["place"]) for row in rows):
        own = [row for row in rows if (row["dimension"], row["place"]) == (dimension, place)]
        if all(is_known(row["gmv"]) for row in own) and own[0]["place_gmv"]:
            best = sum(row["gmv"] for row in own)
            row = {"share": float(best / own[0]["place_gmv"]), "best": best, "place_gmv": own[0]["place_gmv"]}
            found.append(context.entry(f"{place}_{dimension}_top_gmv_share", row, "share", of=("best", "place_gmv")))
    return tuple(found)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per good of the largest places of the first dimension: its share there, and as a line that before."""
    first = frame[(frame["dimension"] == frame["dimension"].iloc[0]) & (frame["rank"] <= _DRAWN_GOODS)]
    places = list(dict.fromkeys(first["place"]))[:_DRAWN_PLACES]
    shown = first[first["place"].isin(places)].reset_index(drop=True)
    labels = [text("best_sellers.chart.row", row, where=_place(row, text)) for row in records(shown)]
    marks = (Bar("share", name="campaign"), Tick("baseline_share", BASELINE, name="baseline"))
    return row_chart(shown.assign(label=labels), text, "best_sellers.chart", *marks)


_OF_FEW = ("units", "gmv", "share", "place_gmv", "baseline_share")

section = Section("best_sellers", say, draw, level=2, people={"buyers": (*_OF_FEW, "orders"), "orders": _OF_FEW})
