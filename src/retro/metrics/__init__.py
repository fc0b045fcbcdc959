"""Metrics: Ibis tables in, small documented frames out. Every figure is defined in `docs/metrics.md`."""

from __future__ import annotations

from retro.metrics.cost import acquisition_cost, campaign_cost
from retro.metrics.funnel import funnel
from retro.metrics.intervals import prediction, wilson
from retro.metrics.registrations import registration_lift, registrations
from retro.metrics.repurchase import repurchase, repurchase_cohorts
from retro.metrics.retention import retention
from retro.metrics.value import first_day_value

__all__ = [
    "acquisition_cost",
    "campaign_cost",
    "first_day_value",
    "funnel",
    "prediction",
    "registration_lift",
    "registrations",
    "repurchase",
    "repurchase_cohorts",
    "retention",
    "wilson",
]
