"""What the section `cohort_value` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd

from telling import context_of, figures, finder

context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17T00:00")
find = finder(context)


def value(**campaign: Any) -> pd.DataFrame:
    rows = [
        {
            "cohort": "campaign",
            "eligible": 100,
            "buyers": 20,
            "low": 20.0,
            "high": 27.0,
            "state": "observed",
            "lost_days": 0,
        }
        | campaign,
        {
            "cohort": "baseline",
            "eligible": 400,
            "buyers": 90,
            "low": 28.0,
            "high": 30.0,
            "state": "observed",
            "lost_days": 1,
        },
    ]
    frame = pd.DataFrame(rows)
    frame["per_user"] = pd.Series([campaign.get("per_user", Decimal("23.50")), Decimal("29.00")], dtype=object)
    frame["contribution"] = pd.Series([campaign.get("per_user", Decimal("2350.00")), Decimal(11600)], dtype=object)
    return frame


def test_a_cohort_is_worth_what_its_users_left() -> None:
    finding = find("cohort_value", value())

    assert "**23.50 CNY** within 30 days" in finding.sentence
    assert "**below** the baseline's 29 CNY (400 users)" in finding.sentence
    assert figures(finding)["value_per_new_user"] == Decimal("23.50")
    assert "cost is not known" not in finding.sentence


def test_a_cohort_whose_goods_or_days_are_not_known_has_no_worth() -> None:
    assert "not taken as 0" in find("cohort_value", value(per_user=None)).sentence
    assert "not counted as 0" in find("cohort_value", value(state="unobserved")).sentence
    assert "Orders of some of the 30 days" in find("cohort_value", value(state="lost", per_user=None)).sentence
    assert find("cohort_value", value()).warnings == (
        (
            "Orders of 1 day are lost (baseline cohort): users whose 30 days hold one are left out, not counted as "
            "having bought nothing."
        ),
    )


def test_what_few_buyers_left_is_not_told() -> None:
    finding = find("cohort_value", value(buyers=4))

    assert finding.sentence == "Too few of the new registrations ordered for their contribution to be shown. "
    assert "no baseline cohort" in find("cohort_value", value().assign(buyers=[20, 4])).sentence
