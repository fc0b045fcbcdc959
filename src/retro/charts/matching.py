"""Participants beside the people like them, week by week."""

from __future__ import annotations

import pandas as pd

from retro.charts.axes import StepLocator, amount_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats
from retro.charts.theme import ACCENT, MUTED, PALE, USUAL, canvas, legend, styled, value_title
from retro.i18n import Text


@styled()
def matched_participants(frame: pd.DataFrame, text: Text) -> Chart:
    """A line of participants and one of people like them, the weeks since the start shaded.

    Args:
        frame: One row per week, as `metrics.matched_weeks` returns it: `week` (int, 0 from the start), `participants`,
            `others` (float).
        text: Language of the words, and currency.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "matched_participants", ("week", "participants", "others"))
    weeks, took_part, others = (floats(frame[name]) for name in ("week", "participants", "others"))

    figure, ax = canvas(3.2)
    if weeks.max() >= 0:
        ax.axvspan(-0.5, weeks.max() + 0.5, color=PALE, linewidth=0, zorder=0)
    ax.axvline(-0.5, color=MUTED, linewidth=0.8, linestyle=(0, (3, 3)))
    (usual,) = ax.plot(weeks, others, color=USUAL, linewidth=1.8, marker="o", markersize=3.5)
    (came,) = ax.plot(weeks, took_part, color=ACCENT, linewidth=2.2, marker="o", markersize=4, zorder=3)
    ax.set_xlim(weeks.min() - 0.5, weeks.max() + 0.5)
    ax.set_ylim(0, max(took_part.max(), others.max(), 0.01) * 1.1)
    ax.xaxis.set_major_locator(StepLocator(float(weeks.min()), room=26, steps=(1, 2, 4, 8)))
    amount_axis(ax.yaxis, text)
    ax.set_xlabel(text("matched_participants.chart.week"))
    value_title(ax, text("matched_participants.chart.value", currency=text.currency_name))
    legend(
        ax,
        [
            (came, text("matched_participants.chart.participants")),
            (usual, text("matched_participants.chart.others")),
        ],
    )
    return Chart(figure, _alt(frame, text), text("matched_participants.chart.caption"))


def _alt(frame: pd.DataFrame, text: Text) -> str:
    """What both bought a week, before the start and since."""
    before, since = frame[frame["week"] < 0], frame[frame["week"] >= 0]
    means = {
        f"{side}_{when}": text.value(float(floats(part[side]).mean()), "money") if len(part) else text("chart.unknown")
        for side in ("participants", "others")
        for when, part in (("before", before), ("since", since))
    }
    return text("matched_participants.chart.alt", **means)
