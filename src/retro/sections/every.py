"""Every section; the list below names them all."""

from collections.abc import Mapping
from types import MappingProxyType

from retro.sections.abuse import section as abuse
from retro.sections.acquisition_cost import section as acquisition_cost
from retro.sections.activity import section as activity
from retro.sections.ads import section as ads
from retro.sections.anomalies import section as anomalies
from retro.sections.attribution import section as attribution
from retro.sections.basket import section as basket
from retro.sections.best_sellers import section as best_sellers
from retro.sections.booking import section as booking
from retro.sections.brand_rivals import section as brand_rivals
from retro.sections.brand_wave import section as brand_wave
from retro.sections.bridge import section as bridge
from retro.sections.budget import section as budget
from retro.sections.budget_variance import section as budget_variance
from retro.sections.bundles import section as bundles
from retro.sections.campaign_calendar import section as campaign_calendar
from retro.sections.campaign_cost import section as campaign_cost
from retro.sections.campaigns_compared import section as campaigns_compared
from retro.sections.causes import section as causes
from retro.sections.channels import section as channels
from retro.sections.cohort_value import section as cohort_value
from retro.sections.community import section as community
from retro.sections.community_groups import section as community_groups
from retro.sections.comparison import section as comparison
from retro.sections.competitor import section as competitor
from retro.sections.concentration import section as concentration
from retro.sections.content import section as content
from retro.sections.content_kinds import section as content_kinds
from retro.sections.content_reactions import section as content_reactions
from retro.sections.content_searches import section as content_searches
from retro.sections.content_top import section as content_top
from retro.sections.cost_shares import section as cost_shares
from retro.sections.coupon_expansion import section as coupon_expansion
from retro.sections.coupons import section as coupons
from retro.sections.customer_contribution import section as customer_contribution
from retro.sections.customer_mix import section as customer_mix
from retro.sections.dau_peak import section as dau_peak
from retro.sections.drop_off_factors import section as drop_off_factors
from retro.sections.enquiry_orders import section as enquiry_orders
from retro.sections.experiments import section as experiments
from retro.sections.fake_orders import section as fake_orders
from retro.sections.feedback import section as feedback
from retro.sections.first_day_value import section as first_day_value
from retro.sections.first_order_discount import section as first_order_discount
from retro.sections.first_sales import section as first_sales
from retro.sections.funnel import section as funnel
from retro.sections.funnel_segments import section as funnel_segments
from retro.sections.gmv_kinds import section as gmv_kinds
from retro.sections.gmv_race import section as gmv_race
from retro.sections.goals_multiply import section as goals_multiply
from retro.sections.goods_course import section as goods_course
from retro.sections.hourly_impact import section as hourly_impact
from retro.sections.hourly_sales import section as hourly_sales
from retro.sections.impact import section as impact
from retro.sections.items import section as items
from retro.sections.kpis_followed import section as kpis_followed
from retro.sections.labour import section as labour
from retro.sections.launch_votes import section as launch_votes
from retro.sections.leaderboard import section as leaderboard
from retro.sections.lessons import section as lessons
from retro.sections.life_stages import section as life_stages
from retro.sections.lifetime_value import section as lifetime_value
from retro.sections.live_course import section as live_course
from retro.sections.live_hosts import section as live_hosts
from retro.sections.live_items import section as live_items
from retro.sections.live_programme import section as live_programme
from retro.sections.live_sources import section as live_sources
from retro.sections.located import section as located
from retro.sections.matched_participants import section as matched_participants
from retro.sections.micro_funnel import section as micro_funnel
from retro.sections.minute_traffic import section as minute_traffic
from retro.sections.month_figures import section as month_figures
from retro.sections.monthly_trend import section as monthly_trend
from retro.sections.neighbours import section as neighbours
from retro.sections.newcomer_path import section as newcomer_path
from retro.sections.next_plan import section as next_plan
from retro.sections.node_phases import section as node_phases
from retro.sections.offers import section as offers
from retro.sections.order_channels import section as order_channels
from retro.sections.order_impact import section as order_impact
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
from retro.sections.portfolio import section as portfolio
from retro.sections.presales import section as presales
from retro.sections.price_bands import section as price_bands
from retro.sections.price_protection import section as price_protection
from retro.sections.product_launch import section as product_launch
from retro.sections.quarter_sales import section as quarter_sales
from retro.sections.quarter_share import section as quarter_share
from retro.sections.quarters_paced import section as quarters_paced
from retro.sections.reach import section as reach
from retro.sections.reactivated_members import section as reactivated_members
from retro.sections.redeem_to_purchase import section as redeem_to_purchase
from retro.sections.redemptions import section as redemptions
from retro.sections.referral import section as referral
from retro.sections.referral_generations import section as referral_generations
from retro.sections.referral_value import section as referral_value
from retro.sections.refund_reasons import section as refund_reasons
from retro.sections.registration_minutes import section as registration_minutes
from retro.sections.registrations import section as registrations
from retro.sections.reorders import section as reorders
from retro.sections.repurchase import section as repurchase
from retro.sections.repurchase_cohorts import section as repurchase_cohorts
from retro.sections.retention import section as retention
from retro.sections.review_themes import section as review_themes
from retro.sections.reviews import section as reviews
from retro.sections.rfm_tiers import section as rfm_tiers
from retro.sections.risks import section as risks
from retro.sections.roi import section as roi
from retro.sections.sampling import section as sampling
from retro.sections.satisfaction import section as satisfaction
from retro.sections.saved_goods import section as saved_goods
from retro.sections.scene_landing import section as scene_landing
from retro.sections.scenes import section as scenes
from retro.sections.second_order import section as second_order
from retro.sections.section import Section
from retro.sections.shipping import section as shipping
from retro.sections.stated import section as stated
from retro.sections.stock_days import section as stock_days
from retro.sections.stock_outs import section as stock_outs
from retro.sections.store_weeks import section as store_weeks
from retro.sections.support import section as support
from retro.sections.support_recorded import section as support_recorded
from retro.sections.synergy import section as synergy
from retro.sections.taken import section as taken
from retro.sections.tasks import section as tasks
from retro.sections.tier_migration import section as tier_migration
from retro.sections.tier_moves import section as tier_moves
from retro.sections.tier_penetration import section as tier_penetration
from retro.sections.tier_turnout import section as tier_turnout
from retro.sections.top_goods import section as top_goods
from retro.sections.tornado import section as tornado
from retro.sections.visitor_value import section as visitor_value
from retro.sections.weekly_chain import section as weekly_chain
from retro.sections.win_back import section as win_back
from retro.sections.win_back_days import section as win_back_days
from retro.sections.win_back_groups import section as win_back_groups

_TOPICS: tuple[tuple[Section, ...], ...] = (
    # traffic and turnout
    (reach, minute_traffic, activity, dau_peak, registrations, registration_minutes),
    (participation, tasks, booking, offers, tier_turnout, visitor_value),
    # paths
    (funnel, funnel_segments, micro_funnel, drop_off_factors, newcomer_path, points_path, payments),
    # sales and goods
    (node_phases, store_weeks, presales, saved_goods),
    (live_programme, live_sources, live_hosts, live_course, live_items),
    (hourly_sales, hourly_impact, gmv_race, gmv_kinds, pacing, basket, order_channels, customer_mix),
    (items, pools, stock_outs, competitor),
    (price_bands, bundles, best_sellers, shipping, refund_reasons, price_protection, enquiry_orders),
    (product_launch, launch_votes, neighbours, stock_days, sampling, reorders),
    (life_stages, top_goods, first_sales, goods_course),
    (scenes, scene_landing),
    (brand_wave, brand_rivals),
    # effect, cost and return
    (
        impact,
        order_impact,
        attribution,
        campaign_cost,
        budget_variance,
        cost_shares,
        pnl,
        roi,
        payback,
        tornado,
        channels,
        ads,
        acquisition_cost,
    ),
    (experiments, coupons, coupon_expansion, first_order_discount),
    # points
    (redemptions, redeem_to_purchase, points_balance, points_liability, leaderboard, concentration, abuse),
    # people afterwards
    (retention, repurchase, repurchase_cohorts, second_order, first_day_value, cohort_value, lifetime_value),
    (participant_repurchase, matched_participants, reactivated_members, tier_penetration),
    (win_back, win_back_groups, win_back_days),
    (referral, referral_generations, referral_value),
    (community, community_groups),
    (content, content_kinds, content_reactions, content_top, content_searches),
    # what people said, and what went wrong
    (feedback, reviews, review_themes, satisfaction, support, fake_orders, risks, stated),
    # a month or a quarter
    (month_figures, monthly_trend, weekly_chain, anomalies, bridge, comparison, causes, located),
    (rfm_tiers, tier_migration, tier_moves, customer_contribution, budget, labour, period_costs),
    (quarter_sales, quarter_share, campaigns_compared, portfolio, overlap, synergy, taken, support_recorded),
    # a year
    (quarters_paced, goals_multiply, campaign_calendar, kpis_followed, lessons, next_plan),
)

SECTIONS: Mapping[str, Section] = MappingProxyType({section.name: section for topic in _TOPICS for section in topic})
"""Every section by its name."""
