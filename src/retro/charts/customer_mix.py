"""Customers: how much of a campaign came from those who had never bought before."""

from __future__ import annotations

import pandas as pd
from matplotlib.patches import Patch

from retro.charts.chart import Chart
from retro.charts.frames import checked, drawn, floats
from retro.charts.theme import ACCENT, USUAL, label, legend, row_canvas, styled, value_title
from retro.i18n import Text

_COLUMNS = ("buyers", "orders", "gmv")
_COLOURS = {"new": ACCENT, "returning": USUAL}
_ROOM = 0.12


@styled()
def customer_mix(frame: pd.DataFrame, text: Text) -> Chart:
    """Buyers, orders and GMV, each as a bar divided between new and returning customers.

    Args:
        frame: One row per group, as `metrics.customer_mix` returns it: `group` (`new`, `returning`), `buyers`,
            `orders` (int), `gmv` (Decimal), `buyer_share` (float, NaN without buyers).
        text: Language of the words, and currency.

    Raises:
        MetricError: The frame has no rows, lacks a column, or nobody bought.
    """
    frame = checked(frame, "customer_mix", ("group", "buyer_share", *_COLUMNS))
    drawn(frame, "customer_mix", "buyer_share")
    names = [text(f"customer_mix.chart.{column}") for column in _COLUMNS]
    figure, ax = row_canvas(names, row=0.5, extra=0.5)
    told = []
    for place, column in enumerate(_COLUMNS):
        values = floats(frame[column])
        left, total = 0.0, float(values.sum()) or 1.0
        for group, value in zip(frame["group"], values, strict=True):
            share = value / total
            ax.barh(place, share, left=left, height=0.54, color=_COLOURS[group])
            if share >= _ROOM:
                middle = (left + share / 2, place)
                label(ax, text.rate(share), middle, ha="center", va="center", color="white", weight="bold")
            left += share
        unit = "money" if column == "gmv" else "count"
        label(ax, text.value(sum(frame[column]), unit), (1, place), offset=(6, 0), va="center")
        first = float(values.iloc[0]) / total
        told.append(text("chart.named", name=names[place], value=text.rate(first)))
    ax.set_xlim(0, 1)
    value_title(ax, text("customer_mix.chart.value"))
    legend(ax, [(Patch(color=_COLOURS[group]), text(f"group.{group}")) for group in frame["group"]])
    return Chart(figure, text("customer_mix.chart.alt", parts=text.join(told)), text("customer_mix.chart.caption"))
