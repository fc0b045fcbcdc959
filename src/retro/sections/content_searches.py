"""Searches for the brand: how many more than ordinary, some days after content was seen."""

import pandas as pd

from retro.charts import Bar, Chart, row_chart
from retro.i18n import Text
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Searches beside what the weeks before let expect, and after how many days impressions show in them."""
    text = context.text
    if frame.empty:
        return Finding(text("content_searches.say.none"), covered=False)
    rows = records(frame)
    whole, lags = rows[0], [row for row in rows[1:] if not pd.isna(row["correlation"])]
    first, last = context.asked("search_lag_days")
    key = "more" if whole["low"] > 0 else "fewer" if whole["high"] < 0 else "ordinary"
    sentence = text(f"content_searches.say.{key}", whole, first=first, last=last)
    drawn, title = pd.DataFrame(lags), ""
    if lags:
        best = max(lags, key=lambda row: row["correlation"])
        inside = first <= best["lag"] <= last
        title = text(f"content_searches.say.{'lag' if inside else 'other_lag'}", best, first=first, last=last)
    entries = (
        context.entry("brand_searches", whole, "searches"),
        context.entry("brand_searches_extra", whole, "extra", method="Student's t over weeks"),
        context.entry("brand_searches_extra_rate", whole, "extra_rate"),
    )
    table = frame_table("content_searches", frame.iloc[1:], ("lag", "days", "correlation"), text)
    charts = (Exhibit(draw, drawn, sentence=title),) if lags else ()
    return Finding(sentence + title, entries, table, exhibits=charts)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per lag: how daily impressions and searches so many days later move together."""
    return row_chart(
        frame.assign(shown=frame["correlation"].clip(lower=0)), text, "content_searches.chart", Bar("shown")
    )


section = Section("content_searches", say, level=2)
