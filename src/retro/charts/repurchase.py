"""How many buyers bought again: the campaign's beside the usual, and month cohorts as a triangle."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from retro.charts.axes import StepLocator, rate_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, drawn, floats, known, rows
from retro.charts.heatmap import draw_grid
from retro.charts.theme import COHORTS, MUTED, USUAL, canvas, label, row_canvas, styled
from retro.charts.words import people
from retro.i18n import Text


@styled()
def repurchase(frame: pd.DataFrame, text: Text) -> Chart:
    """A dot with its 95 % interval per cohort; a hollow dot where a part of the buyers is still inside the window.

    Args:
        frame: One row per cohort, as `metrics.repurchase` returns it: `cohort` (`campaign` or `usual`),
            `buyers`, `repurchasers` (int), `rate`, `low`, `high` (float, 0 to 1, NaN where nothing was
            observed), `state`.
        text: Language of the words; cohorts are named by `cohort.<name>`.

    Raises:
        MetricError: The frame has no rows, lacks a column, or no rate was observed.
    """
    frame = checked(frame, "repurchase", ("cohort", "buyers", "repurchasers", "rate", "low", "high", "state"))
    seen = drawn(frame, "repurchase", "rate")

    figure, ax = row_canvas([text.label("cohort", str(name)) for name in frame["cohort"]], row=0.55, extra=0.6)
    for row in rows(frame):
        _draw_row(ax, row, text)
    ax.set_xlim(0, min(1, floats(seen["high"]).max() * 1.05) or 1)
    rate_axis(ax.xaxis, text)
    ax.set_xlabel(text("repurchase.chart.value"))
    return Chart(figure, _alt(frame, text), _caption(frame, text))


def _draw_row(ax: Axes, row: Any, text: Text) -> None:  # noqa: ANN401 - a named tuple of pandas
    if not known(row.rate):
        label(ax, text.label("state", row.state), (0, row.Index), offset=(6, 0), va="center", color=MUTED)
        return
    colour = COHORTS.get(row.cohort, USUAL)
    ax.plot([row.low, row.high], [row.Index] * 2, color=colour, linewidth=3, alpha=0.4)
    filling = "white" if row.state == "partial" else colour
    ax.plot([row.rate], [row.Index], "o", color=colour, markersize=8, markerfacecolor=filling, markeredgewidth=1.6)
    label(ax, text.rate(row.rate), (row.high, row.Index), offset=(8, 1), va="bottom", color=colour, weight="bold")
    label(ax, _counted(row, text), (row.high, row.Index), offset=(8, -1), va="top", color=MUTED)


def _counted(row: Any, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    return text("chart.of", hits=people(row.repurchasers, text), total=people(row.buyers, text))


def _alt(frame: pd.DataFrame, text: Text) -> str:
    parts = []
    for row in rows(frame):
        name = text.label("cohort", str(row.cohort))
        if known(row.rate):
            interval = text.interval(row.low, row.high, "rate")
            words = {"rate": text.rate(row.rate), "interval": interval, "counted": _counted(row, text)}
            parts.append(text("repurchase.chart.alt_row", cohort=name, **words))
        else:
            parts.append(text("repurchase.chart.alt_unobserved", cohort=name, state=text.label("state", row.state)))
    return text("repurchase.chart.alt", cohorts=text("chart.clause").join(parts))


def _caption(frame: pd.DataFrame, text: Text) -> str:
    partial = text("repurchase.chart.partial") if (frame["state"] == "partial").any() else ""
    return text("chart.sentences", first=text("repurchase.chart.caption"), second=partial).strip()


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
