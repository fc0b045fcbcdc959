from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest

from retro.errors import MetricError
from retro.metrics.experiments import ExperimentResult, experiment, experiments
from retro.metrics.experiments.decisions import decide
from retro.metrics.experiments.exposure import Exposure
from retro.sources import NotCovered

from .conftest import BEGAN, UNTIL, Run, check, design, row, shares, shop

REVENUE = {"name": "revenue", "kind": "mean", "column": "revenue"}


def revenue(values: list[float | None]) -> dict[str, list[float | None]]:
    return {"revenue": values}


def test_a_better_arm_ships(run: Run) -> None:
    result = run({"plain": shares(20, 100), "new": shares(40, 100)}, worth={"per_unit": "10", "units": 1000})

    assert (result.decision.state, result.decision.reason, result.decision.arm) == ("ship", "better", "new")
    found = row(result, "bought")
    assert (found["control"], found["treatment"], found["effect"]) == pytest.approx((0.2, 0.4, 0.2))
    assert (round(found["low"], 4), round(found["high"], 4)) == (0.0731, 0.3185)
    assert found["lift"] == pytest.approx(1.0)
    assert result.decision.worth is not None
    assert result.decision.worth[0] == Decimal("2000.00")
    assert result.arms["units"].tolist() == [100, 100]


def test_fewer_of_what_is_better_low_ships_too(run: Run) -> None:
    refunds = {"name": "refunded", "kind": "conversion", "column": "bought", "better": "lower"}

    result = run(
        {"plain": shares(40, 100), "new": shares(20, 100)}, primary=[refunds], worth={"per_unit": 1, "units": 10}
    )

    assert result.decision.state == "ship"
    assert result.decision.worth is not None
    assert result.decision.worth[0] == Decimal("2.00")


def test_nothing_found_is_said_with_what_could_have_been_seen(run: Run) -> None:
    result = run({"plain": shares(20, 100), "new": shares(21, 100)})

    assert (result.decision.state, result.decision.reason) == ("do_not_ship", "no_effect")
    assert row(result, "bought")["detectable"] == pytest.approx(2.8016 * np.sqrt((0.16 + 0.1659) / 99), rel=0.01)


@pytest.mark.parametrize(("peeked", "state"), [(False, "keep_running"), (True, "ship")])
def test_before_the_horizon_only_a_peeked_design_decides(peeked: bool, state: str) -> None:
    tables = shop({"plain": shares(100, 500), "new": shares(250, 500)})

    result = experiment(tables, design(peeked=peeked), observed_until=BEGAN + dt.timedelta(days=7))

    assert result.decision.state == state
    assert result.ready_on == dt.datetime(2025, 1, 20)


def test_holm_runs_over_primary_metrics_only(run: Run) -> None:
    arms = {
        "plain": {"a": shares(20, 100)["bought"], "b": shares(20, 100)["bought"]},
        "new": {"a": shares(33, 100)["bought"], "b": shares(21, 100)["bought"]},
    }
    primary = [{"name": name, "kind": "conversion", "column": name} for name in ("a", "b")]
    guardrails = [{"name": "g", "kind": "conversion", "column": "b", "margin": 0.5}]

    result = run(arms, primary=primary, guardrails=guardrails)

    assert row(result, "a")["adjusted_p"] == pytest.approx(2 * row(result, "a")["p_value"])
    assert np.isnan(row(result, "g")["adjusted_p"])


@pytest.mark.parametrize(
    ("hits", "margin", "outcome", "state"),
    [(500, 0.2, "held", "ship"), (500, 0.01, "unclear", "do_not_ship"), (300, 0.1, "harmed", "do_not_ship")],
)
def test_guardrails_are_held_to_their_margin(run: Run, hits: int, margin: float, outcome: str, state: str) -> None:
    arms = {
        "plain": {**shares(200, 1000), **shares(500, 1000, "stayed")},
        "new": {**shares(300, 1000), **shares(hits, 1000, "stayed")},
    }
    guardrail = {"name": "stayed", "kind": "conversion", "column": "stayed", "margin": margin}

    result = run(arms, guardrails=[guardrail])

    assert row(result, "stayed")["outcome"] == outcome
    assert result.decision.state == state


def test_a_wrong_split_puts_the_verdict_on_hold(run: Run) -> None:
    result = run({"plain": shares(200, 1000), "new": shares(600, 1200)})

    assert (result.decision.state, result.decision.reason, result.decision.metrics[0]) == (
        "invalid",
        "unsound",
        "split",
    )
    assert check(result, "split")["p_value"] == pytest.approx(2.0e-5, rel=0.05)


def test_a_planned_split_is_no_fault(run: Run) -> None:
    result = run({"plain": shares(180, 900), "new": shares(20, 100)}, split=[9, 1])

    assert check(result, "split")["p_value"] == 1.0


def test_units_in_several_arms_are_counted_and_left_out() -> None:
    tables = shop({"plain": shares(20, 100), "new": shares(40, 101)})
    again = tables["exposures"].execute().iloc[[0]].assign(arm="new")
    tables["exposures"] = ibis.memtable(pd.concat([tables["exposures"].execute(), again]))

    result = experiment(tables, design(), observed_until=UNTIL)

    assert check(result, "several_arms")["units"] == 1
    assert result.arms["units"].tolist() == [99, 101]


def test_a_unit_shown_its_arm_twice_counts_once() -> None:
    tables = shop({"plain": shares(20, 100), "new": shares(40, 100)})
    exposures = tables["exposures"].execute()
    tables["exposures"] = ibis.memtable(pd.concat([exposures, exposures]))

    assert experiment(tables, design(), observed_until=UNTIL).arms["units"].tolist() == [100, 100]


def test_outcomes_from_before_the_exposure_do_not_count() -> None:
    tables = shop({"plain": shares(20, 100), "new": shares(40, 100)})
    outcomes = tables["outcomes"].execute()
    outcomes["observed_at"] = BEGAN + dt.timedelta(days=9)
    outcomes.loc[0, "observed_at"] = BEGAN - dt.timedelta(days=1)
    tables["outcomes"] = ibis.memtable(outcomes)

    result = experiment(tables, design(), observed_until=UNTIL)

    assert check(result, "early")["units"] == 1
    assert row(result, "bought")["control_units"] == 99


@pytest.mark.parametrize(("nulls", "units", "control"), [("exclude", 80, 0.25), ("zero", 100, 0.2)])
def test_missing_outcomes_follow_the_policy(run: Run, nulls: str, units: int, control: float) -> None:
    arms = {
        "plain": {"bought": [1] * 20 + [0] * 60 + [None] * 20},
        "new": {"bought": [1] * 30 + [0] * 50 + [None] * 20},
    }

    result = run(arms, nulls=nulls)

    assert row(result, "bought")["control_units"] == units
    assert row(result, "bought")["control"] == pytest.approx(control)


def test_missing_outcomes_may_be_refused(run: Run) -> None:
    result = run({"plain": {"bought": [1, 0, None] * 10}, "new": {"bought": [1, 0, 1] * 10}}, nulls="refuse")

    assert (result.decision.state, row(result, "bought")["refusal"]) == ("invalid", "nulls")


def test_an_arm_that_lacks_more_outcomes_stops_the_reading(run: Run) -> None:
    arms = {"plain": {"bought": [1, 0] * 50}, "new": {"bought": [1, 0] * 30 + [None] * 40}}

    assert check(run(arms), "missing", "bought")["state"] == "stop"


@pytest.mark.parametrize(
    ("plain", "new", "refusal"),
    [
        ([1.0] * 9, [1.0] * 9, "no_spread"),
        ([1.0, 2.0], [3.0], "few_units"),
        ([None] * 5, [1.0, 2.0, 3.0, 4.0, 5.0], "no_values"),
        ([None] * 5, [None] * 5, "no_values"),
    ],
)
def test_what_cannot_be_compared_is_refused_by_name(
    run: Run, plain: list[float | None], new: list[float | None], refusal: str
) -> None:
    result = run({"plain": revenue(plain), "new": revenue(new)}, primary=[REVENUE])

    found = row(result, "revenue")
    assert (found["outcome"], found["refusal"]) == ("refused", refusal)
    assert result.decision.state == "invalid"


def test_an_arm_without_units_is_said(run: Run) -> None:
    result = run({"plain": shares(20, 100)})

    assert result.decision.state == "invalid"
    assert check(result, "arms", "new")["state"] == "stop"


def test_a_negative_baseline_that_improves_is_a_gain(run: Run) -> None:
    spread = [-12.0, -10.0, -8.0] * 30
    result = run({"plain": revenue(spread), "new": revenue([value / 2 for value in spread])}, primary=[REVENUE])

    assert row(result, "revenue")["lift"] == pytest.approx(0.5)
    assert result.decision.state == "ship"


def test_lift_is_missing_where_the_baseline_may_be_zero(run: Run) -> None:
    result = run({"plain": revenue([-1.0, 1.0] * 30), "new": revenue([9.0, 11.0] * 30)}, primary=[REVENUE])

    assert np.isnan(row(result, "revenue")["lift"])
    assert row(result, "revenue")["effect"] == 10


def test_one_cap_serves_all_arms(run: Run) -> None:
    plain, new = [0.0] * 50 + [1.0] * 49 + [1000.0], [0.0] * 50 + [1.0] * 48 + [2.0, 5000.0]

    result = run({"plain": revenue(plain), "new": revenue(new)}, primary=[{**REVENUE, "cap": 0.975}])

    found = row(result, "revenue")
    assert found["cap"] == pytest.approx(np.quantile([1.0] * 97 + [2.0, 1000.0, 5000.0], 0.975))
    assert found["control"] == pytest.approx((49 + found["cap"]) / 100)


def test_a_ratio_keeps_its_price_when_capped(run: Run) -> None:
    orders = [float(place % 7 + 1) for place in range(40)] + [0.0] * 60
    arm = {"orders": orders, "amount": [20 * count for count in orders]}
    aov = {"name": "aov", "kind": "ratio", "column": "amount", "per": {"column": "orders"}, "cap": 0.8}

    result = run({"plain": arm, "new": arm}, primary=[aov])

    assert row(result, "aov")["refusal"] == "no_spread"  # every order costs the same, capped or not
    other = {**arm, "amount": [value * 1.1 + (value > 60) for value in arm["amount"]]}
    assert row(run({"plain": other, "new": arm}, primary=[aov]), "aov")["treatment"] == pytest.approx(20.0, rel=0.2)


def test_a_pre_period_takes_out_noise_and_is_checked_itself(run: Run) -> None:
    rng = np.random.default_rng(3)
    arms: dict[str, Any] = {}
    for arm, lift in (("plain", 0.0), ("new", 0.4)):
        before = rng.normal(10, 3, 300)
        arms[arm] = {"revenue": (before + rng.normal(lift, 1, 300)).tolist(), "before": before.tolist()}

    with_it = run(arms, primary=[{**REVENUE, "before_column": "before"}])
    without = run(arms, primary=[REVENUE])

    assert row(with_it, "revenue")["saved"] == pytest.approx(0.9, abs=0.02)
    assert row(with_it, "revenue")["method"] == "cuped"
    assert (without.decision.state, with_it.decision.state) == ("do_not_ship", "ship")
    assert check(with_it, "placebo", "revenue")["p_value"] > 0.01


def test_arms_that_differed_before_are_stopped(run: Run) -> None:
    values = [float(place % 10) for place in range(100)]
    arms = {
        "plain": {"revenue": values, "before": values},
        "new": {"revenue": values, "before": [value + 5 for value in values]},
    }

    result = run(arms, primary=[{**REVENUE, "before_column": "before"}])

    assert check(result, "placebo", "revenue")["state"] == "stop"
    assert result.decision.reason == "unsound"


def test_quantiles_are_bounded_by_order_statistics(run: Run) -> None:
    values = [float(place) for place in range(1000)]
    median = {"name": "median", "kind": "quantile", "column": "revenue"}

    result = run({"plain": revenue(values), "new": revenue([value + 100 for value in values])}, primary=[median])

    found = row(result, "median")
    assert found["effect"] == pytest.approx(100)
    half = 1.959964 * np.sqrt(2 * 0.25 / 1000) * 1000
    assert found["high"] - found["effect"] == pytest.approx(half, rel=0.01)


def test_clusters_count_as_one_unit_each() -> None:
    arms = {"plain": revenue([1.0, 3.0] * 40), "new": revenue([2.0, 4.0] * 40)}
    stores = [f"{arm}-{number // 4}" for arm in ("p", "n") for number in range(80)]
    tables = shop(arms, store=stores)

    result = experiment(tables, design(primary=[REVENUE], cluster="store"), observed_until=UNTIL)

    assert result.arms["units"].tolist() == [20, 20]
    assert row(result, "revenue")["refusal"] == "no_spread"  # every store has the same mean
    shop_of_one = shop(arms, store=[f"{arm}-{number}" for arm in ("p", "n") for number in range(80)])
    single = experiment(shop_of_one, design(primary=[REVENUE], cluster="store"), observed_until=UNTIL)
    assert row(single, "revenue")["effect"] == pytest.approx(1.0)
    assert row(single, "revenue")["method"] == "clusters"


def test_a_split_that_changed_is_compared_day_by_day() -> None:
    days = [(BEGAN, 990, 198, 10, 3), (BEGAN + dt.timedelta(days=1), 500, 50, 500, 60)]
    exposures, outcomes = [], []
    for at, plain, plain_hits, new, new_hits in days:
        for arm, units, hits in (("plain", plain, plain_hits), ("new", new, new_hits)):
            for number in range(units):
                name = f"{at:%d}-{arm}-{number}"
                exposures.append({"experiment_id": "hint", "unit_id": name, "arm": arm, "exposed_at": at})
                outcomes.append({"unit_id": name, "bought": number < hits})
    tables = {"exposures": ibis.memtable(exposures), "outcomes": ibis.memtable(outcomes)}

    ramped = experiment(tables, design(ramped=True), observed_until=UNTIL)
    plain = experiment(tables, design(), observed_until=UNTIL)

    found = row(ramped, "bought")
    assert found["effect"] == pytest.approx((1000 * 0.1 + 1000 * 0.02) / 2000)
    assert found["method"] == "by_day"
    assert check(ramped, "ramp")["state"] == "note"
    assert plain.by_day
    assert plain.decision.state == "invalid"


def test_segments_are_shown_with_a_test_of_whether_they_differ() -> None:
    arms = {"plain": shares(100, 400), "new": shares(200, 400)}
    device = ["ios" if number % 2 else "android" for _ in range(2) for number in range(400)]

    result = experiment(shop(arms, device=device), design(segments=["device"]), observed_until=UNTIL)

    assert result.segments["value"].tolist() == ["android", "ios"]
    assert result.segments["effect"].tolist() == pytest.approx([0.25, 0.25])
    assert result.segments["interaction_p"].tolist() == pytest.approx([1.0, 1.0])
    assert check(result, "split_by_device", "android")["p_value"] == 1.0


def test_looks_add_up_to_the_whole(run: Run) -> None:
    result = run({"plain": shares(20, 100), "new": shares(40, 100)}, peeked=True)

    last = result.looks.iloc[-1]
    assert last["units"] == 200
    assert last["effect"] == pytest.approx(0.2)
    assert len(result.looks) == 4  # a hundred hours from noon; on the first day everybody bought


def test_several_arms_share_the_risk(run: Run) -> None:
    arms = {"plain": shares(200, 1000), "new": shares(240, 1000), "bold": shares(280, 1000)}

    result = run(arms, arms=["plain", "new", "bold"])

    assert result.decision.arm == "bold"
    assert row(result, "bought", "new")["adjusted_p"] == pytest.approx(row(result, "bought", "new")["p_value"])
    assert row(result, "bought", "bold")["adjusted_p"] == pytest.approx(2 * row(result, "bought", "bold")["p_value"])


def test_data_without_times_is_read_without_days() -> None:
    tables = shop({"plain": shares(20, 100), "new": shares(40, 100)})
    tables["exposures"] = tables["exposures"].mutate(exposed_at=ibis.null("timestamp"))

    result = experiment(tables, design(), observed_until=None)

    assert result.decision.state == "ship"
    assert result.looks.empty
    assert result.ready_on is None


def test_outcomes_that_hold_the_arms_need_no_exposures() -> None:
    tables = shop({"plain": shares(20, 100), "new": shares(40, 100)})
    joined = tables["exposures"].execute().merge(tables["outcomes"].execute(), on="unit_id")
    timeless = joined.drop(columns=["experiment_id", "exposed_at"])

    apart = experiment(tables, design(), observed_until=UNTIL)
    one = experiment({"outcomes": ibis.memtable(joined)}, design(), observed_until=UNTIL)
    bare = experiment({"outcomes": ibis.memtable(timeless)}, design(), observed_until=None)

    pd.testing.assert_frame_equal(one.effects, apart.effects)
    pd.testing.assert_frame_equal(one.looks, apart.looks)
    assert row(bare, "bought")["effect"] == pytest.approx(0.2)


def overlapping_shop(other: list[str]) -> dict[str, Any]:
    tables = shop({"plain": shares(20, 100), "new": shares(40, 100)})
    exposures = tables["exposures"].execute()
    second = exposures.assign(experiment_id="popup", arm=other)
    return {**tables, "exposures": ibis.memtable(pd.concat([exposures, second]))}


@pytest.mark.parametrize(
    ("other", "state"), [(["a", "b"] * 100, "ok"), (["a"] * 100 + ["b"] * 100, "stop")], ids=["crossed", "same coin"]
)
def test_overlapping_experiments_must_not_share_their_coin(other: list[str], state: str) -> None:
    result = experiment(overlapping_shop(other), design(), observed_until=UNTIL)

    assert check(result, "overlap", "popup")["state"] == state
    assert check(result, "overlap", "popup")["units"] == 200


def moments_at(*hours: float) -> list[dt.datetime]:
    return [BEGAN + dt.timedelta(hours=hour) for hour in hours]


def action_tables() -> dict[str, ibis.Table]:
    units = ["u1", "u2", "u3", "u4"]
    exposures = pd.DataFrame(
        {"experiment_id": "hint", "unit_id": units, "arm": ["plain", "plain", "new", "new"], "exposed_at": [BEGAN] * 4}
    )
    orders = pd.DataFrame(
        [
            ("o1", "u1", BEGAN + dt.timedelta(days=7), "paid", Decimal(99)),  # the window is over
            ("o2", "u2", BEGAN + dt.timedelta(days=1), "paid", Decimal("10.50")),
            ("o3", "u2", BEGAN + dt.timedelta(days=2), "cancelled", Decimal(50)),
            ("o4", "u3", BEGAN, "paid", Decimal(20)),
            ("o5", "u3", BEGAN + dt.timedelta(days=6, hours=23), "paid", Decimal(5)),
            ("o6", "u4", BEGAN - dt.timedelta(days=3), "paid", Decimal(40)),
        ],
        columns=["order_id", "user_id", "ordered_at", "status", "amount"],
    )
    events = pd.DataFrame(
        [
            ("u1", "log_in", BEGAN + dt.timedelta(hours=13)),  # the next local day
            ("u2", "register", BEGAN + dt.timedelta(days=1)),  # no sign of coming back
            ("u3", "log_in", BEGAN + dt.timedelta(hours=3)),  # the same day
            ("u4", "log_in", BEGAN + dt.timedelta(days=1)),
        ],
        columns=["user_id", "event", "occurred_at"],
    )
    frames = {"exposures": exposures, "orders": orders, "events": events}
    return {name: ibis.memtable(frame) for name, frame in frames.items()}


ACTIONS = {
    "primary": [{"name": "day_1", "kind": "conversion", "retention": {"day": 1}}],
    "secondary": [
        {"name": "revenue", "kind": "mean", "orders": {"within_days": 7, "value": "amount"}, "before_days": 28},
        {"name": "orders", "kind": "count", "orders": {"within_days": 7}},
        {"name": "log_ins", "kind": "count", "events": {"event": "log_in", "within_days": 7}},
    ],
}


def test_outcomes_of_actions_count_from_the_exposure() -> None:
    result = experiment(action_tables(), design(**ACTIONS), observed_until=UNTIL)

    means = {name: (row(result, name)["control"], row(result, name)["treatment"]) for name in ("orders", "log_ins")}
    assert means == {"orders": (0.5, 1.0), "log_ins": (0.5, 1.0)}
    assert (row(result, "day_1")["control"], row(result, "day_1")["treatment"]) == (0.5, 0.5)
    first = result.since_exposure.iloc[0]
    assert first["day"] == 1
    # Wilson of 1 of 2 is 0.0945 to 0.9055, so that Newcombe of two such is 0 -+ sqrt(2) 0.4055; a normal one is +-0.98.
    assert first[["low", "high"]].tolist() == pytest.approx([-0.5734, 0.5734], abs=1e-4)


def test_a_ratio_of_actions_is_corrected_by_the_same_ratio_before() -> None:
    rng = np.random.default_rng(5)
    exposures, orders = [], []
    for user in range(400):
        arm, basket = ("plain", "new")[user % 2], float(np.round(20 + 5 * rng.standard_normal(), 2))
        exposures.append(("hint", f"u{user}", arm, BEGAN))
        for place, (days, lift) in enumerate([(-3, 0), (-2, 0), (1, user % 2), (2, user % 2)]):
            amount = Decimal(str(round(basket + lift + rng.standard_normal(), 2)))
            orders.append((f"o{user}-{place}", f"u{user}", BEGAN + dt.timedelta(days=days), "paid", amount))
    tables = {
        "exposures": ibis.memtable(pd.DataFrame(exposures, columns=["experiment_id", "unit_id", "arm", "exposed_at"])),
        "orders": ibis.memtable(
            pd.DataFrame(orders, columns=["order_id", "user_id", "ordered_at", "status", "amount"])
        ),
    }
    aov = {"name": "aov", "kind": "ratio", "orders": {"within_days": 7, "value": "amount"}, "cap": 0.999}
    aov |= {"per": {"orders": {"within_days": 7}}}

    found = row(experiment(tables, design(primary=[aov | {"before_days": 28}]), observed_until=UNTIL), "aov")
    plain = row(experiment(tables, design(primary=[aov]), observed_until=UNTIL), "aov")

    assert (found["method"], plain["method"]) == ("cuped", "delta")
    assert found["saved"] > 0.9
    assert found["effect"] == pytest.approx(1.0, abs=0.3)
    assert found["high"] - found["low"] < (plain["high"] - plain["low"]) / 3


SPENT = {"name": "spent", "kind": "mean", "orders": {"within_days": 7, "value": "amount"}}
ORDER_VALUE = {**SPENT, "name": "aov", "kind": "ratio", "per": {"orders": {"within_days": 7}}}


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        (SPENT, {"before_column": "spent_before"}),
        (ORDER_VALUE, {"before_column": "spent_before", "per_before_column": "orders_before"}),
    ],
)
def test_a_pre_period_that_exposures_hold_is_the_one_of_the_orders_before(
    metric: dict[str, Any], told: dict[str, str]
) -> None:
    """Exposures that hold what each user spent and ordered in the 28 days before say what the orders themselves do.

    Everybody is exposed again after a week, when the columns hold what the arm may have changed.
    """
    rng = np.random.default_rng(5)
    exposures, orders = [], []
    for user in range(80):
        arm, basket, before = ("plain", "new")[user % 2], 20 + 5 * rng.standard_normal(), Decimal(0)
        for place, days in enumerate([-3, *([-2] if user % 3 else []), 1, 2]):
            amount = Decimal(str(round(basket + rng.standard_normal() + (days > 0) * (user % 2), 2)))
            before += amount if days < 0 else 0
            orders.append((f"o{user}-{place}", f"u{user}", BEGAN + dt.timedelta(days=days), "paid", amount))
        exposures.append(("hint", f"u{user}", arm, BEGAN, before, 1 + bool(user % 3)))
        exposures.append(("hint", f"u{user}", arm, BEGAN + dt.timedelta(days=7), before + 90 * (user % 5), 9))
    columns = ["experiment_id", "unit_id", "arm", "exposed_at", "spent_before", "orders_before"]
    shopped = pd.DataFrame(orders, columns=["order_id", "user_id", "ordered_at", "status", "amount"])
    tables = {
        "exposures": ibis.memtable(pd.DataFrame(exposures, columns=columns)),
        "orders": ibis.memtable(shopped),
    }

    by_column = experiment(tables, design(primary=[metric | told]), observed_until=UNTIL)
    by_days = experiment(tables, design(primary=[metric | {"before_days": 28}]), observed_until=UNTIL)

    assert row(by_column, metric["name"])["method"] == "cuped"
    for name in ("effect", "low", "high", "saved"):
        assert row(by_column, metric["name"])[name] == pytest.approx(row(by_days, metric["name"])[name], rel=1e-12)


def test_a_pre_period_beside_an_outcome_may_stand_in_exposures() -> None:
    before = [float(place % 10) for place in range(40)]
    arms = {"plain": {"revenue": before}, "new": {"revenue": [value + place % 3 for place, value in enumerate(before)]}}
    beside = shop({arm: {**values, "before": before} for arm, values in arms.items()})
    apart = shop(arms, before=[*before, *before])
    asked = design(primary=[{**REVENUE, "before_column": "before"}])

    found, told = (row(experiment(one, asked, observed_until=UNTIL), "revenue") for one in (apart, beside))

    assert found == pytest.approx(told, nan_ok=True)
    assert found["saved"] > 0.9


def test_outcomes_whose_days_are_not_over_are_missing() -> None:
    result = experiment(action_tables(), design(**ACTIONS), observed_until=BEGAN + dt.timedelta(days=6))

    assert row(result, "orders")["refusal"] == "no_values"
    assert row(result, "day_1")["refusal"] == ""
    assert check(result, "unobserved", "orders")["units"] == 4


def test_units_that_acted_before_their_exposure_are_counted() -> None:
    tables = action_tables()
    later = tables["exposures"].execute()
    later.loc[1, "exposed_at"] = BEGAN + dt.timedelta(days=2)
    tables["exposures"] = ibis.memtable(later)

    result = experiment(tables, design(**ACTIONS), observed_until=UNTIL)

    assert check(result, "early")["units"] == 1
    assert row(result, "orders")["control"] == 0.0


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"id": "hnt"}, r"got none for 'hnt'\. Did you mean 'hint'\?"),
        ({"segments": ["chanel"]}, "segment 'chanel' must be a column"),
        (
            {"primary": [{"name": "a", "kind": "conversion", "column": "bougth"}]},
            "column 'bougth' must be in the table",
        ),
        ({"primary": [{"name": "a", "kind": "conversion", "retention": {"day": 1}}]}, "table 'events' must be given"),
        ({"cluster": "store"}, "exposures: column 'store' must be in the table"),
        (
            {"primary": [{**SPENT, "before_column": "spent_befor"}]},
            "exposures: column 'spent_befor' must be in the table",
        ),
    ],
)
def test_what_the_data_lacks_is_one_sentence(run: Run, keys: dict[str, Any], words: str) -> None:
    with pytest.raises(MetricError, match=words):
        run({"plain": shares(20, 100), "new": shares(40, 100)}, **keys)


class Shop:
    """Tables by name, as a source has them."""

    def __init__(self, tables: dict[str, ibis.Table]) -> None:
        self.tables = tables

    def __getattr__(self, name: str) -> ibis.Table | NotCovered:
        return self.tables.get(name, NotCovered(name))


def test_an_experiment_whose_table_is_missing_is_not_covered() -> None:
    tables = Shop(shop({"plain": shares(20, 100), "new": shares(40, 100)}))
    lacking = design(primary=[{"name": "a", "kind": "conversion", "retention": {"day": 1}}])

    found = experiments(tables, [lacking, design()], observed_until=UNTIL)

    assert found[0] == NotCovered("events")
    assert not isinstance(found[1], NotCovered)
    assert found[1].decision.state == "ship"


class Having(dict[str, Any]):
    """Tables by name, as attributes."""

    def __getattr__(self, name: str) -> Any:
        return self.get(name, NotCovered(name))


@pytest.mark.parametrize(
    ("drop", "table", "column"), [({"orders": ()}, "orders", ""), ({"orders": ("amount",)}, "orders", "amount")]
)
def test_a_guardrail_without_its_data_is_kept_as_not_measured(
    drop: dict[str, tuple[str, ...]], table: str, column: str
) -> None:
    tables = Having(action_tables())
    for name, columns in drop.items():
        tables[name] = tables[name].drop(*columns) if columns else tables.pop(name)
        if not columns:
            tables.pop(name)
    guarded = {"guardrails": [ACTIONS["secondary"][0] | {"margin": 0.02}], "secondary": ACTIONS["secondary"][2:]}

    (read,) = experiments(tables, [design(**ACTIONS | guarded)], observed_until=UNTIL)

    assert isinstance(read, ExperimentResult)
    assert [(one.role, one.metric.name, one.table, one.column) for one in read.unmeasured] == [
        ("guardrail", "revenue", table, column)
    ]
    assert set(read.effects["metric"]) == {"day_1", "log_ins"}


def test_a_segment_that_the_shop_does_not_know_is_told_and_a_misspelt_one_refused() -> None:
    tables = Having(action_tables())

    (read,) = experiments(tables, [design(**ACTIONS | {"segments": ["channel"]})], observed_until=UNTIL)

    assert isinstance(read, ExperimentResult)
    assert (read.unsplit, read.segments.empty) == (("channel",), True)
    with pytest.raises(MetricError, match="segment 'chanel' must be a column"):
        experiments(tables, [design(**ACTIONS | {"segments": ["chanel"]})], observed_until=UNTIL)


def test_an_arm_whose_guardrail_was_not_measured_never_ships() -> None:
    days = {"day_1": 0.0}
    better = pd.DataFrame([{"metric": "day_1", "role": "primary", "arm": "new", "outcome": "better"} | days])
    better = better.assign(high=1.0, low=0.5, better="higher", money=False, effect=0.5)
    sound, worths = pd.DataFrame({"check": ["split"], "state": ["ok"]}), pd.DataFrame(columns=["arm", "net"])
    exposure = Exposure(BEGAN, BEGAN, UNTIL)

    blind = decide(design(**ACTIONS), sound, better, exposure, worths, unguarded=("revenue",))

    assert decide(design(**ACTIONS), sound, better, exposure, worths).state == "ship"
    assert (blind.state, blind.reason, blind.metrics) == ("do_not_ship", "guardrail_unmeasured", ("revenue",))
