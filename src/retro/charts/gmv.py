"""GMV: the race towards the target, and the steps from what was ordered to what is left."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.cumulative import cumulative
from retro.charts.frames import checked
from retro.charts.waterfall import waterfall
from retro.i18n import Number, Text


def gmv_race(frame: pd.DataFrame, text: Text, target: Number | None = None) -> Chart:
    """GMV added up since the start, beside what the same hours usually bring, against the target.

    Args:
        frame: One row per series and hour, as `metrics.gmv_race` returns it: `series` (`campaign`, `usual`),
            `elapsed` (float), `total` (Decimal).
        text: Language of the words, and currency; series are named by `chart.gmv_race.<name>`.
        target: GMV that was aimed at.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "gmv_race", ("series", "elapsed", "total"))
    named = frame.assign(series=[text(f"gmv_race.chart.{name}") for name in frame["series"]])
    value = text("gmv_race.chart.value", currency=text.currency_name)
    return cumulative(named, text, value, text("gmv_race.chart.elapsed"), unit="money", target=target)


def gmv_kinds(frame: pd.DataFrame, text: Text) -> Chart:
    """Steps from everything that was ordered to what is left.

    Args:
        frame: One row per step, as `metrics.gmv_kinds` returns it: `step` (str), `role` (`total`, `change` or
            `aside`, which is not drawn), `amount` (Decimal).
        text: Language of the words, and currency; steps are named by `gmv.<name>`.

    Raises:
        MetricError: The frame has no rows, lacks a column, or does not tie out.
    """
    frame = checked(frame, "gmv_kinds", ("step", "role", "amount"))
    ladder = frame[frame["role"] != "aside"]
    steps = pd.DataFrame(
        {
            "label": [text(f"gmv.{step}") for step in ladder["step"]],
            "amount": ladder["amount"].to_list(),
            "kind": ladder["role"].to_list(),
        }
    )
    return waterfall(steps, text, text("gmv_kinds.chart.value", currency=text.currency_name))
