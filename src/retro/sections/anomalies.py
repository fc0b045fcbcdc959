"""Anomalies: unusual days of a month, beside the calendar."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, cast

import pandas as pd

from retro.campaigns.month import Month
from retro.charts import BASELINE, WARM, Chart, Dots, Line, checked, floats, line_chart
from retro.i18n import Text
from retro.metrics import LEAST_DAYS, anomaly_sentence
from retro.sections.section import Context, Exhibit, Finding, Section, frame_table, records


def say(found: pd.DataFrame, daily: pd.DataFrame, context: Context) -> Finding:
    """Unusual days of the month, each with what the calendar has there, or none.

    `found` is what `metrics.anomalies` returns for orders by day; `daily` the frame that it was given: `on`, `orders`,
    missing on lost days.
    """
    text, params = context.text, cast("Month", context.params)
    if (known := int(daily["orders"].notna().sum())) < LEAST_DAYS:
        return Finding(text("anomalies.say.few", known=known, least=LEAST_DAYS), covered=False)
    start, end = params.window.start.date(), params.window.end.date()
    every = [{**row, "occasion": _occasion(row, params, text)} for row in records(found)]
    rows = [row for row in every if row["end_at"] >= start and row["start_at"] < end]
    unexplained = sum(not row["occasion"] for row in rows)
    counts = {"count": len(rows), "explained": len(rows) - unexplained, "unexplained": unexplained}
    said = "none" if not rows else "summary" if unexplained else "all_explained"
    lines: list[str] = [text(f"anomalies.say.{said}", counts)]
    lines += [_line(row, text) for row in rows]
    drawn = daily.assign(
        unusual=[_within(on, every) for on in daily["on"]],
        explained=[_within(on, [row for row in every if row["occasion"]]) for on in daily["on"]],
    )
    shown = pd.DataFrame([{**row, "occasion": row["occasion"] or text("anomalies.say.nothing")} for row in every])
    lost = sum(start <= on < end for on in daily["on"][daily["orders"].isna()])
    columns = ("start_at", "end_at", "value", "expected", "size_rate", "occasion.")
    return Finding(
        "\n".join(lines),
        (context.entry("unexplained_anomalies", counts, "unexplained"),),
        frame_table("anomalies", shown, columns, text) if every else None,
        warnings=(text("anomalies.lost", lost_days=lost),) if lost else (),
        exhibits=(Exhibit(draw, drawn),),
    )


def _occasion(row: Mapping[str, Any], params: Month, text: Text) -> str:
    fits = [one for one in params.calendar if one.start <= row["end_at"] and one.end >= row["start_at"]]
    return text.join([text.pick(one.title) for one in fits])


def _within(day: dt.date, rows: Sequence[Mapping[str, Any]]) -> bool:
    return any(row["start_at"] <= day <= row["end_at"] for row in rows)


def _line(row: Mapping[str, Any], text: Text) -> str:
    said = anomaly_sentence(pd.Series(dict(row)), text, text("anomalies.say.noun"))
    return said + text(f"anomalies.say.{'explained' if row['occasion'] else 'unexplained'}", row)


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """Orders by day as a line; unusual days as dots, hollow where the calendar explains them."""
    frame = checked(frame, "anomalies", ("on", "orders", "unusual", "explained"))
    orders, explained = floats(frame["orders"]), frame["unusual"] & frame["explained"]
    alone = frame["unusual"] & ~frame["explained"]
    marks = (
        Line("orders", BASELINE, "orders" if explained.any() != alone.any() else "", 1.4),
        Dots("told", WARM, "explained", hollow=True),
        Dots("untold", WARM, "unexplained", words="day"),
    )
    days = [text.short_day(day) for day in frame["on"]]
    shown = frame.assign(told=orders.where(explained), untold=orders.where(alone), day=days)
    facts = {"days": int(frame["unusual"].sum()), "unexplained": int(alone.sum())}
    return line_chart(shown, text, "anomalies.chart", *marks, facts=facts)


section = Section("anomalies", say, people={"orders": ()}, grain={"orders": "day"})
