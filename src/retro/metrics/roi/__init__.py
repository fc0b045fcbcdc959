"""ROI: output over input as departments state it, and the incremental return."""

from retro.metrics.roi.headline import deducted_cost, roi, tornado
from retro.metrics.roi.hold_out import counted_groups, hold_out_impact
from retro.metrics.roi.impacts import Impacts, impacts
from retro.metrics.roi.newcomers import first_buyers, payback

__all__ = [
    "Impacts",
    "counted_groups",
    "deducted_cost",
    "first_buyers",
    "hold_out_impact",
    "impacts",
    "payback",
    "roi",
    "tornado",
]
