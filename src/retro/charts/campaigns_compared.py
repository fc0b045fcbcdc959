"""Input and output of each campaign: what was stated beside what it really added."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from retro.charts.axes import amount_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, decimals, floats, rows
from retro.charts.theme import ACCENT, BASELINE, MUTED, WARM, canvas, label, legend, styled, value_title
from retro.i18n import Text

_ROOM = 1.5
"""How far the axis of cost goes beyond the dearest campaign, for its name."""


@styled()
def campaigns_compared(frame: pd.DataFrame, text: Text) -> Chart:
    """The input-output matrix: cost across, output up; the line on which output pays for input.

    Each campaign is drawn twice: its net revenue, which departments divide by cost, and the contribution that it
    added, with its interval. What lies between the two was no merit of the campaign.

    Args:
        frame: One row per campaign, as `metrics.campaigns_compared` returns it: `title` (str), `campaign_cost`,
            `net_revenue` (Decimal, None where missing), `incremental_contribution` and its `_low` and `_high` (float).
        text: Language of the words, and currency.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    columns = ("title", "campaign_cost", "net_revenue", "incremental_contribution")
    frame = checked(frame, "campaigns_compared", (*columns, "incremental_contribution_low"))
    frame = frame.assign(cost=floats(frame["campaign_cost"]), output=floats(frame["net_revenue"]))
    seen = frame.dropna(subset=["cost"])
    figure, ax = canvas(3.8)
    widest = max(float(seen["cost"].max()), 1.0) if len(seen) else 1.0
    (even,) = ax.plot([0, widest * _ROOM], [0, widest * _ROOM], color=WARM, linewidth=1.4, linestyle=(0, (4, 2)))
    ax.axhline(0, color=MUTED, linewidth=0.8)
    stated: Any = ax.scatter(
        seen["cost"], seen["output"], s=48, facecolor="white", edgecolor=BASELINE, linewidth=1.8, zorder=3
    )
    true: Any = ax.scatter(seen["cost"], seen["incremental_contribution"], s=48, color=ACCENT, zorder=4)
    for place, row in enumerate(rows(seen.sort_values("cost", kind="stable"))):
        _join(ax, row, text, left=place < len(seen) // 2)
    amount_axis(ax.xaxis, text)
    amount_axis(ax.yaxis, text)
    ax.set_xlim(0, widest * _ROOM)
    ax.margins(y=0.12)
    ax.set_xlabel(text("campaigns_compared.chart.cost", currency=text.currency_name))
    value_title(ax, text("campaigns_compared.chart.value", currency=text.currency_name))
    marks = {"stated": stated, "true": true, "even": even}
    legend(ax, [(mark, text(f"campaigns_compared.chart.{name}")) for name, mark in marks.items()])
    parts = [_alt(row, text) for row in rows(seen)]
    return Chart(
        figure, text("campaigns_compared.chart.alt", parts=text.join(parts)), text("campaigns_compared.chart.caption")
    )


def _join(ax: Axes, row: Any, text: Text, *, left: bool) -> None:  # noqa: ANN401 - a named tuple of pandas
    """A thin line from the stated output to the true one, the interval of the latter, and the campaign's name."""
    ax.plot([row.cost, row.cost], [row.output, row.incremental_contribution], color=MUTED, linewidth=0.8, zorder=1)
    ends = [row.incremental_contribution_low, row.incremental_contribution_high]
    ax.plot([row.cost, row.cost], ends, color=ACCENT, linewidth=2.4, zorder=3)
    ratio = "" if pd.isna(row.output) or not row.cost else text.exact(decimals(row.output / row.cost), 1)
    words = text("campaigns_compared.chart.point", name=row.title, ratio=ratio)
    offset, side = ((-7, 0), "right") if left else ((7, 0), "left")
    label(ax, words, (row.cost, row.output), offset=offset, ha=side, va="center", weight="bold")


def _alt(row: Any, text: Text) -> str:  # noqa: ANN401 - a named tuple of pandas
    money = {
        name: text.value(None if pd.isna(value) else decimals(value), "money") or text("chart.unknown")
        for name, value in (("cost", row.cost), ("output", row.output), ("added", row.incremental_contribution))
    }
    return text("campaigns_compared.chart.alt_point", name=row.title, **money)
