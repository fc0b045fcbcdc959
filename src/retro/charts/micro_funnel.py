"""How fast users go from step to step."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import checked, drawn, known, rows
from retro.charts.heatmap import draw_grid
from retro.charts.theme import canvas, styled, value_title, wrapped
from retro.i18n import Text

_HOUR, _DAY = 60, 1440


@styled()
def micro_funnel(frame: pd.DataFrame, text: Text) -> Chart:
    """A row per pair of steps, a column per limit: the share that took the next step in time, the darker the more.

    Args:
        frame: One row per pair of steps and limit, as `metrics.micro_funnel` returns it: `from_step`, `to_step` (str),
            `minutes` (int), `users`, `converted` (int), `rate` (float, NaN without users).
        text: Language of the words; steps are named by `step.<name>`.

    Raises:
        MetricError: The frame has no rows, lacks a column, or holds no rate.
    """
    frame = checked(frame, "micro_funnel", ("from_step", "to_step", "minutes", "users", "converted", "rate"))
    drawn(frame, "micro_funnel", "rate")
    named = frame.assign(pair=[_pair(row.from_step, row.to_step, text) for row in rows(frame)])
    pairs, limits = list(dict.fromkeys(named["pair"])), sorted(named["minutes"].unique())
    named["words"] = [text.rate(rate, 0) if known(rate) else "" for rate in named["rate"]]
    rates = named.pivot(index="pair", columns="minutes", values="rate").reindex(index=pairs, columns=limits)
    words = named.pivot(index="pair", columns="minutes", values="words").reindex(index=pairs, columns=limits)

    figure, ax = canvas(len(pairs) * 0.45 + 0.6)
    draw_grid(ax, rates, words)
    ax.set_yticklabels([wrapped(pair) for pair in pairs], linespacing=1.3)
    ax.set_xticks([place + 0.5 for place in range(len(limits))], [duration(int(limit), text) for limit in limits])
    value_title(ax, text("micro_funnel.chart.value"))
    last = named[named["minutes"] == limits[-1]]
    parts = [text("chart.named", name=row.pair, value=row.words) for row in rows(last)]
    alt = text("micro_funnel.chart.alt", limit=duration(int(limits[-1]), text), parts=text.join(parts))
    return Chart(figure, alt, text("micro_funnel.chart.caption"))


def _pair(first: str, second: str, text: Text) -> str:
    return text("micro_funnel.chart.pair", first=text.label("step", first), second=text.label("step", second))


def duration(minutes: int, text: Text) -> str:
    """A limit in its largest whole unit.

    Examples:
        >>> from retro.i18n import load_text
        >>> [duration(minutes, load_text("en")) for minutes in (5, 60, 1440)]
        ['5 min', '1 h', '1 d']
    """
    for size, unit in ((_DAY, "days"), (_HOUR, "hours")):
        if minutes % size == 0:
            return text(f"chart.duration.{unit}", count=minutes // size)
    return text("chart.duration.minutes", count=minutes)
