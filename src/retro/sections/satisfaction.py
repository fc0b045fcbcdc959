"""Satisfaction: NPS, CSAT and stars."""

import pandas as pd

from retro.charts import ACCENT, BAND, INK, WARM, Bar, Chart, floats, row_chart
from retro.charts.frames import rows
from retro.i18n import Text
from retro.privacy import Across, hidden
from retro.sections.section import Context, Finding, Section, frame_table, number, records


def say(frame: pd.DataFrame, context: Context) -> Finding:
    """Each score with its interval and its denominator."""
    text, parts, entries = context.text, [], []
    if frame.empty:
        return Finding(text("satisfaction.say.none"), covered=False)
    for row in records(frame):
        if hidden(row["answers"]):
            entries.append(context.entry(row["measure"], row, "value", method="normal"))
            continue
        method = "normal" if row["measure"] == "nps" else "Student's t"
        entry = context.entry(row["measure"], row, "value", method=method, denominator=number(row["answers"]))
        entries.append(entry)
        value, interval = text.value(entry.value, entry.unit), text.interval(entry.low, entry.high, entry.unit)
        parts.append(text(f"satisfaction.say.{'part' if interval else 'one'}", row, value=value, interval=interval))
    if not parts:
        return Finding(text("privacy.few"), covered=False)
    sentence = text("satisfaction.say.summary", parts=text("chart.clause").join(parts))
    columns = ("measure.satisfaction", "answers", "negative", "neutral", "positive", "value", "low", "high")
    return Finding(sentence, tuple(entries), frame_table("satisfaction", frame, columns, text))


def draw(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per measure, divided by how content its respondents are; the score stands behind it."""
    parts = {name: floats(frame[name]) / floats(frame["answers"]) for name in ("negative", "neutral", "positive")}
    shown = frame.assign(**parts, **{name: _written(frame, text, name) for name in ("bold", "quiet")})
    looks = (("negative", WARM, "white"), ("neutral", BAND, INK), ("positive", ACCENT, "white"))
    marks = [
        Bar(name, colour, 0.5, name, stacked=True, words="rate.0", room=0.08, ink=ink) for name, colour, ink in looks
    ]
    return row_chart(shown, text, "satisfaction.chart", *marks, whole=1, row=0.55)


def _written(frame: pd.DataFrame, text: Text, key: str) -> list[str]:
    """A score as readers write it: NPS as a whole number, means to two decimals."""
    keys = (f"satisfaction.chart.{key}{'_nps' * (name == 'nps')}" for name in frame["measure"])
    return [text.told(one, row) for one, row in zip(keys, rows(frame), strict=True)]


_ANSWERS = ("negative", "neutral", "positive")

section = Section(
    "satisfaction",
    say,
    draw,
    people={"answers": ("value", "low", "high"), **dict.fromkeys(_ANSWERS, ())},
    totals=(Across("answers", _ANSWERS),),
)
