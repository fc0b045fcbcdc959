"""Store weeks: a chain's weeks and shops around a node, beside median weeks and the year before."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retro.charts import ACCENT, BAND, BASELINE, MUTED, Chart, Columns, Line, Rule, line_chart
from retro.i18n import Text
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records

_SHIFTED = 0.01
"""A week and its pair that moved by less each way are no sign of a feast on another weekday."""

_WEEKS = {
    "until": "day",
    "phase": "name.node_phases",
    "gmv": "money",
    "rate": "change.2",
    "above": "count",
    "mark": "name.",
}
_PAIRS = {
    "until": "day", "year_ago": "money", "change": "change.2", "pair": "money", "pair_year_ago": "money",
    "pair_change": "change.2",
}  # fmt: skip
_YEARS = {"year": "name.", "weeks": "count", "gmv": "money", "year_ago": "money", "change": "change.2"}
_RANKS = {"shop": "name.", "gmv": "money", "share": "rate", "best_until": "day", "best_gmv": "money"}

_FACTS = (
    *("gmv", "median", "low_gmv", "high_gmv", "before_median", "burst_gmv", "burst_medians", "burst_year_ago"),
    *("return_gmv", "return_medians", "return_year_ago"),
    *("marked_mean", "unmarked_mean", "marked_median", "unmarked_median"),
)


def say(weeks: pd.DataFrame, node: pd.DataFrame, years: pd.DataFrame, shops: pd.DataFrame, context: Context) -> Finding:
    """What burst and return brought, their highest week, weeks that a moved feast shifts, and what marks miss."""
    text = context.text
    if node.empty:
        return Finding("")
    (row,) = records(node)
    sentence = text("store_weeks.say.burst", row)
    for name, column in (("return", "return_gmv"), ("ago", "burst_change"), ("high", "high_gmv")):
        sentence += "" if pd.isna(row[column]) else text(f"store_weeks.say.{name}", row)
    if row["high_others"]:
        sentence += text("store_weeks.say.others", row)
    sentence += _shifted(records(weeks), text) + _marks(row, text)
    entries = (
        context.entry("node_burst_change", row, "burst_rate"),
        context.entry("node_return_change", row, "return_rate"),
        context.entry("node_burst_year_change", row, "burst_change"),
        context.entry("node_highest_week_change", row, "high_rate"),
    )
    inside = weeks[weeks["phase"].notna()].reset_index(drop=True)
    beside = inside[inside["year_ago"].notna()]
    exhibits = (
        Exhibit(draw, inside),
        Exhibit(table=_facts(row, text)),
        *((Exhibit(table=frame_table("store_weeks.pairs", beside, _PAIRS, text)),) if len(beside) else ()),
        Exhibit(table=frame_table("store_weeks.years", years, _YEARS, text)),
        Exhibit(table=frame_table("store_weeks.ranks", shops, _RANKS, text)),
    )
    return Finding(sentence, entries, _table(weeks, text), exhibits=exhibits)


def _shifted(rows: list[dict[str, Any]], text: Text) -> str:
    """The week that moved most against its pair, where one did."""
    inside = [row for row in rows if row["phase"] in ("burst", "return")]
    known = [row for row in inside if not (pd.isna(row["change"]) or pd.isna(row["pair_change"]))]
    told = [
        row
        for row in known
        if row["change"] * row["pair_change"] < 0 and min(abs(row["change"]), abs(row["pair_change"])) >= _SHIFTED
    ]
    most = max(told, key=lambda row: abs(row["change"]), default=None)
    return text("store_weeks.say.shifted", most) if most else ""


def _marks(row: dict[str, Any], text: Text) -> str:
    if pd.isna(row["mark_rate"]):
        return ""
    missed = text("store_weeks.say.missed", row) if row["top_marked"] == 0 else ""
    return text("store_weeks.say.marked", row) + missed


def _facts(row: dict[str, Any], text: Text) -> Any:  # noqa: ANN401 - as `frame_table`
    """Sums and medians to the cent."""
    known = [name for name in _FACTS if not pd.isna(row[name])]
    facts = {
        "label": [text(f"store_weeks.fact.{name}", row) for name in known],
        "value": [text.money(row[name]) for name in known],
    }
    return frame_table("store_weeks.facts", pd.DataFrame(facts), ("label.", "value.figure"), text)


def _table(weeks: pd.DataFrame, text: Text) -> Any:  # noqa: ANN401 - as `frame_table`
    marks: Any = [
        None if one is None else text(f"store_weeks.mark.{'yes' if one else 'no'}") for one in weeks["marked"]
    ]
    return frame_table("store_weeks", weeks.assign(mark=marks), _WEEKS, text)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Columns by week, those of the burst in front, beside the year before, and the median week as a line."""
    colours = [ACCENT if phase == "burst" else BAND for phase in frame["phase"]]
    marks = (
        Line("year_ago", BASELINE, name="year_ago", dot=3),
        Rule(frame["median"].iloc[0], MUTED, name="median"),
        Columns("gmv", "colour", name="week"),
    )
    facts = {"first": frame["until"].iloc[0], "last": frame["until"].iloc[-1], "weeks": len(frame)}
    return line_chart(
        frame.assign(colour=colours), text, "store_weeks.chart", *marks, at="until", over="day", y="money", facts=facts
    )


section = Section("store_weeks", say)
