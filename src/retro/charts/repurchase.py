"""How many buyers bought again: the campaign's beside the baseline's, and month cohorts as a triangle."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
from matplotlib.ticker import FuncFormatter

from retro.charts.axes import StepLocator
from retro.charts.chart import Chart
from retro.charts.frames import checked, drawn, floats, known, rows, told
from retro.charts.heatmap import draw_grid
from retro.charts.rows import Span, row_chart
from retro.charts.theme import BASELINE, COHORTS, canvas, styled
from retro.charts.words import people
from retro.i18n import Text


def repurchase(frame: pd.DataFrame, text: Text) -> Chart:
    """A dot with its interval per cohort; a hollow one where a part of the buyers is still inside the window."""
    drawn(frame, "repurchase", "rate")
    states = text.labels("state", frame["state"])
    bold, said = (told(frame, text, f"repurchase.chart.{words}", "rate", "") for words in ("bold", "said"))
    colours = [COHORTS.get(cohort, BASELINE) for cohort in frame["cohort"]]
    shown = frame.assign(
        label=text.labels("cohort", frame["cohort"]),
        bold=[one or state for one, state in zip(bold, states, strict=True)],
        quiet=told(frame, text, "repurchase.chart.quiet", "rate", ""),
        said=[one or state for one, state in zip(said, states, strict=True)],
        colour=colours,
        fill=["white" if state == "partial" else one for state, one in zip(frame["state"], colours, strict=True)],
    )
    partial = text("repurchase.chart.partial") if (frame["state"] == "partial").any() else ""
    mark = Span("low", "high", "rate", "colour", 3, "fill")
    chart = row_chart(shown, text, "repurchase.chart", mark, at="mark", axis="rate", row=0.55)
    return replace(chart, caption=text("chart.sentences", first=chart.caption, second=partial).strip())


@styled()
def repurchase_cohorts(frame: pd.DataFrame, text: Text) -> Chart:
    """A triangle: a row per month of first purchase, a column per month after it, the share that bought in it.

    Cells not yet observed stay blank; cells observed for a part of their month carry a star.

    Args:
        frame: One row per cohort and month, as `metrics.repurchase_cohorts` returns it: `cohort_month` (date),
            `months_after` (int), `buyers`, `repurchasers` (int), `rate`, `low`, `high` (float, 0 to 1, NaN where
            nothing was observed), `state`.
        text: Language of the words.

    Raises:
        MetricError: The frame has no rows, lacks a column, or no cell was observed.
    """
    columns = ("cohort_month", "months_after", "buyers", "repurchasers", "rate", "state")
    frame = checked(frame, "repurchase_cohorts", columns)
    frame["rate"] = floats(frame["rate"])
    seen = drawn(frame, "repurchase_cohorts", "rate")
    frame["words"] = [_cell(row, text) for row in rows(frame)]
    rates = frame.pivot(index="cohort_month", columns="months_after", values="rate")
    words = frame.pivot(index="cohort_month", columns="months_after", values="words")

    figure, ax = canvas(len(rates) * 0.32 + 0.75)
    draw_grid(ax, rates, words)
    ax.set_yticklabels([_cohort(row, text) for row in rows(frame) if row.months_after == frame["months_after"].min()])
    ax.xaxis.set_major_locator(StepLocator(0.5, room=16))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda place, _: f"{place - 0.5:.0f}"))
    ax.xaxis.tick_top()
    ax.set_xlabel(text("repurchase_cohorts.chart.columns"))
    ax.xaxis.set_label_position("top")
    return Chart(figure, _cohorts_alt(seen, text), text("repurchase_cohorts.chart.caption"))


def _cell(row: Any, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    """Whole percent, the sign being said once beside the axis; a star where the month is still running."""
    if not known(row.rate):
        return ""
    return text.rate(row.rate, 0).removesuffix("%") + ("*" if row.state == "partial" else "")


def _cohort(row: Any, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    return text("repurchase_cohorts.chart.row", month=text.month(row.cohort_month), buyers=people(row.buyers, text))


def _cohorts_alt(seen: pd.DataFrame, text: Text) -> str:
    cells = rows(seen)
    later = [cell for cell in cells if cell.months_after > 0] or cells
    best = max(later, key=lambda cell: cell.rate)
    return text(
        "repurchase_cohorts.chart.alt",
        cohorts=len({cell.cohort_month for cell in cells}),
        low=text.rate(min(cell.rate for cell in later)),
        high=text.rate(best.rate),
        month=text.month(best.cohort_month),
        after=best.months_after,
    )
