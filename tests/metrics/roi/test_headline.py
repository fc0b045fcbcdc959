import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from retro.metrics.baseline import Impact
from retro.metrics.pnl import Caveat, Statement
from retro.metrics.roi import roi, tornado


def impact(campaign: float, settling: float, expected: float, spread: float = 10.0) -> Impact:
    """An impact whose draws lie evenly around the effects, with the settling known exactly."""
    noise = np.linspace(-spread, spread, 101)
    draws = np.column_stack([np.zeros(101), campaign + noise, np.full(101, settling)])
    effect = campaign + settling
    total = ("total", 9, expected + effect, expected, effect, effect - spread, effect + spread, effect / expected)
    columns = ["phase", "days", "actual", "expected", "effect", "low", "high", "effect_rate"]
    effects = pd.DataFrame([("campaign", 7, *total[2:]), ("settling", 2, *total[2:]), total], columns=columns)
    empty = pd.DataFrame()
    strict = pd.DataFrame({"level_sd": [0.1, 0.01], "effect": [effect, 150], "low": [0, 140], "high": [0, 160]})
    return Impact("gmv", empty, effects, strict, empty, draws, (), 56, 0.04)


REST = impact(-30, 0, 200)


def statement(cost: str | None = "100.00", *caveats: Caveat) -> Statement:
    lines = [("list_sales", Decimal("1200.00"), "total"), ("returns", Decimal("-20.00"), "change")]
    lines += [("net_revenue", Decimal("1180.00"), "total")]
    frame = pd.DataFrame(lines, columns=["line", "amount", "kind"])
    return Statement(frame, caveats, Decimal(12), None if cost is None else Decimal(cost), dt.date(2025, 4, 1))


def values(frame: pd.DataFrame) -> dict[str, float]:
    return dict(zip(frame["figure"], frame["value"], strict=True))


def test_the_stated_ratio_stands_beside_the_incremental_one() -> None:
    found = values(roi(statement(), impact(400, -100, 600), impact(160, -40, 240), impact(20, 0, 50, spread=4), REST))

    assert found == {
        "output_input_ratio": pytest.approx(11.8),
        "net_roi": pytest.approx(10.8),
        "incremental_gmv": 300,
        "incremental_contribution": 120,
        "net_contribution": 20,
        "incremental_roi": pytest.approx(0.2),
        "roi_positive_probability": 1.0,
        "incremental_buyers": 20,
        "incremental_cac": -1,  # 20 additional buyers came with a gain of 20
        "incremental_lift_rate": pytest.approx(0.5),
        "break_even_lift_rate": pytest.approx(100 / 240),
        "pull_forward_share": pytest.approx(0.25),
        "incremental_roi_strict": pytest.approx(0.5),
        "halo_share": pytest.approx(-0.1),
    }


def test_what_breaks_even_comes_from_the_draws_of_the_same_worlds() -> None:
    """360 were left and the campaign added 110 to 130 of it, so that 250 to 230 would have been; the cost is 100."""
    found = roi(statement(), impact(400, -100, 600), impact(160, -40, 240)).set_index("figure")
    needed = found.loc["break_even_lift_rate"]

    assert needed["low"] == pytest.approx(100 / 249.5)
    assert needed["high"] == pytest.approx(100 / 230.5)
    drawn = np.array(found.loc["net_contribution", "draws"].split(), dtype=float)
    assert drawn == pytest.approx(np.linspace(10, 30, 101))
    assert found.loc["incremental_roi", "draws"] == ""


def test_what_an_additional_buyer_cost_counts_the_discounts_too() -> None:
    """40 less contribution and 100 of cost for 20 buyers are 7 each; draws run 12/1 to 2/3 of them."""
    found = roi(statement(), impact(400, 0, 600), impact(-40, 0, 240), impact(20, 0, 50, spread=10)).set_index("figure")

    assert found.loc["incremental_cac", "value"] == 7
    assert found.loc["incremental_cac", "low"] == pytest.approx((140 - 9.5) / 29.5, rel=0.01)
    assert found.loc["incremental_cac", "high"] == pytest.approx((140 + 9.5) / 10.5, rel=0.01)


def test_where_there_may_be_no_additional_buyer_nobody_says_what_one_cost() -> None:
    found = roi(statement(), impact(400, 0, 600), impact(-40, 0, 240), impact(2, 0, 50, spread=10)).set_index("figure")

    assert np.isnan(found.loc["incremental_cac", ["value", "low", "high"]].astype(float)).all()


def test_coupons_that_are_in_the_price_are_no_cost_of_the_incremental_roi() -> None:
    found = values(
        roi(statement("100.00", Caveat("coupons_in_price", Decimal(40))), impact(400, 0, 600), impact(160, 0, 240))
    )

    assert found["net_contribution"] == 100
    assert found["output_input_ratio"] == pytest.approx(1180 / 60), "coupons are in neither output nor input"


def test_without_costs_nothing_is_divided_and_nothing_is_zero() -> None:
    frame = roi(statement(None), impact(400, 0, 600), impact(160, 0, 240))

    assert values(frame)["incremental_contribution"] == 160
    assert "incremental_roi" not in values(frame)
    assert np.isnan(values(frame)["output_input_ratio"])


def test_sales_of_all_its_days_are_no_output_of_messages_alone() -> None:
    found = values(roi(statement("100.00", Caveat("recorded_cost")), impact(400, -100, 600), impact(160, -40, 240)))

    assert np.isnan(found["output_input_ratio"])
    assert np.isnan(found["net_roi"])
    assert found["incremental_roi"] == pytest.approx(0.2)


def test_no_share_is_told_of_an_effect_that_may_be_nothing() -> None:
    """Of 400, which the draws leave between -200 and 1,000, nobody knows which part came from elsewhere."""
    wide = impact(400, -100, 600, spread=600)
    found = values(roi(statement(), wide, impact(160, 0, 240), rest=REST))

    assert found["incremental_gmv"] == 300
    assert np.isnan(found["pull_forward_share"])
    assert np.isnan(found["halo_share"])


def test_a_halo_that_nobody_can_tell_is_missing() -> None:
    assert np.isnan(values(roi(statement(), impact(400, 0, 600)))["halo_share"])
    assert np.isnan(values(roi(statement(), impact(-400, 0, 600), rest=REST))["halo_share"])


def test_the_tornado_moves_one_assumption_at_a_time_the_widest_first() -> None:
    frame = tornado(statement(), impact(400, -100, 600), impact(160, -40, 240)).set_index("assumption")

    assert frame.index.tolist() == ["pull_forward", "margin", "baseline", "returns"]
    assert frame.loc["margin"].tolist() == [5.0, 35.0]
    assert frame.loc["returns"].tolist() == pytest.approx([20 - 10 / 3, 20 + 10 / 3]), "300 of 900 sales were added"
    assert frame.loc["pull_forward"].tolist() == [20.0, 60.0]
    assert frame.loc["baseline", "low"] == pytest.approx(20 - 9.5)


def test_where_other_days_gained_the_worse_end_leaves_that_out_and_the_better_end_is_as_measured() -> None:
    frame = tornado(statement(), impact(400, 100, 600), impact(160, 40, 240)).set_index("assumption")

    net = values(roi(statement(), impact(400, 100, 600), impact(160, 40, 240)))["net_contribution"]
    assert frame.loc["pull_forward"].tolist() == pytest.approx([net - 40, net])


def test_the_tornado_of_an_unknown_cost_is_empty() -> None:
    assert tornado(statement(None), impact(400, 0, 600), impact(160, 0, 240)).empty
