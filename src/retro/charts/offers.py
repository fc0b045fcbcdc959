"""What became of the offers that members were sent."""

from __future__ import annotations

import pandas as pd
from matplotlib.patches import Patch

from retro.charts.axes import count_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats, rows
from retro.charts.theme import ACCENT, BAND, USUAL, WARM, label, legend, row_canvas, styled, value_title
from retro.i18n import Text

_SHADES = {"viewed": USUAL, "viewed_first": ACCENT, "unviewed": WARM}
_BAR = 0.24


@styled()
def offers(frame: pd.DataFrame, text: Text) -> Chart:
    """Per kind of offer: how many were sent, viewed, and completed with and without a view before.

    Args:
        frame: One row per kind, as `metrics.offers` returns it: `kind`, `received`, `viewed`, `viewed_first`,
            `unviewed` (int). The row of all kinds is left out.
        text: Language of the words; kinds are named by `offer.<name>`.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "offers", ("kind", "received", *_SHADES))
    kinds = frame[frame["kind"] != "all"].reset_index(drop=True)
    kinds = checked(kinds, "offers", ("kind", "received", *_SHADES))
    names = [text.label("offer", str(kind)) for kind in kinds["kind"]]

    figure, ax = row_canvas(names, row=0.85, extra=0.75)
    ax.barh(kinds.index, floats(kinds["received"]), height=3.2 * _BAR, color=BAND)
    for place, (name, colour) in enumerate(_SHADES.items()):
        heights = kinds.index + (place - 1) * _BAR
        ax.barh(heights, floats(kinds[name]), height=_BAR * 0.85, color=colour)
        for height, count in zip(heights, kinds[name], strict=True):
            label(ax, text.count(count), (float(count), float(height)), offset=(4, 0), va="center")
    ax.set_xlim(0, float(kinds["received"].max()) or 1)
    count_axis(ax.xaxis, text)
    value_title(ax, text("offers.chart.value"))
    marks = [(Patch(color=BAND), text("offers.chart.received"))]
    legend(ax, [*marks, *((Patch(color=colour), text(f"offers.chart.{name}")) for name, colour in _SHADES.items())])
    parts = [
        text(
            "offers.chart.alt_kind",
            kind=name,
            received=text.count(row.received),
            viewed=text.count(row.viewed),
            viewed_first=text.count(row.viewed_first),
            unviewed=text.count(row.unviewed),
        )
        for name, row in zip(names, rows(kinds), strict=True)
    ]
    alt = text("offers.chart.alt", parts=text("chart.clause").join(parts))
    return Chart(figure, alt, text("offers.chart.caption"))
