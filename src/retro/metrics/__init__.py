"""Metrics: Ibis tables in, small documented frames out.

Every figure is defined in `docs/metrics.md`. Whatever the metric, a table that lacks a column raises `MetricError`, and
so does a number below what the metric can work with; other errors stand under `Raises`.
"""

from retro.metrics.abuse import abuse, abuse_flags
from retro.metrics.activity import activity, activity_rates
from retro.metrics.ads import ads
from retro.metrics.anomalies import LEAST_DAYS, anomalies, anomaly_sentence
from retro.metrics.attribution import attribution, claims
from retro.metrics.baseline import Impact, hourly_impact, impact, phases_of
from retro.metrics.best_sellers import best_sellers
from retro.metrics.booking import booking
from retro.metrics.brand_waves import brand_course, brand_gap, brand_rivals, brand_wave
from retro.metrics.bridge import Bridge, bridge
from retro.metrics.budget import budget, labour, per_operator, period_costs
from retro.metrics.budget_variance import budget_variance
from retro.metrics.bundles import bundles
from retro.metrics.campaigns_compared import campaigns_compared, support_recorded, taken
from retro.metrics.causes import causes
from retro.metrics.channels import channels
from retro.metrics.cohort_value import cohort_value
from retro.metrics.community import community, community_groups, group_joiners, outside_groups
from retro.metrics.comparison import comparison
from retro.metrics.competitor import competitor, competitor_offers
from retro.metrics.concentration import concentration, lorenz
from retro.metrics.content import content, content_kinds, content_pieces, content_searches, content_top
from retro.metrics.content_counts import content_counts, content_inside, content_periods, content_reactions
from retro.metrics.cost import acquisition_cost, campaign_cost
from retro.metrics.cost_shares import cost_shares
from retro.metrics.coupons import coupon_expansion, coupon_holders, coupon_hunters, coupon_thresholds, coupons
from retro.metrics.covariates import daily_registrations, untouched_sales
from retro.metrics.customer_mix import customer_mix
from retro.metrics.customers import customer_contribution, tier_migration
from retro.metrics.dau_peak import dau_peak
from retro.metrics.enquiry_orders import enquiry_orders
from retro.metrics.experiments import experiment, experiments, portfolio_of
from retro.metrics.fake_orders import fake_orders, suspicious_orders
from retro.metrics.feedback import feedback, negative_feedback
from retro.metrics.first_order_discount import first_order_discount
from retro.metrics.funnel import (
    Exclusion,
    FunnelPath,
    FunnelRules,
    conversion_times,
    drop_off_factors,
    funnel,
    funnel_by,
    funnel_segments,
    micro_funnel,
    odds_ratio,
)
from retro.metrics.gmv import gmv_kinds, gmv_race
from retro.metrics.goods import basket, item_summary, items, pools, stock_outs
from retro.metrics.intervals import prediction, wilson
from retro.metrics.life_stages import first_sales, goods_course, life_stages, top_goods, top_share
from retro.metrics.lifetime import lifetime_backtest, lifetime_value
from retro.metrics.live_programme import (
    live_course,
    live_everyday,
    live_hosts,
    live_items,
    live_programme,
    live_sessions,
    live_sources,
)
from retro.metrics.losses import campaign_gaps, located, recorded_losses
from retro.metrics.matching import matched_participants, matched_weeks
from retro.metrics.minute_traffic import minute_traffic, traffic_phases
from retro.metrics.month_figures import month_figures
from retro.metrics.node_phases import node_phases
from retro.metrics.offers import offers
from retro.metrics.order_channels import order_channels
from retro.metrics.overlap import campaign_users, overlap, synergy
from retro.metrics.pacing import pacing
from retro.metrics.participation import eligible_members, invitation_groups, participants, participation, seen_members
from retro.metrics.paths import newcomer_path, points_path
from retro.metrics.payments import payment_channels, payment_incidents, payments
from retro.metrics.people_moved import newcomers_moved, people_moved
from retro.metrics.pnl import Statement, daily_contribution, pnl
from retro.metrics.points_balance import leaderboard, points_balance
from retro.metrics.presales import presales
from retro.metrics.price_bands import price_bands
from retro.metrics.price_protection import price_protection
from retro.metrics.product_launch import launch_curve, launch_votes, launches, neighbours, product_launch
from retro.metrics.purchase_paths import matched_rates, participant_repurchase, redeem_to_purchase
from retro.metrics.quarter_sales import period_totals, quarter_sales
from retro.metrics.quarter_share import quarter_share
from retro.metrics.reach import reach
from retro.metrics.reactivation import reactivated_lift, reactivated_members
from retro.metrics.redemptions import daily_redemptions, hoarders, points_liability, redeemed_points, rewards
from retro.metrics.referral import referral, referral_generations, referral_value
from retro.metrics.refund_reasons import refund_rates, refund_reasons
from retro.metrics.registrations import registration_lift, registration_minutes, registrations
from retro.metrics.repurchase import repurchase, repurchase_cohorts
from retro.metrics.retention import retention
from retro.metrics.reviews import review_score, review_themes, reviews
from retro.metrics.rfm import buyers
from retro.metrics.rfm_tiers import rfm_tiers
from retro.metrics.rhythm import monthly_trend, weekly_chain
from retro.metrics.risks import incidents_in, risks
from retro.metrics.roi import (
    counted_groups,
    first_buyers,
    hold_out_impact,
    impacts,
    order_impact,
    payback,
    roi,
    tornado,
)
from retro.metrics.sales import daily_sales, hourly_sales
from retro.metrics.satisfaction import satisfaction
from retro.metrics.saved_goods import saved_goods
from retro.metrics.scenes import scene_landing, scene_share, scenes
from retro.metrics.second_order import second_order, second_order_test
from retro.metrics.shipping import shipping
from retro.metrics.silence import silent_members
from retro.metrics.store_weeks import store_node, store_ranks, store_weeks, store_years
from retro.metrics.supply import reorders, sampling, stock_days
from retro.metrics.support import support, support_answers, support_lift, support_topics
from retro.metrics.survival import kaplan_meier, log_rank, survival_quantile
from retro.metrics.tasks import tasks
from retro.metrics.tier_moves import tier_moves, tier_penetration
from retro.metrics.tier_turnout import tier_turnout
from retro.metrics.tiers import eight_tiers, four_tiers, members, tiers
from retro.metrics.traffic import traffic, traffic_peak, weekday_hours
from retro.metrics.value import first_day_value
from retro.metrics.visitor_value import joined_visitors, visitor_value
from retro.metrics.win_back import (
    silent_buyers,
    told,
    win_back,
    win_back_after,
    win_back_days,
    win_back_groups,
    win_back_lift,
)
from retro.metrics.year import campaign_calendar, goals_multiply, lessons, next_plan, quarters_paced
