"""Budget: what was planned, and what was used."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import floats, known, told
from retro.charts.rows import Bar, row_chart
from retro.charts.theme import ACCENT, PALE, WARM
from retro.i18n import Text


def budget(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per campaign and for the total: pale what was planned, on it what was used, orange beyond the plan."""
    frame = frame[frame["planned"].map(known) | frame["used"].map(lambda value: known(value) and value != 0)]
    frame = frame.reset_index(drop=True)
    planned, used = floats(frame["planned"]).fillna(0), floats(frame["used"]).fillna(0)
    shown = frame.assign(
        label=[
            title if known(title) else text(f"budget.say.{row}") for title, row in frame[["title", "row"]].to_numpy()
        ],
        bold=told(frame, text, "budget.chart.bold", "used"),
        quiet=told(frame, text, "budget.chart.quiet", "planned", ""),
        said=told(frame, text, "budget.chart.said", "used"),
        within=used.clip(upper=planned.where(planned > 0, used)),
        beyond=(used - planned).where((planned > 0) & (used > planned), 0),
    )
    marks = (Bar("planned", PALE, 0.62, "planned", look=_EDGE), Bar("within", ACCENT, 0.34, "used"))
    over = Bar("beyond", WARM, 0.34, "over" if shown["beyond"].any() else "", stacked=True)
    return row_chart(shown, text, "budget.chart", *marks, over, at="mark")


_EDGE = {"edgecolor": "#B8C0C9", "linewidth": 0.8}
