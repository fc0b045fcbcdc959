"""Points: the ledger rolled forward, redemptions over the week, and how unevenly they were spread."""

from __future__ import annotations

import pandas as pd

from retro.charts.chart import Chart
from retro.charts.frames import checked
from retro.charts.heatmap import weekday_hours
from retro.charts.lorenz import lorenz
from retro.charts.waterfall import waterfall
from retro.i18n import Text

_GAINS = ("issued",)
_LOSSES = ("redeemed", "expired", "clawed_back", "reversed")


def points_balance(frame: pd.DataFrame, text: Text) -> Chart:
    """From what was outstanding when the campaign began to what is outstanding now; lines without points are left out.

    Where the ledger does not tie out, what is missing is a step of its own.

    Args:
        frame: One row per period, as `metrics.points_balance` returns it: `period` (`before`, `during`, `after`),
            `opening`, `issued`, `redeemed`, `expired`, `clawed_back`, `reversed`, `outstanding`,
            `difference` (int).
        text: Language of the words; lines are named by `points.<line>`.

    Raises:
        MetricError: The frame has no rows, or lacks a column.
    """
    frame = checked(frame, "points_balance", ("period", "opening", *_GAINS, *_LOSSES, "outstanding", "difference"))
    since = frame[frame["period"] != "before"]
    opening = int(since["opening"].iloc[0])
    steps = [("opening", opening, "total")] if opening else []
    moved = {line: int(since[line].sum()) for line in (*_GAINS, *_LOSSES)}
    steps += [(line, moved[line], "change") for line in _GAINS]
    steps += [(line, -moved[line], "change") for line in _LOSSES if moved[line]]
    if off := int(since["difference"].sum()):
        steps.append(("difference", -off, "change"))
    steps.append(("outstanding", int(since["outstanding"].iloc[-1]), "total"))
    drawn = pd.DataFrame(steps, columns=["line", "amount", "kind"])
    drawn["label"] = [text(f"points.{line}") for line in drawn["line"]]
    return waterfall(drawn, text, text("points_balance.chart.value"), unit="count")


def redemptions(frame: pd.DataFrame, text: Text) -> Chart:
    """Redemptions by weekday and hour.

    Args:
        frame: As `metrics.weekday_hours` returns it.
        text: Language of the words.

    Raises:
        MetricError: The frame has no rows, lacks a column, or holds no count.
    """
    return weekday_hours(frame, text, text("redemptions.chart.value"))


def concentration(frame: pd.DataFrame, text: Text) -> Chart:
    """The Lorenz curve of points redeemed over the members who redeemed any.

    Args:
        frame: As `metrics.lorenz` returns it.
        text: Language of the words.

    Raises:
        MetricError: The frame has no rows, lacks a column, or a share falls or lies outside 0 to 1.
    """
    return lorenz(frame, text, text("concentration.chart.value"), text("concentration.chart.people"))
