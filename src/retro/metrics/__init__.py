"""Metrics: Ibis tables in, small documented frames out. Every figure is defined in `docs/metrics.md`."""

from __future__ import annotations

from retro.metrics.cost import acquisition_cost, campaign_cost
from retro.metrics.funnel import (
    Exclusion,
    FunnelRules,
    conversion_curve,
    conversion_histogram,
    conversion_times,
    drop_off,
    funnel,
    funnel_by,
    funnel_trend,
    micro_funnel,
    odds_ratio,
)
from retro.metrics.intervals import prediction, wilson
from retro.metrics.registrations import registration_lift, registrations
from retro.metrics.repurchase import repurchase, repurchase_cohorts
from retro.metrics.retention import retention
from retro.metrics.survival import LogRank, kaplan_meier, log_rank, survival_quantile
from retro.metrics.value import first_day_value

__all__ = [
    "Exclusion",
    "FunnelRules",
    "LogRank",
    "acquisition_cost",
    "campaign_cost",
    "conversion_curve",
    "conversion_histogram",
    "conversion_times",
    "drop_off",
    "first_day_value",
    "funnel",
    "funnel_by",
    "funnel_trend",
    "kaplan_meier",
    "log_rank",
    "micro_funnel",
    "odds_ratio",
    "prediction",
    "registration_lift",
    "registrations",
    "repurchase",
    "repurchase_cohorts",
    "retention",
    "survival_quantile",
    "wilson",
]
