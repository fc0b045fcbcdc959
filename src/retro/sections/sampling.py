"""Sampling: days from the order of a sample to its approval."""

import pandas as pd

from retro.charts import Chart, Span, row_chart
from retro.i18n import Text
from retro.sections.section import Context, Finding, Section, frame_table, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The median of the new products' samples, beside that of past ones."""
    text, rows = context.text, {row["group"]: row for row in records(frame)}
    own, past = rows.get("own"), rows.get("past")
    if own is None or pd.isna(own["median_days"]):
        return Finding(text("sampling.say.none"), covered=False)
    sentence = text(f"sampling.say.{'few' if pd.isna(own['median_days_low']) else 'own'}", own)
    if own["approved"] < own["samples"]:
        sentence += text("sampling.say.open", own, open=own["samples"] - own["approved"])
    if past is not None and not pd.isna(past["median_days_low"]) and not pd.isna(own["median_days_low"]):
        apart = own["median_days_high"] < past["median_days_low"] or past["median_days_high"] < own["median_days_low"]
        told = "alike" if not apart else "shorter" if own["median_days"] < past["median_days"] else "longer"
        sentence += text(f"sampling.say.{told}", past)
    else:
        sentence += text("sampling.say.end")
    entry = context.entry("sampling_days", own, "median_days", method="rank")
    named = frame.assign(group=[text(f"sampling.{group}") for group in frame["group"]])
    columns = ("group", "samples", "approved", "median_days", "median_days_low", "median_days_high")
    return Finding(sentence, (entry,), frame_table("sampling", named, columns, text))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per group: the median with its interval."""
    named = frame.assign(label=[text(f"sampling.{group}") for group in frame["group"]])
    return row_chart(named, text, "sampling.chart", Span("median_days_low", "median_days_high", "median_days", width=3))


section = Section("sampling", say, draw, level=2)
