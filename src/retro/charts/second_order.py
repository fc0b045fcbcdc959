"""What share of first-time buyers has bought again, by days since the first order."""

from __future__ import annotations

import pandas as pd

from retro.charts.axes import StepLocator, rate_axis
from retro.charts.chart import Chart
from retro.charts.cohorts import label_ends
from retro.charts.frames import checked, drawn, floats, rows
from retro.charts.theme import COHORTS, USUAL, canvas, styled, value_title
from retro.i18n import Text


@styled()
def second_order(frame: pd.DataFrame, text: Text) -> Chart:
    """A rising stair per cohort with its 95 % interval, as far as the campaign's cohort was watched.

    Args:
        frame: One row per cohort and day, as `metrics.second_order` returns it: `cohort` (`campaign` or `usual`),
            `days` (int), `at_risk` (int), `rate`, `low`, `high` (float, 0 to 1).
        text: Language of the words; cohorts are named by `cohort.<name>`.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "second_order", ("cohort", "days", "at_risk", "rate", "low", "high"))
    seen = drawn(frame, "second_order", "rate")
    own = seen[seen["cohort"] == "campaign"]
    last = float((own if len(own) else seen)["days"].max())
    seen = seen[seen["days"] <= last]

    figure, ax = canvas(3.3)
    ends: dict[str, float] = {}
    for name, part in seen.groupby("cohort", sort=False):
        colour, front = COHORTS.get(str(name), USUAL), 3 if name == "campaign" else 2
        days = [0.0, *floats(part["days"]), last]
        rates = [0.0, *part["rate"], part["rate"].iloc[-1]]
        low = [0.0, *part["low"], part["low"].iloc[-1]]
        high = [0.0, *part["high"], part["high"].iloc[-1]]
        ax.fill_between(days, low, high, step="post", color=colour, alpha=0.14, linewidth=0, zorder=front - 1)
        ax.step(days, rates, where="post", color=colour, zorder=front)
        ends[str(name)] = rates[-1]
    ax.set_xlim(0, last)
    ax.set_ylim(0, min(1, floats(seen["high"]).max() * 1.15) or 1)
    label_ends(ax, ends, text)
    ax.xaxis.set_major_locator(StepLocator(0, room=26, steps=(1, 7, 14, 28)))
    rate_axis(ax.yaxis, text)
    ax.set_xlabel(text("second_order.chart.days"))
    value_title(ax, text("second_order.chart.value"))
    parts = [text("chart.named", name=text.label("cohort", name), value=text.rate(rate)) for name, rate in ends.items()]
    alt = text("second_order.chart.alt", days=round(last), parts=text.join(parts))
    first = [row for row in rows(seen) if row.cohort == "campaign"] or rows(seen)
    return Chart(figure, alt, text("second_order.chart.caption", buyers=text.count(first[0].at_risk)))
