"""Vectors of the area `finance`: the incremental result of a promotion, to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from retro.metrics.roi import Promotion

from .vector import Skip, Vector

_FIELDS = {
    "actual_gmv": "actual_gmv",
    "counterfactual_gmv": "usual_gmv",
    "post_effect": "after_effect",
    "halo": "halo",
    "refund_rate": "refund_rate",
    "margin": "margin_rate",
    "fulfil": "fulfilment_rate",
    "discount_total": "discounts",
    "points_cost": "points_cost",
    "media": "media",
    "fixed": "fixed",
}
"""What each key of `data` is called in `retro`; one that is not given is 0."""

_ANSWERS = {
    "incremental_contribution_before_cost": "contribution_before_cost",
    "campaign_cost": "cost",
    "iROI": "incremental_roi",
    "ROAS_naive": "naive_roas",
    "iROAS_media": "incremental_roas",
}
"""What each key of `expected` is called in `retro`, where the names differ."""


def check(vector: Vector) -> Iterator[str]:
    """Compare each figure, and the two bookings with each other."""
    unknown = set(vector.data) - set(_FIELDS)
    if unknown or not {"actual_gmv", "counterfactual_gmv"} <= set(vector.data):
        raise Skip(f"data {sorted(vector.data)} is not a promotion")
    values = {field: Decimal(str(vector.data.get(key, 0))) for key, field in _FIELDS.items()}
    promotion = Promotion(**values)
    for key in vector.expected:
        name = _ANSWERS.get(key, key)
        if not hasattr(promotion, name):
            raise Skip(f"expected key {key!r} is not known")
        yield from vector.compare(key, float(getattr(promotion, name)))
    if promotion.net_contribution != promotion.difference_of_statements:
        yield f"bookings: {promotion.net_contribution} on the lift, {promotion.difference_of_statements} as difference"
