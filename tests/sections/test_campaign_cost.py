from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from telling import context_of, finder

find = finder(partial(context_of, "new_user_week", campaign_id="c1", start="2025-01-10", end="2025-01-17"))


def test_cost_says_what_is_left_of_the_budget() -> None:
    frame = pd.DataFrame(
        {"category": ["media", "sms"], "amount": [Decimal("7.50"), Decimal("2.50")], "share": [0.75, 0.25]}
    )

    assert (
        "The campaign cost **10.00 CNY**; the largest part is media with 75.0%."
        in find("campaign_cost", frame).sentence
    )
    assert "2.00 CNY is left" in find("campaign_cost", frame, budget=12).sentence
    assert "**overspent by 1.00 CNY**" in find("campaign_cost", frame, budget=9).sentence


def test_no_cost_rows_are_not_zero_cost() -> None:
    finding = find("campaign_cost", pd.DataFrame({"category": [], "amount": [], "share": []}))

    assert "no row for campaign c1" in finding.sentence
    assert finding.entries == ()
