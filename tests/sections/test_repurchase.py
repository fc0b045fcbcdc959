"""What the section `repurchase` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from telling import context_of, figures, finder

find = finder(partial(context_of, "new_user_week", start="2025-01-10", end="2025-01-17"))


def cohorts(repurchasers: int | None = 25, state: str = "observed") -> pd.DataFrame:
    rate = float("nan") if repurchasers is None else repurchasers / 100
    rows = [
        ("campaign", 100, repurchasers, rate, rate - 0.08, rate + 0.09, state),
        ("baseline", 400, 40, 0.1, 0.07, 0.13, "observed"),
    ]
    return pd.DataFrame(rows, columns=["cohort", "buyers", "repurchasers", "rate", "low", "high", "state"])


@pytest.mark.parametrize(
    ("repurchasers", "words"), [(25, "**above** the baseline's 10.0% (40/400)"), (12, "no clear diff")]
)
def test_repurchase_is_read_beside_the_baseline(repurchasers: int, words: str) -> None:
    finding = find("repurchase", cohorts(repurchasers))

    assert f"bought again within 28 days of their first order ({repurchasers}/100" in finding.sentence
    assert words in finding.sentence
    assert figures(finding)["repurchase_rate_baseline"] == Decimal("0.1")


def test_what_is_not_observed_is_missing_and_never_zero() -> None:
    finding = find("repurchase", cohorts(None, "unobserved"))

    assert "left empty, not counted as 0" in finding.sentence
    assert figures(finding)["repurchase_rate"] is None


def test_few_who_bought_again_have_no_rate() -> None:
    finding = find("repurchase", cohorts(3))

    assert finding.sentence == "<5 of 100 bought again within 28 days of their first order, too few for a rate. "
    assert figures(finding)["repurchase_rate"] is None
