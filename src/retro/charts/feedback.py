"""What participants answered, by how content they are."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from retro.charts.axes import rate_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, drawn, floats, known, rows
from retro.charts.theme import ACCENT, USUAL, WARM, label, row_canvas, styled
from retro.charts.words import people
from retro.i18n import Text

_COLOURS = {"positive": ACCENT, "negative": WARM}
_THEME = 0.45
"""How strong the bar of a theme stands beside that of its mood."""

MOOD = "mood"


@styled()
def feedback(frame: pd.DataFrame, text: Text) -> Chart:
    """A bar per answer with its 95 % interval: each mood, and below it what its respondents gave as reasons.

    Args:
        frame: One row per answer, as `metrics.feedback` returns it: `mood`, `question`, `answer` (str), `answers`,
            `asked` (int), `rate`, `low`, `high` (float, 0 to 1).
        text: Language of the words; answers are named by `answer.<name>`.

    Raises:
        MetricError: The frame has no rows, lacks a column, or nobody answered.
    """
    frame = checked(frame, "feedback", ("mood", "question", "answer", "answers", "asked", "rate", "low", "high"))
    drawn(frame, "feedback", "rate")
    frame = _by_mood(frame)
    names = [_name(row, text) for row in rows(frame)]

    figure, ax = row_canvas(names, row=0.46, extra=0.6)
    for row in rows(frame):
        _draw_row(ax, row, text)
    ax.set_xlim(0, min(1, floats(frame["high"]).max() * 1.02))
    rate_axis(ax.xaxis, text)
    ax.set_xlabel(text("feedback.chart.value"))
    parts = [
        text("chart.named", name=name.strip(" ·"), value=_value(row, text))
        for name, row in zip(names, rows(frame), strict=True)
    ]
    return Chart(figure, text("feedback.chart.alt", parts=text.join(parts)), text("feedback.chart.caption"))


def _by_mood(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows in reading order: each mood followed by its reasons, the most frequent mood first."""
    order = {str(row.answer): place for place, row in enumerate(rows(frame[frame["question"] == MOOD]))}
    place = [order.get(str(row.mood), len(order)) for row in rows(frame)]
    keyed = frame.assign(place=place, reason=frame["question"] != MOOD)
    return keyed.sort_values(["place", "reason"], kind="stable", ignore_index=True)


def _name(row: Any, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    words = text.label("answer", str(row.answer))
    return words if row.question == MOOD or not known(row.mood) else f"· {words}"


def _value(row: Any, text: Text) -> str:  # noqa: ANN401 - as above
    share = text("chart.of", hits=text.count(row.answers), total=people(row.asked, text))
    return text("feedback.chart.share", rate=text.rate(row.rate), share=share)


def _draw_row(ax: Axes, row: Any, text: Text) -> None:  # noqa: ANN401 - as above
    colour = _COLOURS.get(str(row.mood), USUAL)
    main = row.question == MOOD or not known(row.mood)
    ax.barh(row.Index, row.rate, height=0.55 if main else 0.4, color=colour, alpha=1 if main else _THEME)
    ax.plot([row.low, row.high], [row.Index] * 2, color=colour, linewidth=1.4)
    look: dict[str, Any] = {"va": "center", "color": colour, "weight": "bold" if main else "normal"}
    label(ax, _value(row, text), (1, row.Index), offset=(6, 0), xycoords=("axes fraction", "data"), **look)
