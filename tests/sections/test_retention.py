"""What the section `retention` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from telling import context_of, finder

context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17")
find = finder(context)


def retention_frame(campaign_state: str = "observed") -> pd.DataFrame:
    unseen = campaign_state == "unobserved"
    return pd.DataFrame(
        {
            "cohort": ["campaign", "baseline"],
            "day": [1, 1],
            "eligible": [0 if unseen else 100, 400],
            "retained": [None if unseen else 72, 240],
            "rate": [float("nan") if unseen else 0.72, 0.6],
            "low": [float("nan") if unseen else 0.66, 0.57],
            "high": [float("nan") if unseen else 0.78, 0.63],
            "state": [campaign_state, "observed"],
        }
    )


def test_retention_is_above_when_the_intervals_are_apart() -> None:
    finding = find("retention", retention_frame())

    assert "Day-1 retention was **72.0%** (72/100, 95% interval 66.0% – 78.0%), **above** the" in finding.sentence
    assert "+12.0 pp" in finding.sentence


def test_what_is_not_observed_is_missing_and_never_zero() -> None:
    finding = find("retention", retention_frame("unobserved"))

    assert "Day 1 has not been wholly observed: left empty, not counted as 0." in finding.sentence
    assert finding.entries[0].value is None


@pytest.mark.parametrize(("lang", "words"), [("en", "No new registrations during"), ("zh", "活动期没有新增注册用户")])
def test_a_campaign_that_nobody_joined_is_not_said_to_be_unobserved(lang: str, words: str) -> None:
    finding = find("retention", retention_frame("unobserved").assign(state=["empty", "observed"]), lang=lang)

    assert finding.sentence.startswith(words)
    assert "observed" not in finding.sentence
    assert "观测" not in finding.sentence


def test_few_who_came_back_have_no_rate() -> None:
    finding = find("retention", retention_frame().assign(retained=[3, 240]))

    assert finding.sentence == "<5 of 100 were back on day 1, too few for a rate. "
    assert finding.entries[0].value is None
    assert finding.entries[1].value == Decimal("0.6")
