"""Funnel by segment: the group and step furthest below all users."""

from __future__ import annotations

import pandas as pd

from retro import charts
from retro.i18n import Text
from retro.privacy import Sum
from retro.sections.groups import group_name
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The group that loses most more than all users do, at which step; a panel for each step."""
    text = context.text
    if frame.empty:
        return Finding(text("funnel_segments.say.none"), covered=False)
    later = _beside_all(frame, text)
    if later["rate"].isna().all():
        return Finding(text("funnel_segments.say.few"), covered=False)
    clear = [row for row in records(later) if row["low"] > row["reference"] or row["high"] < row["reference"]]
    apart = sorted(clear, key=lambda row: (row["rate"] - row["reference"]) * row["before"])
    if apart and apart[0]["rate"] < apart[0]["reference"]:
        sentence = text("funnel_segments.say.worst", apart[0])
    else:
        names = [text.label("segment", str(name)) for name in dict.fromkeys(frame["attribute"])]
        sentence = text("funnel_segments.say.alike", attributes=text("chart.or").join(names))
    if apart and apart[-1]["rate"] > apart[-1]["reference"]:
        sentence += text("funnel_segments.say.best", apart[-1])
    exhibits = tuple(_exhibit(own, str(attribute), text) for attribute, own in _told(later))
    return Finding(sentence, exhibits=exhibits)


def _told(later: pd.DataFrame) -> list[tuple[object, pd.DataFrame]]:
    return [(name, own) for name, own in later.groupby("attribute", sort=False) if own["rate"].notna().any()]


def _beside_all(frame: pd.DataFrame, text: Text) -> pd.DataFrame:
    """The steps after the first, each beside the rate of all users whose group is not masked at it."""
    later: pd.DataFrame = frame[frame["step"] != frame["step"].iloc[0]]
    told = later[["users", "before"]].astype("float64").where(later["rate"].notna())
    sums = told.groupby([later["attribute"], later["step"]], sort=False).transform("sum")
    names = [group_name(row["attribute"], row["group"], text) for row in records(later)]
    reference: pd.Series = sums["users"] / sums["before"].where(sums["before"] > 0)
    return later.assign(reference=reference, group=names)


def _exhibit(own: pd.DataFrame, attribute: str, text: Text) -> Exhibit:
    panels = [text("funnel_segments.chart.panel", step=text.label("step", step)) for step in own["step"]]
    shown = own[["low", "high", "reference"]].assign(label=own["group"], panel=panels, estimate=own["rate"])
    by = text("funnel_segments.chart.value", attribute=text.label("segment", attribute))
    columns = ("group.", "step.step", "users", "before", "rate", "low", "high")
    table = frame_table("funnel_segments", own, columns, text)
    return Exhibit(charts.panels, shown, {"value": by}, table, _furthest(own, text))


def _furthest(own: pd.DataFrame, text: Text) -> str:
    """The group and step that lie furthest below all users, whether clearly or not."""
    below = [row for row in records(own) if row["rate"] < row["reference"]]
    if not below:
        return ""
    return text("funnel_segments.say.furthest", min(below, key=lambda row: row["rate"] - row["reference"]))


def _step(frame: pd.DataFrame) -> pd.Series[str]:
    """What adds up to the funnel's users: the groups of one attribute at one step."""
    return frame["attribute"].astype(str) + " " + frame["step"].astype(str)


section = Section(
    "funnel_segments",
    say,
    level=2,
    people=dict.fromkeys(("users", "before"), ("rate", "low", "high")),
    totals=[Sum(name, _step, name=f"all_{name}") for name in ("users", "before")],
    grain={"events": "hour"},
    of_people=True,
)
