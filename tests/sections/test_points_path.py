"""What the section `points_path` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from telling import context_of, figures, finder

find = finder(partial(context_of, "new_user_week", start="2025-01-10", end="2025-01-17T00:00"))


def steps(last: int = 20, immature: int = 0) -> pd.DataFrame:
    rows = [
        ("earn", 100, float("nan"), 1.0, 0.96, 1.0, immature),
        ("redeem", 50, 0.5, 0.5, 0.4, 0.6, immature),
        ("buy_again", last, last / 50, last / 100, 0.1, 0.3, immature),
    ]
    return pd.DataFrame(rows, columns=["step", "users", "step_rate", "total_rate", "low", "high", "immature"])


@pytest.mark.parametrize(("immature", "words"), [(0, ""), (3, "<5 more are left out"), (30, "30 more are left out")])
def test_a_path_says_how_many_come_to_its_end_and_where_most_are_lost(immature: int, words: str) -> None:
    finding = find("points_path", steps(immature=immature))

    assert "**20 redeemed and bought again, 20.0%**" in finding.sentence
    assert "where only 40.0% go on" in finding.sentence
    assert "“兑换→兑换后下单”，只有 40.0% 往下走" in find("points_path", steps(), lang="zh").sentence
    assert words in finding.sentence
    assert ("left out" in finding.sentence) == (immature > 0)
    assert figures(finding) == {
        "points_path_redeem_rate": Decimal("0.5"),
        "points_path_buy_again_rate": Decimal("0.2"),
    }
    assert len(finding.exhibits) == 1


def test_a_path_that_few_go_to_its_end_has_no_rate_and_no_chart() -> None:
    finding = find("points_path", steps(4))

    assert "<5 redeemed and bought again, too few for a rate" in finding.sentence
    assert figures(finding)["points_path_buy_again_rate"] is None
    assert not finding.exhibits


def test_a_path_that_nobody_entered_is_not_covered() -> None:
    assert not find("points_path", steps().assign(users=0)).covered
