"""Charts: a frame and the texts of a language in, a `Chart` out. Each is named like the metric that it draws.

The general ones (`cumulative`, `forest`, `lorenz`, `panels`, `waterfall`, `weekday_hours`) take frames that several
metrics make.
"""

from __future__ import annotations

from retro.charts.activity import activity
from retro.charts.campaigns_compared import campaigns_compared
from retro.charts.chart import Chart
from retro.charts.cumulative import cumulative
from retro.charts.dau_peak import dau_peak
from retro.charts.dots import dots
from retro.charts.experiments import experiment_days, experiment_looks, experiments
from retro.charts.forest import forest
from retro.charts.funnel import funnel
from retro.charts.heatmap import weekday_hours
from retro.charts.hourly_impact import hourly_impact
from retro.charts.impact import impact
from retro.charts.lorenz import lorenz
from retro.charts.minute_traffic import minute_traffic
from retro.charts.month import monthly_trend, pacing, unusual_days, weekly_chain
from retro.charts.panels import panels
from retro.charts.payments import payments
from retro.charts.quarter_sales import quarter_sales
from retro.charts.registration_minutes import registration_minutes
from retro.charts.registrations import registrations
from retro.charts.repurchase import repurchase, repurchase_cohorts
from retro.charts.retention import retention
from retro.charts.sales import hourly_sales
from retro.charts.tier_moves import tier_moves, tier_penetration
from retro.charts.waterfall import waterfall

__all__ = [
    "Chart",
    "activity",
    "campaigns_compared",
    "cumulative",
    "dau_peak",
    "dots",
    "experiment_days",
    "experiment_looks",
    "experiments",
    "forest",
    "funnel",
    "hourly_impact",
    "hourly_sales",
    "impact",
    "lorenz",
    "minute_traffic",
    "monthly_trend",
    "pacing",
    "panels",
    "payments",
    "quarter_sales",
    "registration_minutes",
    "registrations",
    "repurchase",
    "repurchase_cohorts",
    "retention",
    "tier_moves",
    "tier_penetration",
    "unusual_days",
    "waterfall",
    "weekday_hours",
    "weekly_chain",
]
