"""What the section `lifetime_value` says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections import SECTIONS
from telling import cells, context_of, entries, finder

find = finder(partial(context_of, "month", start="2025-03-01", end="2025-04-01T00:00"))
MONTHS = [dt.date(2025, 2, 1), dt.date(2025, 3, 1)]


def money(*amounts: str | None) -> pd.Series:  # type: ignore[type-arg]
    return pd.Series([None if amount is None else Decimal(amount) for amount in amounts], dtype=object)


VALUE = pd.DataFrame(
    {
        "cohort_on": MONTHS,
        "buyers": [100, 200],
        "spent": money("60000", "68000"),
        "purchases": [90.0, 300.0],
        "value": money("30000", "90000"),
        "value_low": money("25000", "80000"),
        "value_high": money("36000", "101250"),
        "spent_per_buyer": money("600.00", "340.00"),
        "next_per_buyer": money("300.00", "450.00"),
        "next_per_buyer_low": money("250.00", "400.00"),
        "next_per_buyer_high": money("360.00", "506.25"),
        "value_per_buyer": money("900.00", "790.00"),
        "acquisition": money(None, "1000.00"),
        "cac": money(None, "5.00"),
        "value_correlation": [0.02, 0.02],
        "lost_days": 0,
    }
)
TESTED = pd.DataFrame(
    {
        "cohort_on": [dt.date(2024, 7, 1), dt.date(2024, 8, 1)],
        "buyers": [100, 50],
        "value": money("8000", "3000"),
        "value_low": money("7000", "2500"),
        "value_high": money("9000", "3600"),
        "actual": money("8000", "2000"),
        "inside": [True, False],
        "split_on": dt.date(2024, 9, 1),
        "days": 200,
    }
)


def test_the_newest_customers_are_told_with_their_cost_and_the_back_test() -> None:
    finding = find("lifetime_value", VALUE, TESTED)

    assert "200 customers ordered first in Mar 2025: each has spent 340 CNY so far" in finding.sentence
    assert (
        "**is expected to spend about 450 CNY in the next 365 days** (95% interval 400 – 506 CNY)" in finding.sentence
    )
    assert "1,000 CNY, 5 CNY for each of them; the value above is GMV" in finding.sentence
    assert "**Take it as an order of magnitude, not as a limit for a budget.**" in finding.sentence
    assert "expected to buy for 11K CNY in 200 days and bought for 10K CNY" in finding.sentence
    assert "**1 of 2 months fell inside the interval**" in finding.sentence
    assert "brought 2,000 CNY (forecast against actual +50.0%)" in finding.sentence
    expected = entries(finding)["next_per_buyer"]
    assert (expected.value, expected.low, expected.high) == (450, 400, Decimal("506.25"))
    assert entries(finding)["forecast_gap"].value == Decimal("0.1")
    assert entries(finding)["newest_forecast_gap"].value == Decimal("0.5")
    assert [row[-2:] for row in cells(finding)] == [["", ""], ["1,000.00", "5.00"]]
    assert finding.exhibits[0].table is not None


def test_days_are_those_of_the_params() -> None:
    assert "in the next 180 days" in find("lifetime_value", VALUE, TESTED, lifetime_days=180).sentence


def test_what_cannot_be_tested_or_bounded_is_said() -> None:
    finding = find("lifetime_value", VALUE.assign(next_per_buyer_low=None, next_per_buyer_high=None), TESTED.iloc[:0])

    assert "interval" not in finding.sentence
    assert "too short to test the forecast on the past" in finding.sentence
    assert "order of magnitude" in finding.sentence
    assert [entry.name for entry in finding.entries] == ["next_per_buyer"]
    assert entries(finding)["next_per_buyer"].low is None


def test_a_broken_assumption_is_a_warning() -> None:
    assert find("lifetime_value", VALUE, TESTED).warnings == ()
    (warning,) = find("lifetime_value", VALUE.assign(value_correlation=0.4), TESTED).warnings
    assert "do not use the forecast" in warning


def test_unbooked_cost_and_nothing_sold_later_are_unknown() -> None:
    finding = find("lifetime_value", VALUE.assign(acquisition=None, cac=None), TESTED.assign(actual=Decimal(0)))

    assert "Acquisition" not in finding.sentence
    assert [entry.name for entry in finding.entries] == ["next_per_buyer"]


def test_months_of_few_customers_are_masked() -> None:
    finding = find("lifetime_value", VALUE.assign(buyers=[100, 4]), TESTED.assign(buyers=[4, 50]))

    assert "100 customers ordered first in Feb 2025" in finding.sentence
    assert cells(finding)[1][1:7] == ["<5", "", "", "", "", ""]
    assert "customers of 1 months" in finding.sentence
    assert "3,000 CNY" in finding.sentence


def test_too_little_history_is_said() -> None:
    finding = find("lifetime_value", VALUE.iloc[:0], TESTED.iloc[:0])

    assert not finding.covered
    assert "too few returning customers" in finding.sentence
    assert finding.entries == ()


def test_the_chart_stacks_what_is_expected_on_what_was_bought() -> None:
    draw = SECTIONS["lifetime_value"].draw
    assert draw is not None
    assert "2025年3月 合计 790、已 340，预计 450" in draw(VALUE, load_text("zh")).alt


def test_lost_days_are_told() -> None:
    (warned,) = find("lifetime_value", VALUE.assign(lost_days=2), TESTED).warnings

    assert warned.startswith("Orders of 2 days are lost: the forecast does not count these days")
