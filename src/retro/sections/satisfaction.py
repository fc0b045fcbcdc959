"""Satisfaction: how content customers say they are."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import floats, told
from retro.charts.rows import Bar, row_chart
from retro.charts.theme import ACCENT, BAND, INK, WARM
from retro.i18n import Text
from retro.sections.finding import Context, Finding, frame_table, number, records
from retro.sections.section import Section


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Each score with its interval and its denominator.

    Args:
        frame: The frame of `metrics.satisfaction`.
        context: Params and texts.
    """
    text, parts, entries = context.text, [], []
    if frame.empty:
        return Finding(text("satisfaction.say.none"), covered=False)
    for row in records(frame):
        method = "normal" if row["measure"] == "nps" else "Student's t"
        entry = context.entry(row["measure"], row, "value", method=method, denominator=number(row["answers"]))
        entries.append(entry)
        value, interval = text.value(entry.value, entry.unit), text.interval(entry.low, entry.high, entry.unit)
        parts.append(text(f"satisfaction.say.{'part' if interval else 'one'}", row, value=value, interval=interval))
    sentence = text("satisfaction.say.summary", parts=text("chart.clause").join(parts))
    columns = ("measure.satisfaction", "answers", "negative", "neutral", "positive", "value", "low", "high")
    return Finding(sentence, tuple(entries), frame_table("satisfaction", frame, columns, text))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per measure, divided by how content its respondents are; the score stands behind it."""
    parts = {name: floats(frame[name]) / floats(frame["answers"]) for name in ("negative", "neutral", "positive")}
    inside = {f"{name}_words": [text.rate(x, 0) if x >= _ROOM else "" for x in share] for name, share in parts.items()}
    shown = frame.assign(
        label=text.labels("satisfaction", frame["measure"]),
        bold=_written(frame, text, "bold", "value"),
        quiet=[
            one or alone
            for one, alone in zip(_written(frame, text, "quiet", "low"), told(frame, text, _ALONE), strict=True)
        ],
        **parts,
        **inside,
    )
    looks = (("negative", WARM, "white"), ("neutral", BAND, INK), ("positive", ACCENT, "white"))
    marks = [Bar(name, colour, 0.5, name, stacked=True, words=f"{name}_words", ink=ink) for name, colour, ink in looks]
    return row_chart(shown, text, "satisfaction.chart", *marks, whole=1, row=0.55)


_ALONE = "satisfaction.chart.alone"


_ROOM = 0.08
"""Shares below this carry no number inside their part of the bar."""


def _written(frame: pd.DataFrame, text: Text, key: str, needs: str) -> list[str]:
    """A score as readers write it: NPS as a whole number, means to two decimals."""
    means, whole = (told(frame, text, f"satisfaction.chart.{key}{of}", needs, "") for of in ("", "_nps"))
    return [one if name == "nps" else mean for name, mean, one in zip(frame["measure"], means, whole, strict=True)]


section = Section("satisfaction", say, draw)
