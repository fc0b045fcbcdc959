"""What participants answered, by how content they are."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import drawn, floats, known, rows, told
from retro.charts.rows import Bar, Span, row_chart
from retro.charts.theme import ACCENT, USUAL, WARM
from retro.i18n import Text


def feedback(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per answer with its interval: each mood, and below it, paler, what its respondents gave as reasons."""
    drawn(frame, "feedback", "rate")
    frame = _by_mood(frame)
    main = [row.question == MOOD or not known(row.mood) for row in rows(frame)]
    names = text.labels("answer", frame["answer"])
    colours = [_COLOURS.get(str(mood), USUAL) for mood in frame["mood"]]
    shown = frame.assign(
        label=[name if one else f"· {name}" for name, one in zip(names, main, strict=True)],
        bold=told(frame, text, "feedback.chart.bold"),
        mood_rate=floats(frame["rate"]).where(pd.Series(main), 0),
        reason_rate=floats(frame["rate"]).where(~pd.Series(main), 0),
        colour=colours,
    )
    marks = (Bar("mood_rate", "colour"), Bar("reason_rate", "colour", 0.4, look={"alpha": _PALE}))
    return row_chart(shown, text, "feedback.chart", *marks, Span("low", "high", colour="colour"), axis="rate")


MOOD = "mood"
_COLOURS = {"positive": ACCENT, "negative": WARM}
_PALE = 0.45
"""How strong the bar of a reason stands beside that of its mood."""


def _by_mood(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in reading order: each mood followed by its reasons, the most frequent mood first."""
    order = {str(row.answer): place for place, row in enumerate(rows(frame[frame["question"] == MOOD]))}
    place = [order.get(str(row.mood), len(order)) for row in rows(frame)]
    keyed = frame.assign(place=place, reason=frame["question"] != MOOD)
    return keyed.sort_values(["place", "reason"], kind="stable", ignore_index=True)
