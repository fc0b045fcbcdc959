"""Groups of a community: by size and city tier, and which of them stand out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import ACCENT, BASELINE, Bar, Chart, Span, row_chart
from retro.i18n import Text
from retro.privacy import Sum, hidden
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Which sizes and city tiers buy most and least, and which groups stand out more than chance explains."""
    text = context.text
    named = frame.assign(name=[_name(row, text) for row in records(frame)])
    rows = [row for row in records(named) if not hidden(row["buyers"]) and not pd.isna(row["rate"])]
    groups = [row for row in rows if row["dimension"] == "group"]
    sentence = "".join(_compared([row for row in rows if row["dimension"] == name], name, text) for name in _KINDS)
    sentence += _outstanding(groups, text)
    if not sentence:
        few = any(hidden(value) for value in frame["buyers"])
        return Finding(text("privacy.few" if few else "community_groups.say.none"), covered=False)
    entries = tuple(
        context.entry(f"{row['value']}_community_buyer_rate", row, "rate", of=("buyers", "members"), method="Wilson")
        for row in rows
        if row["dimension"] in _KINDS
    )
    columns = ("name.", "groups", "members", "buyers", "rate", "low", "high", "gmv", "each", "stands.")
    stands = [text(f"community_groups.{one}") if one in _STANDINGS else "" for one in named["standing"]]
    drawn = pd.DataFrame([row for row in rows if row["dimension"] in _KINDS] + _ends(groups))
    chart = (Exhibit(draw, drawn),) if len(drawn) else ()
    return Finding(
        sentence, entries, frame_table("community_groups", named.assign(stands=stands), columns, text), exhibits=chart
    )


def _compared(rows: list[dict[str, Any]], dimension: str, text: Text) -> str:
    if len(rows) < _TWO:
        return ""
    most, least = max(rows, key=lambda row: row["rate"]), min(rows, key=lambda row: row["rate"])
    key = "apart" if most["low"] > least["high"] else "alike"
    facts = {f"{end}_{what}": row[what] for end, row in (("most", most), ("least", least)) for what in ("name", "rate")}
    return text(f"community_groups.say.{key}", kind=text(f"community_groups.{dimension}"), **facts)


def _outstanding(groups: list[dict[str, Any]], text: Text) -> str:
    if len(groups) < _TWO:
        return ""
    above, below = ([row["name"] for row in groups if row["standing"] == one] for one in ("above", "below"))
    told = [
        text(
            f"community_groups.say.{key}{'_most' if len(names) > _SHOWN else ''}",
            names=names[:_SHOWN],
            count=len(names),
        )
        for key, names in (("above", above), ("below", below[::-1]))
        if names
    ]
    return "".join(told) or text("community_groups.say.chance", count=len(groups))


def _ends(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The best and the worst groups, where there are more than both together."""
    return groups if len(groups) <= 2 * _SHOWN else [*groups[:_SHOWN], *groups[-_SHOWN:]]


def _name(row: dict[str, Any], text: Text) -> str:
    if row["dimension"] == "size":
        low, _, high = str(row["value"]).partition("_")
        return text(f"community_groups.{'from' if high == 'up' else 'between'}", low=int(low), high=high)
    return text.label("city_tier", str(row["value"])) if row["dimension"] == "city_tier" else str(row["value"])


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per class of size, city tier, and the best and worst groups: the share that bought, with its interval."""
    colours = [BASELINE if dimension == "group" else ACCENT for dimension in frame["dimension"]]
    named = frame.assign(label=frame["name"], colour=colours)
    return row_chart(named, text, "community_groups.chart", Bar("rate", "colour"), Span("low", "high"))


_KINDS = ("size", "city_tier")
_STANDINGS = ("above", "below", "alike")
_TWO, _SHOWN = 2, 3
_TOLD = ("rate", "low", "high", "gmv", "each", "standing")

section = Section(
    "community_groups",
    say,
    level=2,
    people={"members": _TOLD, "buyers": _TOLD},
    totals=[Sum(name, "dimension", name=f"all_{name}") for name in ("members", "buyers")],
    of_people=True,
)
