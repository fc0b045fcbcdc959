"""Sections: one module and one text file each; the list below names them all."""

from collections.abc import Mapping
from types import MappingProxyType

from retro.sections.abuse import section as abuse
from retro.sections.acquisition_cost import section as acquisition_cost
from retro.sections.activity import section as activity
from retro.sections.anomalies import section as anomalies
from retro.sections.attribution import section as attribution
from retro.sections.basket import section as basket
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
from retro.sections.concentration import section as concentration
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
from retro.sections.gmv_kinds import section as gmv_kinds
from retro.sections.gmv_race import section as gmv_race
from retro.sections.hourly_impact import section as hourly_impact
from retro.sections.hourly_sales import section as hourly_sales
from retro.sections.impact import section as impact
from retro.sections.items import section as items
from retro.sections.labour import section as labour
from retro.sections.leaderboard import section as leaderboard
from retro.sections.lifetime_value import section as lifetime_value
from retro.sections.located import section as located
from retro.sections.matched_participants import section as matched_participants
from retro.sections.micro_funnel import section as micro_funnel
from retro.sections.minute_traffic import section as minute_traffic
from retro.sections.month_figures import section as month_figures
from retro.sections.monthly_trend import section as monthly_trend
from retro.sections.newcomer_path import section as newcomer_path
from retro.sections.offers import section as offers
from retro.sections.order_channels import section as order_channels
from retro.sections.overlap import section as overlap
from retro.sections.pacing import section as pacing
from retro.sections.participant_repurchase import section as participant_repurchase
from retro.sections.participation import section as participation
from retro.sections.payback import section as payback
from retro.sections.payments import section as payments
from retro.sections.period_costs import section as period_costs
from retro.sections.pnl import section as pnl
from retro.sections.points_balance import section as points_balance
from retro.sections.points_liability import section as points_liability
from retro.sections.points_path import section as points_path
from retro.sections.pools import section as pools
from retro.sections.quarter_sales import section as quarter_sales
from retro.sections.quarter_share import section as quarter_share
from retro.sections.reach import section as reach
from retro.sections.reactivated_members import section as reactivated_members
from retro.sections.redeem_to_purchase import section as redeem_to_purchase
from retro.sections.redemptions import section as redemptions
from retro.sections.registration_minutes import section as registration_minutes
from retro.sections.registrations import section as registrations
from retro.sections.repurchase import section as repurchase
from retro.sections.repurchase_cohorts import section as repurchase_cohorts
from retro.sections.retention import section as retention
from retro.sections.review_themes import section as review_themes
from retro.sections.reviews import section as reviews
from retro.sections.rfm_tiers import section as rfm_tiers
from retro.sections.risks import section as risks
from retro.sections.roi import section as roi
from retro.sections.satisfaction import section as satisfaction
from retro.sections.scorecard import scorecard
from retro.sections.second_order import section as second_order
from retro.sections.section import Section
from retro.sections.stated import section as stated
from retro.sections.stock_outs import section as stock_outs
from retro.sections.support import section as support
from retro.sections.support_recorded import section as support_recorded
from retro.sections.synergy import section as synergy
from retro.sections.taken import section as taken
from retro.sections.tasks import section as tasks
from retro.sections.tier_migration import section as tier_migration
from retro.sections.tier_moves import section as tier_moves
from retro.sections.tier_penetration import section as tier_penetration
from retro.sections.tier_turnout import section as tier_turnout
from retro.sections.tornado import section as tornado
from retro.sections.weekly_chain import section as weekly_chain

__all__ = ["SECTIONS", "Context", "Finding", "Section", "scorecard"]

_ALL = (
    abuse,
    acquisition_cost,
    activity,
    anomalies,
    attribution,
    basket,
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
    concentration,
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
    gmv_kinds,
    gmv_race,
    hourly_impact,
    hourly_sales,
    impact,
    items,
    labour,
    leaderboard,
    lifetime_value,
    located,
    matched_participants,
    micro_funnel,
    minute_traffic,
    month_figures,
    monthly_trend,
    newcomer_path,
    offers,
    order_channels,
    overlap,
    pacing,
    participant_repurchase,
    participation,
    payback,
    payments,
    period_costs,
    pnl,
    points_balance,
    points_liability,
    points_path,
    pools,
    quarter_sales,
    quarter_share,
    reach,
    redeem_to_purchase,
    redemptions,
    registration_minutes,
    registrations,
    repurchase,
    repurchase_cohorts,
    retention,
    review_themes,
    reviews,
    rfm_tiers,
    risks,
    roi,
    satisfaction,
    second_order,
    stated,
    stock_outs,
    support,
    support_recorded,
    synergy,
    taken,
    tasks,
    tier_migration,
    tier_moves,
    tier_penetration,
    tier_turnout,
    tornado,
    weekly_chain,
    reactivated_members,
)

SECTIONS: Mapping[str, Section] = MappingProxyType({section.name: section for section in _ALL})
"""Every section by its name."""
