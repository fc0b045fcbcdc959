"""Findings: what the figures mean, in words.

A section's finding has the name of the metric whose frame it reads, as its chart has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from retro.findings.activity import activity
from retro.findings.booking import booking
from retro.findings.bridge import bridge
from retro.findings.budget import budget, labour, period_costs
from retro.findings.campaigns_compared import campaigns_compared, support_recorded, taken
from retro.findings.causes import causes
from retro.findings.channels import channels
from retro.findings.comparison import comparison
from retro.findings.contest import abuse, participant_repurchase, redeem_to_purchase, woken_members
from retro.findings.cost import acquisition_cost, campaign_cost
from retro.findings.cost_shares import cost_shares
from retro.findings.coupon_expansion import coupon_expansion
from retro.findings.coupons import coupons
from retro.findings.customer_mix import customer_mix, quarter_share
from retro.findings.customers import customer_contribution, tier_migration
from retro.findings.dau_peak import dau_peak
from retro.findings.experiments import experiments
from retro.findings.fake_orders import fake_orders
from retro.findings.feedback import feedback
from retro.findings.finding import Context, Finding
from retro.findings.funnel import funnel
from retro.findings.goals import followed_up, goals
from retro.findings.goods import basket, items, pools, stock_outs
from retro.findings.hourly_impact import hourly_impact
from retro.findings.impact import impact
from retro.findings.located import located
from retro.findings.matching import matched_participants
from retro.findings.month import anomalies, month_figures, monthly_trend, pacing, weekly_chain
from retro.findings.night_voices import competitor, review_themes, reviews
from retro.findings.offers import offers
from retro.findings.overlap import overlap, synergy
from retro.findings.participation import participation
from retro.findings.paths import newcomer_path, points_path
from retro.findings.payments import payments
from retro.findings.points import concentration, leaderboard, points_balance, points_liability, redemptions
from retro.findings.quarter_sales import quarter_sales
from retro.findings.reach import reach, registration_minutes
from retro.findings.registrations import registrations
from retro.findings.repurchase import repurchase, repurchase_cohorts
from retro.findings.retention import retention
from retro.findings.risks import risks
from retro.findings.roi import attribution, payback, pnl, roi, tornado
from retro.findings.rush import gmv_kinds, gmv_race, minute_traffic
from retro.findings.sales import hourly_sales
from retro.findings.satisfaction import satisfaction
from retro.findings.scorecard import scorecard
from retro.findings.second_order import second_order
from retro.findings.segments import drop_off_factors, funnel_segments, micro_funnel
from retro.findings.stated import stated
from retro.findings.support import support
from retro.findings.tasks import tasks
from retro.findings.tier_moves import tier_moves, tier_penetration
from retro.findings.tier_turnout import tier_turnout
from retro.findings.value import cohort_value, first_day_value, first_order_discount
from retro.findings.verdict import verdict

__all__ = ["SECTIONS", "Context", "Finding", "followed_up", "goals", "scorecard", "verdict"]

SECTIONS: Mapping[str, Callable[..., Finding]] = MappingProxyType(
    {
        "abuse": abuse,
        "acquisition_cost": acquisition_cost,
        "activity": activity,
        "anomalies": anomalies,
        "attribution": attribution,
        "basket": basket,
        "booking": booking,
        "bridge": bridge,
        "budget": budget,
        "campaign_cost": campaign_cost,
        "campaigns_compared": campaigns_compared,
        "causes": causes,
        "channels": channels,
        "cohort_value": cohort_value,
        "comparison": comparison,
        "competitor": competitor,
        "concentration": concentration,
        "cost_shares": cost_shares,
        "coupon_expansion": coupon_expansion,
        "coupons": coupons,
        "customer_contribution": customer_contribution,
        "customer_mix": customer_mix,
        "dau_peak": dau_peak,
        "drop_off_factors": drop_off_factors,
        "experiments": experiments,
        "fake_orders": fake_orders,
        "feedback": feedback,
        "first_day_value": first_day_value,
        "first_order_discount": first_order_discount,
        "funnel": funnel,
        "funnel_segments": funnel_segments,
        "gmv_kinds": gmv_kinds,
        "gmv_race": gmv_race,
        "hourly_impact": hourly_impact,
        "hourly_sales": hourly_sales,
        "impact": impact,
        "items": items,
        "labour": labour,
        "leaderboard": leaderboard,
        "located": located,
        "matched_participants": matched_participants,
        "micro_funnel": micro_funnel,
        "minute_traffic": minute_traffic,
        "month_figures": month_figures,
        "monthly_trend": monthly_trend,
        "newcomer_path": newcomer_path,
        "offers": offers,
        "overlap": overlap,
        "pacing": pacing,
        "participant_repurchase": participant_repurchase,
        "participation": participation,
        "payback": payback,
        "payments": payments,
        "period_costs": period_costs,
        "pnl": pnl,
        "points_balance": points_balance,
        "points_liability": points_liability,
        "points_path": points_path,
        "pools": pools,
        "quarter_sales": quarter_sales,
        "quarter_share": quarter_share,
        "reach": reach,
        "redeem_to_purchase": redeem_to_purchase,
        "redemptions": redemptions,
        "registration_minutes": registration_minutes,
        "registrations": registrations,
        "repurchase": repurchase,
        "repurchase_cohorts": repurchase_cohorts,
        "retention": retention,
        "review_themes": review_themes,
        "reviews": reviews,
        "risks": risks,
        "roi": roi,
        "satisfaction": satisfaction,
        "second_order": second_order,
        "stated": stated,
        "stock_outs": stock_outs,
        "support": support,
        "support_recorded": support_recorded,
        "synergy": synergy,
        "taken": taken,
        "tasks": tasks,
        "tier_migration": tier_migration,
        "tier_moves": tier_moves,
        "tier_penetration": tier_penetration,
        "tier_turnout": tier_turnout,
        "tornado": tornado,
        "weekly_chain": weekly_chain,
        "woken_members": woken_members,
    }
)
"""The finding of each section: frames of the metric of the same name and a `Context` in, a `Finding` out."""
