from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest

from retro.i18n import Lang, load_text
from retro.metrics import Impact, Statement
from retro.metrics.pnl import Caveat
from telling import context_of, finder

context = partial(context_of, "flash_sale_night", campaign_id="night", start="2025-03-01", end="2025-03-02")
find = finder(context)


def impact(
    effect: float = 300.0, *, low: float = 200.0, high: float = 400.0, chance: float = 0.04, problem: Any = ""
) -> Impact:
    columns = ["phase", "days", "actual", "expected", "effect", "low", "high", "effect_rate"]
    effects = pd.DataFrame(
        [(phase, 1, 900, 600, effect, low, high, 0.5) for phase in ("campaign", "total")], columns=columns
    )
    days = pd.DataFrame({"on": [dt.date(2025, 3, 1)], "phase": "campaign", "actual": 900.0, "expected": 600.0})
    days = days.assign(low=500.0, high=700.0)
    strict = pd.DataFrame({"level_sd": [0.1, 0.01], "effect": effect, "low": low, "high": 400.0})
    placebos = pd.DataFrame({"on": [dt.date(2025, 1, 1)] * 24, "effect": [10.0] * 24})
    draws = np.zeros((0 if problem else 10, 3))
    return Impact("gmv", days, effects, strict, placebos, draws, (), 20 if problem else 90, chance, problem)


def statement(*caveats: Caveat, left: str | None = "-50.00", cost: str | None = "100.00") -> Statement:
    rows = [("list_sales", Decimal("900.00"), "total"), ("net_revenue", Decimal("900.00"), "total")]
    rows += [] if left is None else [("contribution", Decimal(left), "total")]
    lines = pd.DataFrame(rows, columns=["line", "amount", "kind"])
    return Statement(lines, caveats, Decimal(9), cost and Decimal(cost), dt.date(2025, 4, 1))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (impact(), "**300.00 元 more was sold**"),
        (impact(low=-20.0), "**which cannot be told from what happens anyway**"),
        (impact(chance=0.2), "**which cannot be told from what happens anyway**"),
        (impact(problem="few_days"), "Only 20 usual days lie before the campaign, fewer than 28"),
        (impact(problem="no_variation"), "The 20 usual days before the campaign are all alike"),
        (impact(problem="unseen"), "No whole day of the campaign was observed"),
        (impact(-300.0, low=-500.0, high=-100.0), "**300.00 元 less was sold**"),
    ],
)
def test_an_effect_is_told_from_chance_or_said_not_to_be(found: Impact, words: str) -> None:
    assert words.replace("元", "CNY") in find("impact", found.days, found).sentence.replace("元", "CNY")


def test_an_unknown_effect_records_nothing() -> None:
    found = impact(problem="few_days")

    assert find("impact", found.days, found).entries == ()


def test_what_weakens_the_effect_is_named() -> None:
    other = {"campaigns": {"week": {"start": "2025-02-28T00:00", "end": "2025-03-07T00:00"}}}
    few = pd.DataFrame({"on": [dt.date(2025, 1, 1)], "effect": [10.0]})
    found = replace(impact(), masked_days=7, unseen_days=1, dropped=("registrations",), placebos=few)

    finding = find("impact", found.days, found, roi=other)
    assert "7 days before the campaign belong to other campaigns" in finding.sentence
    assert "Covariates that the campaign touched, and that were dropped: registrations a day." in finding.sentence
    assert [warning.strip() for warning in finding.warnings] == [
        "The history holds 1 placebo windows, fewer than 20, so chance has not been fully tried.",
        "Other campaigns ran at the same time (week): the effect is of all of them, and nobody can tell them apart.",
        "The last 1 days of the campaign are not wholly observed yet and are left out of the effect.",
    ]


def test_an_effect_without_placebos_does_not_speak_of_them() -> None:
    none = pd.DataFrame({"on": [], "effect": pd.Series([], dtype="float64")})
    found = replace(impact(), placebos=none, chance=float("nan"))

    assert "windows" not in find("impact", found.days, found).sentence


def test_the_statement_says_what_it_left_out() -> None:
    finding = find(
        "pnl", statement().lines, statement(Caveat("no_fulfilment"), Caveat("margin_from_params", Decimal("0.4")))
    )

    assert "**a loss: contribution −50.00" in finding.sentence
    assert "Fulfilment cost is not given and not deducted." in finding.sentence
    assert "taken from the params: 40.0%" in finding.sentence
    assert [entry.name for entry in finding.entries] == ["net_revenue", "contribution"]


def test_a_statement_without_cost_of_goods_has_no_contribution() -> None:
    finding = find("pnl", statement().lines, statement(Caveat("no_cost_of_goods", Decimal(9)), left=None))

    assert "there is no contribution" in finding.sentence
    assert [entry.name for entry in finding.entries] == ["net_revenue"]


ROI = pd.DataFrame(
    [
        ("output_input_ratio", 9.0, np.nan, np.nan, "ratio"),
        ("net_contribution", -50.0, -80.0, -20.0, "money"),
        ("incremental_roi", -0.5, -0.8, -0.2, "change"),
        ("roi_positive_probability", 0.01, np.nan, np.nan, "rate"),
        ("lift_rate", 0.5, 0.4, 0.6, "change"),
        ("break_even_lift_rate", 0.9, np.nan, np.nan, "change"),
    ],
    columns=["figure", "value", "low", "high", "unit"],
)


def test_the_stated_ratio_stands_beside_the_incremental_one() -> None:
    finding = find("roi", ROI, statement(), impact(), roi={"settling_days": 0})

    assert "output over input is 9.00 (net ROI +800.0%)" in finding.sentence
    assert (
        "**incremental ROI is −50.0%** (95% interval −80.0% – −20.0%), above 0 with probability 1.0%"
        in finding.sentence
    )
    assert "it had to sell 90.0% more than usual; it was +50.0%" in finding.sentence
    assert len(finding.entries) == 6


def test_the_horizon_says_how_much_of_the_time_after_was_seen() -> None:
    days = pd.DataFrame({"on": [dt.date(2025, 3, day) for day in (1, 2, 3)], "actual": 900.0, "expected": 600.0})
    found = replace(impact(), days=days.assign(phase=["campaign", "settling", "settling"], low=500.0, high=700.0))

    said = find("roi", ROI, statement(), found, roi={"settling_days": 14}).sentence
    assert "counted over 1 Mar 2025 – 3 Mar 2025; returns have settled after 1 Apr 2025" in said
    assert "Of 14 days after it only 2 were seen" in said
    assert "were seen" not in find("roi", ROI, statement(), found, roi={"settling_days": 2}).sentence


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("more than half earned no profit", "about 0.16 of other goods", "about a third of gross lift")),
        ("zh", ("一半以上的促销不盈利", "约 0.16 的其他商品", "约三分之一为提前购买")),
    ],
)
def test_what_is_known_of_others_stands_beside_the_figures(lang: Lang, words: tuple[str, ...]) -> None:
    assert all(one in load_text(lang)("roi.definition") for one in words)


def test_a_lift_that_should_have_paid_points_to_the_discount() -> None:
    thin = ROI.assign(value=ROI["value"].where(ROI["figure"] != "break_even_lift_rate", 0.3))

    assert "**what is missing went into the discount**" in find("roi", thin, statement(), impact()).sentence


def test_a_ratio_that_cannot_be_told_from_chance_is_said_so() -> None:
    assert "nobody can say whether it paid" in find("roi", ROI, statement(), impact(chance=0.5)).sentence


def test_without_costs_there_is_no_return_and_no_zero() -> None:
    finding = find("roi", ROI, statement(cost=None), impact())

    assert "has no row for campaign night" in finding.sentence
    assert finding.entries == ()


def test_the_tornado_names_what_decides() -> None:
    frame = pd.DataFrame({"assumption": ["margin", "returns"], "low": [-10.0, 5.0], "high": [30.0, 15.0]})

    sentence = find("tornado", frame).sentence
    assert "**margin** matters most" in sentence
    assert "These alone decide between profit and loss: margin." in sentence
    assert "cannot be compared" in find("tornado", frame.iloc[:0]).sentence


def test_attribution_says_what_would_be_counted_twice() -> None:
    frame = pd.DataFrame(
        {
            "campaign_id": ["week", "night", None],
            "claimed": [3, 2, None],
            "orders": [Decimal(2), Decimal(2), Decimal(5)],
            "gmv": [Decimal("20.00"), Decimal("30.00"), Decimal("50.00")],
            "claimed_gmv": [Decimal("28.00"), Decimal("30.00"), None],
        }
    )

    finding = find("attribution", frame, lang="zh")
    assert "全部有效订单 100.00 元：各活动合计 50.00 元，未归因 50.00 元" in finding.sentence
    assert "**重复计入 8.00 元**" in finding.sentence


def test_payback_names_the_month_or_what_is_missing() -> None:
    frame = pd.DataFrame({"month": [1, 2], "buyers": [7, 7], "contribution": [Decimal(60), Decimal(120)]})

    assert "**paid for the campaign in month 2**" in find("payback", frame, statement()).sentence
    assert "does not yet pay" in find("payback", frame.iloc[:1], statement()).sentence
    assert "there is no payback" in find("payback", frame.iloc[:0], statement()).sentence


def test_the_busiest_hour_stands_beside_the_usual_one() -> None:
    hours = [dt.datetime(2025, 3, 1, hour) for hour in (20, 21)]
    frame = pd.DataFrame({"at": hours, "orders": [5, 9], "gmv": [Decimal(1), Decimal(2)], "usual_orders": [1.0, 2.0]})

    finding = find("hourly_sales", frame)
    assert "the busiest hour was 1 Mar 21:00 with 9. This hour usually brings 2.0." in finding.sentence
    assert {entry.name: entry.value for entry in finding.entries} == {
        "orders": 14, "gmv": Decimal("3.00"), "peak_hour_orders": 9,
    }  # fmt: skip
