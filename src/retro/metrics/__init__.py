"""Metrics: Ibis tables in, small documented frames out. Every figure is defined in `docs/metrics.md`."""

from __future__ import annotations

from retro.metrics.buying_models import BgNbd, GammaGamma, fit_bg_nbd, fit_gamma_gamma
from retro.metrics.cost import acquisition_cost, campaign_cost
from retro.metrics.experiments import experiment, experiments
from retro.metrics.experiments.power import units_for_means, units_for_shares
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
from retro.metrics.lifetime import (
    buying_histories,
    buying_summary,
    lifetime_holdout,
    lifetime_value,
    repeat_amounts,
    repeat_buyers,
)
from retro.metrics.registrations import registration_lift, registrations
from retro.metrics.repurchase import repurchase, repurchase_cohorts
from retro.metrics.retention import cohort_retention, pooled_retention, retention
from retro.metrics.survival import LogRank, kaplan_meier, log_rank, survival_quantile
from retro.metrics.value import first_day_value

__all__ = [
    "BgNbd",
    "Exclusion",
    "FunnelRules",
    "GammaGamma",
    "LogRank",
    "acquisition_cost",
    "buying_histories",
    "buying_summary",
    "campaign_cost",
    "cohort_retention",
    "conversion_curve",
    "conversion_histogram",
    "conversion_times",
    "drop_off",
    "experiment",
    "experiments",
    "first_day_value",
    "fit_bg_nbd",
    "fit_gamma_gamma",
    "funnel",
    "funnel_by",
    "funnel_trend",
    "kaplan_meier",
    "lifetime_holdout",
    "lifetime_value",
    "log_rank",
    "micro_funnel",
    "odds_ratio",
    "pooled_retention",
    "prediction",
    "registration_lift",
    "registrations",
    "repeat_amounts",
    "repeat_buyers",
    "repurchase",
    "repurchase_cohorts",
    "retention",
    "survival_quantile",
    "units_for_means",
    "units_for_shares",
    "wilson",
]
