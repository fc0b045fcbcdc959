"""How many of a cohort came back on day N, the campaign's beside the baseline's."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter

from retro.charts.axes import StepLocator, rate_axis
from retro.charts.chart import Chart
from retro.charts.cohorts import label_ends
from retro.charts.frames import checked, drawn, floats, rows
from retro.charts.theme import BASELINE, COHORTS, canvas, styled, value_title
from retro.charts.words import people
from retro.i18n import Text

_FEW = 7
"""Up to so many days each has its tick."""


@styled()
def retention(frame: pd.DataFrame, text: Text) -> Chart:
    """A line per cohort over the days since day 0, with its 95 % interval; days not yet observed are absent.

    Args:
        frame: One row per cohort and day, as `metrics.retention` returns it: `cohort` (`campaign` or `baseline`),
            `day` (int), `eligible`, `retained` (int), `rate`, `low`, `high` (float, 0 to 1, NaN where nothing
            was observed), `state`.
        text: Language of the words; cohorts are named by `cohort.<name>`.

    Raises:
        MetricError: The frame has no rows, lacks a column, or no day was observed.
    """
    frame = checked(frame, "retention", ("cohort", "day", "eligible", "retained", "rate", "low", "high", "state"))
    seen = drawn(frame, "retention", "rate")

    cohorts = {str(name): part.sort_values("day") for name, part in seen.groupby("cohort", sort=False)}

    figure, ax = canvas(3.3)
    for name, part in cohorts.items():
        colour, front = COHORTS.get(name, BASELINE), 3 if name == "campaign" else 2
        ax.fill_between(part["day"], part["low"], part["high"], color=colour, alpha=0.14, linewidth=0, zorder=front - 1)
        ax.plot(part["day"], part["rate"], color=colour, marker="o", markersize=4, zorder=front)
    ends = {name: rows(part)[-1] for name, part in cohorts.items()}
    _day_ticks(ax, seen)
    rate_axis(ax.yaxis, text)
    ax.set_ylim(0, min(1, floats(seen["high"]).max() * 1.12) or 1)
    label_ends(ax, {name: end.rate for name, end in ends.items()}, text)
    ax.set_xlabel(text("chart.axis.day_number"))
    value_title(ax, text("retention.chart.value"))
    return Chart(figure, _alt(cohorts, text), _caption(frame, ends, text))


def _day_ticks(ax: Axes, seen: pd.DataFrame) -> None:
    days = sorted(int(day) for day in seen["day"].unique())
    ax.xaxis.set_major_locator(FixedLocator(days) if len(days) <= _FEW else StepLocator(0, room=24))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda day, _: f"{day:.0f}"))


def _alt(cohorts: dict[str, pd.DataFrame], text: Text) -> str:
    parts = []
    for name, part in cohorts.items():
        first, last = rows(part)[0], rows(part)[-1]
        key = "retention.chart.alt_cohort" if first.day != last.day else "retention.chart.alt_one_day"
        days = {"first_day": first.day, "last_day": last.day}
        rates = {"first": text.rate(first.rate), "last": text.rate(last.rate)}
        parts.append(text(key, cohort=text.label("cohort", name), **days, **rates))
    return text("retention.chart.alt", cohorts=text("chart.clause").join(parts))


def _caption(frame: pd.DataFrame, ends: dict[str, Any], text: Text) -> str:
    """What is drawn, of how many users, and which days are missing because they lie ahead, or are known in part."""
    bases = [
        text(
            "retention.chart.base", cohort=text.label("cohort", name), day=end.day, eligible=people(end.eligible, text)
        )
        for name, end in ends.items()
    ]
    sentences = [text("retention.chart.caption", bases=text("chart.clause").join(bases))]
    for state in ("unobserved", "partial"):
        part = frame[frame["state"] == state]
        if len(part):
            sentences.append(text(f"retention.chart.{state}", days=_days_by_cohort(part, text)))
    return text("chart.space").join(sentences)


def _days_by_cohort(part: pd.DataFrame, text: Text) -> str:
    return text("chart.clause").join(
        text(
            "retention.chart.cohort_days",
            cohort=text.label("cohort", str(name)),
            days=text.join([str(day) for day in cells["day"]]),
        )
        for name, cells in part.groupby("cohort", sort=False)
    )
