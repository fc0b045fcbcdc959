"""What the section `first_day_value` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from telling import context_of, figures, finder

find = finder(partial(context_of, "new_user_week", start="2025-01-10", end="2025-01-17T00:00"))


def bought(buyers: int) -> pd.DataFrame:
    row = {"users": 100, "buyers": buyers, "orders": buyers, "value": Decimal("50.00")}
    return pd.DataFrame([row | {"value_per_user": Decimal("0.50")}], dtype=object)


def test_first_day_value_is_told_for_all_and_for_each() -> None:
    finding = find("first_day_value", bought(10))

    assert "10 of 100 new registrations ordered on their first day, 10 orders in all" in finding.sentence
    assert "**first-day value 50 CNY**, 0.50 CNY each" in finding.sentence
    assert figures(finding) == {"first_day_value": Decimal("50.00")}


def test_what_few_bought_is_not_told() -> None:
    finding = find("first_day_value", bought(4))

    assert finding.sentence == "<5 of 100 new registrations ordered on their first day. "
    assert figures(finding) == {"first_day_value": None}
