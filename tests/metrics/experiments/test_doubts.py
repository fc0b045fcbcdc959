"""What makes a winner no winner: money, costs, one value, other arms; by hand or against scipy."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd
import pytest
from scipy.stats import mannwhitneyu

from retro.errors import MetricError
from retro.metrics.experiments import experiment
from retro.metrics.experiments.ranks import rank_test

from .conftest import BEGAN, UNTIL, Run, check, design, row, shares, shop

PROMOTION = {"plain": shares(319, 42_170), "new": shares(721, 42_364)}
"""A promotion whose counts are known: 721 of 42,364 bought with it, 319 of 42,170 without."""


def test_a_promotion_that_costs_more_than_it_brings_does_not_ship(run: Run) -> None:
    result = run(PROMOTION, value_per_unit=10, cost_per_unit="0.15")

    (worth,) = result.worths.to_dict("records")
    # the value of 402 purchases more, less the cost of 42,364 promotions
    assert (worth["gained"], worth["cost"], worth["net"]) == (Decimal(4020), Decimal("6354.60"), Decimal("-2334.60"))
    # half of the interval: 1.96 times 10 times the root of (721 x 41,643 / 42,363 + 319 x 41,851 / 42,169), 627.6
    assert (float(worth["low"]), float(worth["high"])) == pytest.approx((-2334.6 - 627.6, -2334.6 + 627.6), abs=0.5)
    assert row(result, "bought")["outcome"] == "better"
    assert (result.decision.state, result.decision.reason) == ("do_not_ship", "unprofitable")


def test_a_cheaper_promotion_ships_and_its_worth_is_after_its_cost(run: Run) -> None:
    cheap: dict[str, Any] = {"value_per_unit": 10, "cost_per_unit": {"new": "0.05"}, "worth": {"units": 1000}}

    result = run(PROMOTION, **cheap)

    assert result.worths["net"].tolist() == [Decimal("1901.80")]  # 4,020 - 0.05 * 42,364
    assert result.decision.state == "ship"
    assert result.decision.worth is not None
    each = 721 / 42_364 - 319 / 42_170
    assert float(result.decision.worth[0]) == pytest.approx((each * 10 - 0.05) * 1000, abs=0.006)


def test_an_uneven_split_scales_the_control(run: Run) -> None:
    result = run({"plain": shares(100, 3000), "new": shares(60, 1000)}, split=[3, 1], value_per_unit=2)

    assert result.worths["gained"].tolist() == [Decimal("53.33")]  # 2 * (60 - 100 / 3)


@pytest.mark.parametrize("role", ["secondary", "guardrails"])
def test_a_win_that_loses_money_never_ships(run: Run, role: str) -> None:
    metric = {"name": "revenue", "kind": "mean", "column": "revenue"} | (
        {"margin": 0.5} if role == "guardrails" else {}
    )
    arms = {
        "plain": shares(40, 200) | {"revenue": [10.0, 11.0] * 100},
        "new": shares(80, 200) | {"revenue": [9.0, 10.0] * 100},
    }

    result = run(arms, **{role: [metric]})

    assert (result.decision.state, result.decision.reason) == ("do_not_ship", "money_worse")
    assert result.decision.metrics == ("revenue",)
    assert run(arms, **{role: [metric | {"money": False}]}).decision.state == "ship"


def test_one_order_that_decides_the_mean_is_named_with_and_without(run: Run) -> None:
    plain, new = [0.0, 10.0, 20.0, 30.0] * 50, [0.0, 10.0, 20.0, 30.0] * 49 + [0.0, 10.0, 20.0, 19_920.0]

    result = run(
        {"plain": {"spent": plain}, "new": {"spent": new}},
        primary=[{"name": "spent", "kind": "mean", "column": "spent"}],
    )

    found = row(result, "spent")
    assert (found["outlier"], found["outlier_arm"]) == (19_920.0, "new")
    assert found["effect"] == pytest.approx((19_920 - 30) / 200)
    assert found["without"] == pytest.approx((3000 - 30) / 199 - 15)
    expected = mannwhitneyu(new, plain, method="asymptotic")
    assert found["rank_p"] == pytest.approx(expected.pvalue)
    assert found["superior"] == pytest.approx(expected.statistic / 40_000)


def test_ordinary_values_decide_nothing(run: Run) -> None:
    values = [float(number % 7) for number in range(200)]

    result = run(
        {"plain": {"spent": values}, "new": {"spent": [value + 0.3 for value in values]}},
        primary=[{"name": "spent", "kind": "mean", "column": "spent"}],
    )

    assert pd.isna(row(result, "spent")["outlier"])


def test_ranks_agree_with_scipy_on_ties_and_nulls() -> None:
    control, arm = [0.0, 0.0, 1.0, 1.0, 5.0, None], [0.0, 1.0, 1.0, 7.0, 9.0]
    frame = pd.DataFrame({"arm": ["a"] * 6 + ["b"] * 5 + ["c"], "y": [*control, *arm, 100.0]})

    found = rank_test(ibis.memtable(frame), "y", "a", "b")

    expected = mannwhitneyu(arm, [value for value in control if value is not None], method="asymptotic")
    assert found == pytest.approx((expected.statistic / 25, expected.pvalue))
    equal = rank_test(ibis.memtable(frame.assign(y=1.0)), "y", "a", "b")
    assert pd.isna(equal.p_value)


def test_arms_are_compared_with_each_other_too(run: Run) -> None:
    arms = {"plain": shares(20, 200), "mail": shares(60, 200), "push": shares(120, 200), "both": shares(122, 200)}

    result = run(arms, arms=["plain", "mail", "push", "both"])

    found = {(pair["arm"], pair["against"]): pair for pair in result.pairs.to_dict("records")}
    assert list(found) == [("push", "mail"), ("both", "mail"), ("both", "push")]
    assert found["push", "mail"]["effect"] == pytest.approx(0.3)
    assert [pair["outcome"] for pair in found.values()] == ["better", "better", "alike"]
    assert result.decision.arm == "both"
    assert {one.arm for one in result.decision.others} == {"mail", "push"}


def test_an_arm_that_harms_is_not_lost_behind_one_that_does_nothing(run: Run) -> None:
    arms = {"plain": shares(100, 200), "same": shares(101, 200), "bad": shares(40, 200)}

    decision = run(arms, arms=["plain", "same", "bad"]).decision

    assert [(one.arm, one.reason) for one in (decision, *decision.others)] == [("bad", "worse"), ("same", "no_effect")]


def test_conversions_and_z_stand_beside_the_shares(run: Run) -> None:
    found = row(run({"plain": shares(44, 200), "new": shares(60, 200)}), "bought")

    assert (found["control_hits"], found["hits"]) == (44, 60)
    assert found["statistic"] == pytest.approx(0.08 / (0.26 * 0.74 / 100) ** 0.5)


def test_a_margin_of_nothing_is_a_margin(run: Run) -> None:
    guard = [{"name": "kept", "kind": "conversion", "column": "kept", "margin": 0}]
    plain, new = shares(20, 100) | shares(50, 100, "kept"), shares(40, 100) | shares(20, 100, "kept")

    assert run({"plain": plain, "new": new}, guardrails=guard).decision.reason == "guardrail_harmed"


@pytest.mark.parametrize("kind", ["mean", "count", "ratio", "conversion"])
def test_a_yes_or_no_is_a_value_of_every_kind(run: Run, kind: str) -> None:
    metric: dict[str, Any] = {"name": "bought", "kind": kind, "column": "bought"}
    metric |= {"per": {"column": "seen"}} if kind == "ratio" else {}
    arms = {"plain": shares(60, 100) | {"seen": [True] * 100}, "new": shares(80, 100) | {"seen": [True] * 100}}

    found = row(run(arms, primary=[metric]), "bought")

    assert found["effect"] == pytest.approx(0.2)


def test_a_yes_or_no_before_takes_out_noise(run: Run) -> None:
    before = {"was": [True] * 50 + [False] * 50}
    metric = {"name": "bought", "kind": "conversion", "column": "bought", "before_column": "was"}

    result = run({"plain": shares(40, 100) | before, "new": shares(60, 100) | before}, primary=[metric])

    assert row(result, "bought")["saved"] > 0.5
    assert check(result, "placebo", "bought")["state"] == "ok"


def test_sessions_are_joined_by_their_own_column() -> None:
    tables = shop({"plain": shares(1, 2), "new": shares(1, 2)})
    tables["orders"] = ibis.memtable(
        pd.DataFrame(
            {
                "order_id": ["1", "2", "3"],
                "session_id": ["plain-0", "new-0", "new-1"],
                "user_id": ["new-0"] * 3,  # would give all three orders to one unit
                "ordered_at": [BEGAN + dt.timedelta(days=1)] * 3,
                "status": ["paid"] * 3,
                "amount": [Decimal(5)] * 3,
            }
        )
    )
    bought = [{"name": "orders", "kind": "mean", "orders": {"within_days": 7}}]

    result = experiment(tables, design(unit="session", primary=bought), observed_until=UNTIL)

    assert (row(result, "orders")["control"], row(result, "orders")["treatment"]) == (0.5, 1.0)
    with pytest.raises(MetricError, match="orders must hold cookie_id, since its unit is cookie, got no such column"):
        experiment(tables, design(unit="cookie", primary=bought), observed_until=UNTIL)


@pytest.mark.parametrize(
    ("until", "over"),
    [
        (dt.datetime(2025, 1, 20), True),
        (dt.datetime(2025, 1, 19, 23, 59), True),
        (dt.datetime(2025, 1, 19, 23, 58), False),
    ],
)
def test_a_horizon_that_ended_by_a_minute_is_over(until: dt.datetime, over: bool) -> None:
    result = experiment(shop({"plain": shares(20, 100), "new": shares(40, 100)}), design(), observed_until=until)

    assert (result.decision.state == "ship") is over
