"""Registrations by minute: the peak load."""

import pandas as pd

from retro.charts import BASELINE, Chart, Line, Peak, checked, floats, line_chart, peak_row, people
from retro.i18n import Text
from retro.metrics import traffic_peak
from retro.privacy import few, masked, masked_count
from retro.sections.section import Context, Finding, Section, frame_table, records

_HOUR, _FEW = 60, 5
"""Minutes of an hour, and the least baseline of an hour for a multiple of it to be shown."""


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """The busiest minute, and the busiest hour beside the baseline."""
    text, (peak,) = context.text, records(traffic_peak(frame))
    if pd.isna(peak["peak"]) or not peak["peak"]:
        return Finding(text("registration_minutes.say.none", noun=context.new_users), covered=False)
    if few(peak["smoothed_peak"] * _HOUR):
        return Finding(text("privacy.few"), covered=False)
    peak["peak"] = masked_count(peak["peak"])
    top = frame.iloc[int(frame["smoothed"].argmax())]
    pace = round(float(peak["smoothed_peak"]), 2)
    sentence = text("registration_minutes.say.summary", peak, noun=context.new_users, pace=pace)
    if top["baseline_smoothed"] * _HOUR >= _FEW:
        times = float(top["smoothed"] / top["baseline_smoothed"])
        sentence += text("registration_minutes.say.baseline", times=times)
    columns = ("on", "registrations", "minute.", "peak")
    table = frame_table("registration_minutes", _days(frame), columns, text)
    return Finding(sentence, (context.entry("peak_minute_registrations", peak, "peak"),), table)


def _days(frame: pd.DataFrame) -> pd.DataFrame:
    """The minutes of each day as one row: how many came, and in which minute most."""
    rows = []
    for on, day in frame.groupby(frame["at"].dt.date, sort=True):
        busiest = day.iloc[int(day["events"].argmax())]
        rows.append((on, int(day["events"].sum()), f"{busiest['at']:%H:%M}", int(busiest["events"])))
    days = pd.DataFrame(rows, columns=["on", "registrations", "minute", "peak"])
    shown: pd.DataFrame = masked(days, {"registrations": ("minute", "peak"), "peak": ("minute",)})
    return shown


_APART = 10
"""Minutes between two points of a line: a mean over an hour moves slowly, and a page should stay small."""


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """The moving mean of new users a minute as a line, the baseline behind it, the busiest stretch labelled."""
    frame = checked(frame, "registration_minutes", ("at", "events", "smoothed", "baseline_smoothed"))
    busiest, top = peak_row(frame, "events") or {}, floats(frame["smoothed"]).idxmax()
    return line_chart(
        frame[(frame.index % _APART == 0) | (frame.index == top)],
        text,
        "registration_minutes.chart",
        Line("smoothed", name="counted", width=1.4),
        Line("baseline_smoothed", BASELINE, "baseline", 1.2),
        Peak("smoothed"),
        at="at",
        y="money",
        height=2.9,
        under=text("chart.axis.day"),
        facts={"moment": busiest["at"], "peak": people(masked_count(busiest["events"]), text)},
    )


section = Section("registration_minutes", say, draw, level=2, grain={"users": "minute"})
