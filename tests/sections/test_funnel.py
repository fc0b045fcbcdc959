"""What the section `funnel` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from telling import context_of, finder

context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17T00:00")
find = finder(context)


FUNNEL = pd.DataFrame(
    {
        "step": ["register", "log_in", "order"],
        "users": [100, 90, 18],
        "step_rate": [float("nan"), 0.9, 0.2],
        "total_rate": [1.0, 0.9, 0.18],
        "low": [0.96, 0.83, 0.12],
        "high": [1.0, 0.95, 0.27],
        "median_hours": [float("nan"), 0.5, 7.0],
    }
)


def test_funnel_names_the_step_that_loses_most() -> None:
    finding = find("funnel", FUNNEL)

    assert "**18 of 100 went all the way, 18.0%**" in finding.sentence
    assert "between “log in” and “order”: only 20.0% go on, 72 do not" in finding.sentence
    (entry,) = finding.entries
    assert (entry.value, entry.numerator, entry.denominator) == (Decimal("0.18"), Decimal(18), Decimal(100))


def test_a_funnel_nobody_entered_records_nothing() -> None:
    finding = find("funnel", FUNNEL.assign(users=0, step_rate=float("nan"), total_rate=float("nan")))

    assert "Nobody did “register”" in finding.sentence
    assert finding.entries == ()


def test_a_funnel_of_which_few_reach_the_end_has_no_rate() -> None:
    finding = find("funnel", FUNNEL.assign(users=[100, 90, 4]))

    assert finding.sentence == "From “register” to “order”, <5 of 100 went all the way, too few for a rate. "
    assert finding.entries[0].value is None


def test_those_whose_time_is_not_over_are_told_unless_they_are_few() -> None:
    said = []
    for immature in (4, 40):
        frame = FUNNEL.copy()
        frame.attrs["immature"] = immature
        said.append(find("funnel", frame).sentence)

    assert "<5 more are left out" in said[0]
    assert "40 more are left out" in said[1]
