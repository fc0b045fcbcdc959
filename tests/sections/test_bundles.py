"""What the section `bundles` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from telling import cells, context_of, entries, finder, money, words_of

find = finder(partial(context_of, "promotion_node", start="2025-02-10", end="2025-02-17T00:00"))

FRAME = pd.DataFrame(
    {
        "cohort": ["campaign", "baseline"],
        "orders": [400, 800],
        "bundled": [100, 120],
        "buyers": pd.array([90, 110], "Int64"),
        "rate": [0.25, 0.15],
        "low": [0.21, 0.127],
        "high": [0.295, 0.176],
        "gmv": money("80000.00", "120000.00"),
        "bundle_gmv": money("30000.00", "20000.00"),
        "gmv_rate": [0.375, 0.1667],
        "order_value": money("400.00", "300.00"),
        "other_value": money("120.00", "110.00"),
        "difference": [0.1, float("nan")],
        "difference_low": [0.05, float("nan")],
        "difference_high": [0.15, float("nan")],
    }
)


def test_the_shares_are_told_and_no_cause_claimed() -> None:
    english, chinese = words_of(find, "bundles", FRAME)

    assert "**25.0% of orders held a bundle** (100/400, 95% interval 21.0% – 29.5%)" in english
    assert "bundles brought 30K CNY, 37.5% of GMV." in english
    assert "More than the baseline of 15.0%: +10.0 pp" in english
    assert english.endswith("who buys more buys bundles, so this is no effect of bundles.")
    assert "**25.0% 的订单买了套装**（100/400" in chinese


def test_the_difference_is_judged_by_its_interval() -> None:
    assert "the difference is within chance" in find("bundles", FRAME.assign(difference_low=-0.01)).sentence
    less = FRAME.assign(difference_low=-0.1, difference_high=-0.01)
    assert "Less than the baseline of 15.0%" in find("bundles", less).sentence


def test_figures_are_recorded_with_their_parts() -> None:
    told = entries(find("bundles", FRAME))

    assert (told["bundle_order_rate"].numerator, told["bundle_order_rate"].denominator) == (100, 400)
    assert (told["bundle_gmv_rate"].numerator, told["bundle_gmv_rate"].denominator) == (30000, 80000)
    assert told["bundle_order_rate_change"].method == "Newcombe"


def test_few_are_masked_and_none_is_not_covered() -> None:
    few = find("bundles", FRAME.assign(bundled=[3, 120]))
    assert (few.covered, few.entries) == (False, ())
    one_buyer = find("bundles", FRAME.assign(buyers=pd.array([1, 110], "Int64")))
    assert (one_buyer.covered, one_buyer.entries) == (False, ())
    none = find("bundles", FRAME.assign(orders=[0, 800], bundled=[0, 120], buyers=pd.array([0, 110], "Int64")))
    assert (none.covered, none.sentence.strip()) == (False, "There were no valid orders with lines.")


def test_the_table_has_both_cohorts() -> None:
    assert [row[0] for row in cells(find("bundles", FRAME))] == ["campaign", "baseline"]
