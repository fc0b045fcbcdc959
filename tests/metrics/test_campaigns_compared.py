from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace

import ibis
import numpy as np
import pandas as pd
import pytest

from retro.metrics.campaigns_compared import campaigns_compared, joint_ends, support_recorded, taken

MakeTable = Callable[..., ibis.Table]


def campaigns() -> pd.DataFrame:
    times = [pd.Timestamp(day) for day in ("2025-01-10", "2025-01-17", "2025-01-20", "2025-01-24")]
    return pd.DataFrame(
        [
            ("q/week", "Week", times[0], times[1], "recorded", True),
            ("q/contest", "Contest", times[1], times[3], "recorded", True),
            ("q/night", "Night", None, None, "breached", False),
        ],
        columns=["report", "title", "start", "end", "state", "same_data"],
    )


def figures() -> pd.DataFrame:
    rows = [
        ("q/week", "campaign_cost", "100.00", None, None),
        ("q/week", "new_users", "7", None, None),
        ("q/week", "net_contribution", "50.5", "10", "90"),
        ("q/contest", "campaign_cost", "30.00", None, None),
        ("q/contest", "output_input_ratio", "2.8", None, None),
    ]
    columns = ["report", "name", "value", "low", "high"]
    cells = [(report, name, *(None if one is None else Decimal(one) for one in rest)) for report, name, *rest in rows]
    return pd.DataFrame(cells, columns=columns, dtype=object).assign(unit="money", numerator=None, denominator=None)


@pytest.fixture
def users(table: MakeTable) -> ibis.Table:
    return table("user_id registered_at", [("a", "2025-01-16T23:59"), ("b", "2025-01-17"), ("c", "2025-01-24")])


def test_recorded_figures_stand_as_they_are(users: ibis.Table) -> None:
    week = campaigns_compared(campaigns(), figures(), users).iloc[0]

    assert week["campaign_cost"] == Decimal("100.00")
    assert (week["net_contribution"], week["net_contribution_low"], week["net_contribution_high"]) == (50.5, 10, 90)
    assert (week["new_users"], week["cac"]) == (7, Decimal("14.29"))


def test_who_registered_is_counted_only_where_no_report_says_it(users: ibis.Table) -> None:
    contest = campaigns_compared(campaigns(), figures(), users).iloc[1]

    assert (contest["new_users"], contest["cac"]) == (1, Decimal("30.00"))
    assert contest["output_input_ratio"] == 2.8
    assert pd.isna(contest["net_contribution"])


def test_a_missing_campaign_has_no_figures(users: ibis.Table) -> None:
    night = campaigns_compared(campaigns(), figures(), users).iloc[2]

    assert night["state"] == "breached"
    assert night.drop(["report", "title", "state", "same_data", "group"]).isna().all()


def test_taken_figures_are_copied_and_an_unknown_one_is_missing() -> None:
    sources = {
        "first": SimpleNamespace(report="q/week", figure="net_contribution"),
        "second": SimpleNamespace(report="q/night", figure="gmv"),
    }

    frame = taken(figures(), sources)

    assert frame["goal"].tolist() == ["first", "second"]
    assert frame["value"].tolist() == [Decimal("50.5"), None]
    assert frame.loc[0, "high"] == Decimal(90)


def test_support_is_told_of_campaigns_that_recorded_it() -> None:
    known = {"low": None, "high": None, "unit": "rate"}
    figures = pd.DataFrame(
        [
            {"report": "q/week", "name": "support_in_time_rate", "value": 0.5, "numerator": 30, "denominator": 60}
            | known,
            {"report": "q/week", "name": "first_answer_median_seconds", "value": 20} | known,
            {"report": "q/night", "name": "support_in_time_rate", "value": None, "numerator": 0, "denominator": 0}
            | known,
        ]
    )
    campaigns = pd.DataFrame({"report": ["q/week", "q/night", "q/contest"], "title": ["Week", "Night", "Contest"]})

    (row,) = support_recorded(campaigns, figures).to_dict("records")

    assert (row["title"], row["tickets"], row["within"], row["rate"]) == ("Week", 60, 30, 0.5)
    assert (row["median_seconds"], pd.isna(row["p90_seconds"])) == (20.0, True)
    assert row["low"] < 0.5 < row["high"]


def written(draws: np.ndarray) -> str:
    return " ".join(f"{draw:.6g}" for draw in draws)


def test_a_sum_over_campaigns_comes_from_their_draws() -> None:
    """Two errors of 30 and 40: 50 apart, 10 where one has too much what the other has too little."""
    noise = np.random.default_rng(1).standard_normal(4_000)
    one, other = written(100 + 30 * noise), written(-300 - 40 * noise)
    apart, together = joint_ends([one, other], [0, 1]), joint_ends([one, other], [0, 0])

    assert apart == pytest.approx((-200 - 1.96 * 50, -200 + 1.96 * 50), abs=4)
    assert together == pytest.approx((-200 - 1.96 * 10, -200 + 1.96 * 10), abs=1)
    assert joint_ends([one, "1 2 3"], [0, 1]) is None


def test_draws_and_groups_are_taken_from_the_ledgers(users: ibis.Table) -> None:
    told = figures().assign(draws="")
    told.loc[told["name"] == "net_contribution", "draws"] = "10 90"
    frame = campaigns_compared(campaigns().assign(group=[0, 0, 2]), told, users)

    assert frame["net_contribution_draws"].tolist() == ["10 90", None, None]
    assert frame["group"].tolist() == [0, 0, 2]
    assert campaigns_compared(campaigns(), figures(), users)["group"].tolist() == [0, 1, 2]
