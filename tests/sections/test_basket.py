"""What the section `basket` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import pytest

from telling import cells, context_of, figures, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


def baskets(**baseline: Any) -> pd.DataFrame:
    row = {"cohort": "campaign", "orders": 100, "units": 250, "units_per_order": 2.5, "low": 2.3, "high": 2.7}
    row |= {"unit_price": Decimal(10), "order_value": Decimal(25)}
    return pd.DataFrame([row, row | {"cohort": "baseline", "units_per_order": 1.5, "low": 1.4, "high": 1.6} | baseline])


@pytest.mark.parametrize(
    ("baseline", "words"),
    [
        (
            {},
            "**2.50 pieces an order** (250 pieces/100 orders, 95% interval 2.30 – 2.70), **more than** the baseline's",
        ),
        # the two intervals overlap, and yet their difference is clear
        ({"high": 2.4}, "**2.50 pieces an order** (250 pieces/100 orders, 95% interval 2.30 – 2.70), **more than**"),
        ({"high": 2.6}, "**no clear difference** from the baseline's 1.50"),
        ({"orders": 0}, "There are no orders before to compare with."),
    ],
)
def test_pieces_stand_beside_the_baseline_ones(baseline: dict[str, Any], words: str) -> None:
    finding = find("basket", baskets(**baseline))

    assert words in finding.sentence
    assert figures(finding) == {"units_per_order": Decimal("2.5")}
    assert cells(finding)[0][0] == "Campaign"
