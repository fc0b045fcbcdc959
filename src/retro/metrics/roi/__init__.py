"""ROI: output over input as departments state it, and the incremental return."""

from retro.metrics.roi.headline import roi, tornado
from retro.metrics.roi.hold_out import counted_groups, hold_out_impact
from retro.metrics.roi.impacts import Impacts, impacts
from retro.metrics.roi.newcomers import first_buyers
from retro.metrics.roi.order_impact import order_impact
from retro.metrics.roi.payback import payback, payback_month
from retro.metrics.roi.simulation import Simulation, deducted_cost, simulate

__all__ = [
    "Impacts",
    "Simulation",
    "counted_groups",
    "deducted_cost",
    "first_buyers",
    "hold_out_impact",
    "impacts",
    "order_impact",
    "payback",
    "payback_month",
    "roi",
    "simulate",
    "tornado",
]
