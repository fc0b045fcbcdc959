"""Charts: a frame and the texts of a language in, a `Chart` out. Each is named like the metric that it draws.

The general ones (`cumulative`, `forest`, `lorenz`, `waterfall`, `weekday_hours`) take frames that several metrics make.
"""

from __future__ import annotations

from retro.charts.chart import Chart
from retro.charts.cost import acquisition_cost, campaign_cost
from retro.charts.funnel import funnel
from retro.charts.heatmap import weekday_hours
from retro.charts.registrations import registrations
from retro.charts.repurchase import repurchase, repurchase_cohorts
from retro.charts.retention import retention

__all__ = [
    "Chart",
    "acquisition_cost",
    "campaign_cost",
    "funnel",
    "registrations",
    "repurchase",
    "repurchase_cohorts",
    "retention",
    "weekday_hours",
]
