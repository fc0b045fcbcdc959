"""Coupons: use, subsidy, thresholds, holders and bonus hunters."""

from retro.metrics.coupons.expansion import coupon_expansion
from retro.metrics.coupons.hunters import coupon_hunters
from retro.metrics.coupons.templates import coupon_holders, coupons
from retro.metrics.coupons.thresholds import coupon_thresholds

__all__ = ["coupon_expansion", "coupon_holders", "coupon_hunters", "coupon_thresholds", "coupons"]
