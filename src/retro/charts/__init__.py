"""Charts: a frame and the texts of a language in, a `Chart` out. Each is named like the metric that it draws.

The general ones (`cumulative`, `forest`, `lorenz`, `panels`, `waterfall`, `weekday_hours`) take frames that several
metrics make.
"""

from __future__ import annotations

from retro.charts.activity import activity
from retro.charts.booking import booking
from retro.charts.budget import budget
from retro.charts.campaigns_compared import campaigns_compared
from retro.charts.chart import Chart
from retro.charts.contest import participant_repurchase, redeem_to_purchase, woken_members
from retro.charts.cost import acquisition_cost, campaign_cost
from retro.charts.coupon_expansion import coupon_expansion
from retro.charts.coupon_use import coupon_use
from retro.charts.cumulative import cumulative
from retro.charts.customer_mix import customer_mix
from retro.charts.dau_peak import dau_peak
from retro.charts.dots import dots
from retro.charts.experiments import experiment_days, experiment_looks, experiments
from retro.charts.fake_orders import fake_orders
from retro.charts.feedback import feedback
from retro.charts.forest import forest
from retro.charts.funnel import funnel
from retro.charts.gmv import gmv_kinds, gmv_race
from retro.charts.goods import items, pools, stock_outs
from retro.charts.heatmap import weekday_hours
from retro.charts.hourly_impact import hourly_impact
from retro.charts.impact import impact
from retro.charts.lorenz import lorenz
from retro.charts.matching import matched_participants
from retro.charts.micro_funnel import micro_funnel
from retro.charts.minute_traffic import minute_traffic
from retro.charts.month import monthly_trend, pacing, unusual_days, weekly_chain
from retro.charts.offers import offers
from retro.charts.panels import panels
from retro.charts.participation import participation
from retro.charts.payments import payments
from retro.charts.pnl import pnl, tornado
from retro.charts.points import concentration, points_balance, redemptions
from retro.charts.quarter_sales import quarter_sales
from retro.charts.reach import reach
from retro.charts.registration_minutes import registration_minutes
from retro.charts.registrations import registrations
from retro.charts.repurchase import repurchase, repurchase_cohorts
from retro.charts.retention import retention
from retro.charts.sales import hourly_sales
from retro.charts.satisfaction import satisfaction
from retro.charts.second_order import second_order
from retro.charts.support import support
from retro.charts.tasks import tasks
from retro.charts.tier_migration import tier_migration
from retro.charts.tier_moves import tier_moves, tier_penetration
from retro.charts.tier_turnout import tier_turnout
from retro.charts.voices import competitor, review_themes, reviews
from retro.charts.waterfall import waterfall

__all__ = [
    "Chart",
    "acquisition_cost",
    "activity",
    "booking",
    "budget",
    "campaign_cost",
    "campaigns_compared",
    "competitor",
    "concentration",
    "coupon_expansion",
    "coupon_use",
    "cumulative",
    "customer_mix",
    "dau_peak",
    "dots",
    "experiment_days",
    "experiment_looks",
    "experiments",
    "fake_orders",
    "feedback",
    "forest",
    "funnel",
    "gmv_kinds",
    "gmv_race",
    "hourly_impact",
    "hourly_sales",
    "impact",
    "items",
    "lorenz",
    "matched_participants",
    "micro_funnel",
    "minute_traffic",
    "monthly_trend",
    "offers",
    "pacing",
    "panels",
    "participant_repurchase",
    "participation",
    "payments",
    "pnl",
    "points_balance",
    "pools",
    "quarter_sales",
    "reach",
    "redeem_to_purchase",
    "redemptions",
    "registration_minutes",
    "registrations",
    "repurchase",
    "repurchase_cohorts",
    "retention",
    "review_themes",
    "reviews",
    "satisfaction",
    "second_order",
    "stock_outs",
    "support",
    "tasks",
    "tier_migration",
    "tier_moves",
    "tier_penetration",
    "tier_turnout",
    "tornado",
    "unusual_days",
    "waterfall",
    "weekday_hours",
    "weekly_chain",
    "woken_members",
]
