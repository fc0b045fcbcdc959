"""Charts: a frame and the texts of a language in, a `Chart` out. Each is named like the metric that it draws.

The general ones (`cumulative`, `forest`, `lorenz`, `panels`, `waterfall`, `weekday_hours`) take frames that several
metrics make.
"""

from __future__ import annotations

from retro.charts.campaigns_compared import campaigns_compared
from retro.charts.chart import Chart
from retro.charts.cumulative import cumulative
from retro.charts.dots import dots
from retro.charts.forest import forest
from retro.charts.heatmap import weekday_hours
from retro.charts.lorenz import lorenz
from retro.charts.panels import panels
from retro.charts.repurchase import repurchase_cohorts
from retro.charts.waterfall import waterfall

__all__ = [
    "Chart",
    "campaigns_compared",
    "cumulative",
    "dots",
    "forest",
    "lorenz",
    "panels",
    "repurchase_cohorts",
    "waterfall",
    "weekday_hours",
]
