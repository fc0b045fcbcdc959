"""Sales of a period, day by day, with the days on which campaigns ran."""

from __future__ import annotations

import pandas as pd
from matplotlib import dates

from retro.charts.axes import amount_axis, day_axis
from retro.charts.chart import Chart
from retro.charts.frames import checked, floats, known
from retro.charts.theme import BASELINE, SERIES, canvas, legend, styled, value_title
from retro.i18n import Text

_COLOURS = (SERIES[0], SERIES[2], SERIES[3], SERIES[4])
"""Of campaigns, in the order in which they ran; days without one are grey."""


@styled()
def quarter_sales(frame: pd.DataFrame, text: Text) -> Chart:
    """A bar per day; days of a campaign in its colour.

    Args:
        frame: One row per day, as `metrics.quarter_sales` returns it: `on` (date), `gmv` (Decimal), `campaign` (str,
            ready to be read; None on other days).
        text: Language of the words, and currency.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "quarter_sales", ("on", "gmv", "campaign"))
    days = pd.to_datetime(frame["on"])
    places, amounts = pd.Series(dates.date2num(days)), floats(frame["gmv"])
    campaigns = [name for name in dict.fromkeys(frame["campaign"]) if known(name)]

    figure, ax = canvas(3.0)
    ordinary = frame["campaign"].isna()
    rest = ax.bar(places[ordinary], amounts[ordinary], 0.8, color=BASELINE)
    entries = []
    for place, name in enumerate(campaigns):
        own = frame["campaign"] == name
        colour = _COLOURS[place % len(_COLOURS)]
        entries.append((ax.bar(places[own], amounts[own], 0.8, color=colour), str(name)))
    day_axis(ax.xaxis, text, days.min())
    amount_axis(ax.yaxis, text)
    ax.set_xlim(places.min() - 0.6, places.max() + 0.6)
    value_title(ax, text("quarter_sales.chart.value", currency=text.currency_name))
    # Grey days are named in the caption; only a single campaign is distinguished from them, as one mark is never named.
    legend(ax, entries if len(entries) > 1 else [(rest, text("quarter_sales.chart.ordinary")), *entries])
    peak = int(amounts.to_numpy().argmax())
    facts = {"day": text.short_day(days[peak]), "peak": text.value(frame["gmv"][peak], "money")}
    alt = text(
        "quarter_sales.chart.alt", days=len(frame), campaigns=text.join([str(name) for name in campaigns]), **facts
    )
    return Chart(figure, alt, text("quarter_sales.chart.caption"))
