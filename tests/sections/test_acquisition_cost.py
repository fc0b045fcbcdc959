from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from telling import context_of, finder

find = finder(partial(context_of, "new_user_week", start="2025-01-10", end="2025-01-17"))


def costs(new_users: int) -> pd.DataFrame:
    each = [Decimal("2.00"), Decimal("5.00")] if new_users else [None, None]
    names = ["acquisition_only", "all_cost"]
    return pd.DataFrame(
        {"definition": names, "cost": [Decimal(20), Decimal(50)], "new_users": new_users, "cac": each}, dtype=object
    )


def test_both_definitions_stand_side_by_side() -> None:
    finding = find("acquisition_cost", costs(10))

    assert "**2.00 CNY by acquisition cost only** (20.00 CNY), **5.00 CNY by all campaign cost** (50.00 CNY)" in (
        finding.sentence
    )
    assert [(entry.name, entry.value, entry.denominator) for entry in finding.entries] == [
        ("cac_acquisition_only", 2, 10),
        ("cac_all_cost", 5, 10),
    ]


@pytest.mark.parametrize(("new_users", "words"), [(0, "There were no new users"), (4, "There were <5 new users")])
def test_nobody_or_a_few_have_no_cost_each(new_users: int, words: str) -> None:
    finding = find("acquisition_cost", costs(new_users))

    assert words in finding.sentence
    assert finding.table is not None
    assert [row[-1].text for row in finding.table.rows] == ["", ""]
    assert finding.entries == ()
