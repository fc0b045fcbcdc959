"""Dots with their intervals: rates of a few groups, one below the other."""

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import checked, drawn
from retro.charts.rows import Span, row_chart
from retro.charts.theme import ACCENT, BASELINE
from retro.i18n import Text


def dots(frame: pd.DataFrame, text: Text, value: str) -> Chart:
    """A dot with its 95 % interval per group; the campaign's in the accent, what it is compared with in grey.

    Args:
        frame: One row per group, in order: `label` (str, ready to be read), `rate`, `low`, `high` (float, 0 to 1, NaN
            where there is none), `people` (number the rate is taken over), `campaign` (bool).
        text: Language of the words.
        value: What the rate is.

    Raises:
        MetricError: The frame has no rows, lacks a column, or holds no rate.
    """
    frame = checked(frame, "dots", ("label", "rate", "low", "high", "people", "campaign"))
    drawn(frame, "dots", "rate")
    shown = frame.assign(
        people=frame["people"].where(frame["rate"].notna()),  # nothing is told of a group without a rate
        colour=[ACCENT if own else BASELINE for own in frame["campaign"]],
    )
    mark = Span("low", "high", "rate", "colour", 3)
    return row_chart(shown, text, "chart.dots", mark, at="mark", axis="rate", row=0.5, facts={"value": value})
