"""Enquiries by day, against the level of ordinary days."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import checked
from retro.charts.registrations import registrations
from retro.charts.theme import styled
from retro.i18n import Text


@styled()
def support(frame: pd.DataFrame, text: Text) -> Chart:
    """Bars by day, the usual level as a line with its range behind it.

    Args:
        frame: One row per day, as `metrics.support` returns it: `on` (date), `tickets` (int), `baseline`,
            `baseline_low`, `baseline_high` (float, NaN where no baseline is known).
        text: Language of the words.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "support", ("on", "tickets", "baseline", "baseline_low", "baseline_high"))
    return registrations(frame.rename(columns={"tickets": "registrations"}), text, noun="ticket")
