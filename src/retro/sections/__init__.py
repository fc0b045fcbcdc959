"""Sections: what reports are made of. One module and one text file each; the list below names them all."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from retro import charts
from retro.sections.acquisition_cost import section as acquisition_cost
from retro.sections.activity import section as activity
from retro.sections.anomalies import section as anomalies
from retro.sections.attribution import section as attribution
from retro.sections.booking import section as booking
from retro.sections.bridge import section as bridge
from retro.sections.budget import section as budget
from retro.sections.campaign_cost import section as campaign_cost
from retro.sections.campaigns_compared import section as campaigns_compared
from retro.sections.causes import section as causes
from retro.sections.channels import section as channels
from retro.sections.cohort_value import section as cohort_value
from retro.sections.comparison import section as comparison
from retro.sections.competitor import section as competitor
from retro.sections.contest import abuse, participant_repurchase, redeem_to_purchase, woken_members
from retro.sections.cost_shares import section as cost_shares
from retro.sections.coupon_expansion import section as coupon_expansion
from retro.sections.coupons import section as coupons
from retro.sections.customer_contribution import section as customer_contribution
from retro.sections.customer_mix import section as customer_mix
from retro.sections.dau_peak import section as dau_peak
from retro.sections.drop_off_factors import section as drop_off_factors
from retro.sections.experiments import section as experiments
from retro.sections.fake_orders import section as fake_orders
from retro.sections.feedback import section as feedback
from retro.sections.finding import Context, Finding
from retro.sections.first_day_value import section as first_day_value
from retro.sections.first_order_discount import section as first_order_discount
from retro.sections.funnel import section as funnel
from retro.sections.funnel_segments import section as funnel_segments
from retro.sections.goods import basket, items, pools, stock_outs
from retro.sections.hourly_impact import section as hourly_impact
from retro.sections.hourly_sales import section as hourly_sales
from retro.sections.impact import section as impact
from retro.sections.labour import section as labour
from retro.sections.located import section as located
from retro.sections.matched_participants import section as matched_participants
from retro.sections.micro_funnel import section as micro_funnel
from retro.sections.month_figures import section as month_figures
from retro.sections.monthly_trend import section as monthly_trend
from retro.sections.newcomer_path import section as newcomer_path
from retro.sections.offers import offers
from retro.sections.overlap import section as overlap
from retro.sections.pacing import section as pacing
from retro.sections.participation import section as participation
from retro.sections.payback import section as payback
from retro.sections.payments import payments
from retro.sections.period_costs import section as period_costs
from retro.sections.pnl import section as pnl
from retro.sections.points import concentration, leaderboard, points_balance, points_liability, redemptions
from retro.sections.points_path import section as points_path
from retro.sections.quarter_sales import section as quarter_sales
from retro.sections.quarter_share import section as quarter_share
from retro.sections.reach import section as reach
from retro.sections.registration_minutes import section as registration_minutes
from retro.sections.registrations import section as registrations
from retro.sections.repurchase import section as repurchase
from retro.sections.repurchase_cohorts import section as repurchase_cohorts
from retro.sections.retention import section as retention
from retro.sections.review_themes import section as review_themes
from retro.sections.reviews import section as reviews
from retro.sections.risks import section as risks
from retro.sections.roi import section as roi
from retro.sections.rush import gmv_kinds, gmv_race, minute_traffic
from retro.sections.satisfaction import section as satisfaction
from retro.sections.scorecard import scorecard
from retro.sections.second_order import section as second_order
from retro.sections.section import Section
from retro.sections.stated import section as stated
from retro.sections.support import section as support
from retro.sections.support_recorded import section as support_recorded
from retro.sections.synergy import section as synergy
from retro.sections.taken import section as taken
from retro.sections.tasks import section as tasks
from retro.sections.tier_migration import section as tier_migration
from retro.sections.tier_moves import tier_moves, tier_penetration
from retro.sections.tier_turnout import section as tier_turnout
from retro.sections.tornado import section as tornado
from retro.sections.weekly_chain import section as weekly_chain

__all__ = ["SECTIONS", "Context", "Finding", "Section", "scorecard"]

_ALL = (
    Section("abuse", abuse),
    acquisition_cost,
    activity,
    anomalies,
    attribution,
    Section("basket", basket, level=2),
    booking,
    bridge,
    budget,
    campaign_cost,
    campaigns_compared,
    causes,
    channels,
    cohort_value,
    comparison,
    competitor,
    Section("concentration", concentration, charts.concentration, level=2),
    cost_shares,
    coupon_expansion,
    coupons,
    customer_contribution,
    customer_mix,
    dau_peak,
    drop_off_factors,
    experiments,
    fake_orders,
    feedback,
    first_day_value,
    first_order_discount,
    funnel,
    funnel_segments,
    Section("gmv_kinds", gmv_kinds, charts.gmv_kinds, level=2),
    Section("gmv_race", gmv_race, charts.gmv_race),
    hourly_impact,
    hourly_sales,
    impact,
    Section("items", items, charts.items),
    labour,
    Section("leaderboard", leaderboard, level=2),
    located,
    matched_participants,
    micro_funnel,
    Section("minute_traffic", minute_traffic, charts.minute_traffic),
    month_figures,
    monthly_trend,
    newcomer_path,
    Section("offers", offers, charts.offers),
    overlap,
    pacing,
    Section("participant_repurchase", participant_repurchase, charts.participant_repurchase, level=2),
    participation,
    payback,
    Section("payments", payments, charts.payments, level=2),
    period_costs,
    pnl,
    Section("points_balance", points_balance, charts.points_balance),
    Section("points_liability", points_liability, level=2),
    points_path,
    Section("pools", pools, charts.pools, level=2),
    quarter_sales,
    quarter_share,
    reach,
    Section("redeem_to_purchase", redeem_to_purchase, charts.redeem_to_purchase),
    Section("redemptions", redemptions, charts.redemptions),
    registration_minutes,
    registrations,
    repurchase,
    repurchase_cohorts,
    retention,
    review_themes,
    reviews,
    risks,
    roi,
    satisfaction,
    second_order,
    stated,
    Section("stock_outs", stock_outs, charts.stock_outs, level=2),
    support,
    support_recorded,
    synergy,
    taken,
    tasks,
    tier_migration,
    Section("tier_moves", tier_moves, charts.tier_moves, level=2),
    Section("tier_penetration", tier_penetration, charts.tier_penetration),
    tier_turnout,
    tornado,
    weekly_chain,
    Section("woken_members", woken_members, charts.woken_members),
)

SECTIONS: Mapping[str, Section] = MappingProxyType({section.name: section for section in _ALL})
"""Every section by its name."""
