"""Offers: received, viewed, completed, and completed without a view."""

from __future__ import annotations

import pandas as pd

from retro.charts import ACCENT, BAND, BASELINE, WARM, Bar, Chart, row_chart
from retro.i18n import Text
from retro.metrics.offers import ALL
from retro.privacy import Sum, hidden
from retro.sections.section import Context, Exhibit, Finding, Section, cohort_row, frame_table, records

_COUNTED = ("received", "viewed", "completed", "viewed_first", "unviewed", "views", "completions")


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Received, viewed, completed; a shop that sends no offers has nothing to say."""
    if frame.empty or not cohort_row(frame, kind=ALL)["received"]:
        return Finding("")
    text, total = context.text, cohort_row(frame, kind=ALL)
    headline = text("offers.say.summary", total)
    if total["completed"] and not hidden(total["completed"]) and not hidden(total["unviewed"]):
        headline += text("offers.say.unviewed", total, share=total["unviewed"] / total["completed"])
    rated = [
        row for row in records(frame) if row["kind"] != ALL and row["mature_viewed_first"] and not pd.isna(row["rate"])
    ]
    parts = [text("offers.say.kind", row) for row in rated]
    kinds = text("offers.say.kinds", kinds=text("chart.clause").join(parts)) if parts else ""
    counts = (context.entry(f"offers_{name}", total, name) for name in _COUNTED)
    rates = (
        context.entry(f"offer_{row['kind']}_rate", row, "rate", of=("mature_viewed_first", "mature"), method="Wilson")
        for row in rated
    )
    table = frame_table("offers", frame, ("kind.offer", *_COUNTED, "mature", "rate"), text)
    exhibit = Exhibit(chart=draw, frame=frame, table=table)
    part = Finding(headline + kinds, (*counts, *rates), title=text("offers.say.title"), exhibits=(exhibit,))
    return Finding("", parts=(part,), headline=(headline,))


_RATED = dict.fromkeys(("mature", "mature_viewed_first"), ("rate", "low", "high"))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per kind of offer: on what was received, what was viewed, and completed with and without a view before."""
    marks = (
        Bar("received", BAND, 0.77, "received"),
        Bar("viewed", BASELINE, 0.2, "viewed", shift=-0.24, end="count"),
        Bar("viewed_first", ACCENT, 0.2, "viewed_first", end="count"),
        Bar("unviewed", WARM, 0.2, "unviewed", shift=0.24, end="count"),
    )
    kinds = frame[frame["kind"] != ALL].assign(bold="")
    return row_chart(kinds, text, "offers.chart", *marks, axis="count", row=0.85)


def _is_all(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["kind"] == ALL


def _kinds(frame: pd.DataFrame) -> pd.Series[str]:
    return frame["kind"].map(lambda _: ALL)


section = Section(
    "offers",
    say,
    draw,
    people={**dict.fromkeys(_COUNTED, ()), **_RATED},
    totals=[Sum(name, _kinds, whole=_is_all) for name in _COUNTED],
    grain={"events": "hour"},  # what was viewed before it was completed; offers may all be sent at midnight
)
