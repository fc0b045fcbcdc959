from decimal import Decimal

import pytest

from retro.metrics.roi import Promotion

WORKED = Promotion(
    actual_gmv=Decimal(1_300_000),
    usual_gmv=Decimal(1_000_000),
    after_effect=Decimal(-90_000),
    halo=Decimal(24_000),
    refund_rate=Decimal("0.08"),
    margin_rate=Decimal("0.35"),
    fulfilment_rate=Decimal("0.06"),
    discounts=Decimal(130_000),
    points_cost=Decimal(20_000),
    media=Decimal(30_000),
    fixed=Decimal(10_000),
)


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        ("gross_lift", "300000"),
        ("net_lift", "234000"),
        ("net_lift_after_refunds", "215280"),
        ("contribution_before_cost", "62431.20"),
        ("cost", "190000"),
        ("net_contribution", "-127568.80"),
        ("pull_forward_share", "0.3"),
    ],
)
def test_a_promotion_is_booked_to_the_cent(figure: str, expected: str) -> None:
    assert getattr(WORKED, figure) == Decimal(expected)


def test_both_bookings_come_to_the_same() -> None:
    assert WORKED.net_contribution == WORKED.difference_of_statements


def test_the_naive_ratio_stands_far_from_the_incremental_one() -> None:
    assert round(WORKED.naive_roas, 2) == Decimal("43.33")
    assert round(WORKED.incremental_roi, 4) == Decimal("-0.6714")
