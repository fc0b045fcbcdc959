"""ROI: what a campaign earned over what it cost, as departments state it and as it can be shown."""

from __future__ import annotations

from retro.metrics.roi.headline import deducted_cost, roi, tornado
from retro.metrics.roi.impacts import Impacts, impacts
from retro.metrics.roi.newcomers import first_buyers, payback

__all__ = ["Impacts", "deducted_cost", "first_buyers", "impacts", "payback", "roi", "tornado"]
