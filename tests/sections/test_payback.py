from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial

import pandas as pd

from metrics.roi.test_headline import impact
from retro.metrics.baseline import Impact
from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", campaign_id="night", start="2025-03-01", end="2025-03-02T00:00"))


ROWS = [
    (0, 7, 3.0, 1.0, 5.0, Decimal(0), -90.0, -99.0, -80.0),
    (1, 7, 3.0, 1.0, 5.0, Decimal(60), -40.0, -60.0, -20.0),
    (2, 7, 3.0, 1.0, 5.0, Decimal(120), 20.0, 5.0, 35.0),
]
ENDS = ["additional_low", "additional_high"]
FRAME = pd.DataFrame(ROWS, columns=["month", "buyers", "additional", *ENDS, "contribution", "left", "low", "high"])
SEEN = impact(100, 0, 600)


def said(frame: pd.DataFrame, found: Impact = SEEN) -> str:
    return find("payback", frame, found).sentence


def test_payback_names_the_month_or_what_is_missing() -> None:
    assert "**paid back in month 2**" in said(FRAME)
    assert "the campaign **added about 3**; the others would have come anyway" in said(FRAME)
    assert "**not yet paid back**" in said(FRAME.iloc[:2])
    assert "**whether it is paid back cannot be told**" in said(FRAME.assign(low=-1.0))
    assert "there is no payback" in said(FRAME.iloc[:0])
    assert "there is no payback" in said(FRAME.assign(left=float("nan")))


def test_a_campaign_that_earned_at_once_is_paid_back_on_its_own_days() -> None:
    at_once = FRAME.assign(left=[9.0, 12.0, 15.0], low=[4.0, 5.0, 6.0], high=[14.0, 19.0, 24.0])
    finding = find("payback", at_once.iloc[:1], SEEN)

    assert finding.sentence.strip() == (
        "**It paid for itself at once**: 9 CNY is left after all cost over the days of its effect "
        "(95% interval 4 – 14 CNY), before later orders of its first-time buyers."
    )
    assert {one.name: one.value for one in finding.entries}["payback_days"] == 0
    assert (
        said(at_once)
        .strip()
        .endswith("Counting their later orders, 15 CNY is left by month 2 after their first order.")
    )


def test_before_a_month_has_passed_the_days_of_the_effect_are_told() -> None:
    assert said(FRAME.iloc[:1]).startswith("−90 CNY is left after all cost")
    assert "**not yet paid back**. Later orders of first-time buyers count once" in said(FRAME.iloc[:1])
    assert "**whether it is paid back cannot be told**" in said(FRAME.iloc[:1].assign(high=1.0))


def test_an_effect_that_placebos_contradict_pays_nothing_back() -> None:
    """The verdict cannot tell it either: its interval is too narrow."""
    doubted = replace(SEEN, chance=0.5)
    assert "**whether it is paid back cannot be told**" in said(FRAME, doubted)


def test_buyers_whom_it_may_not_have_added_order_nothing_later() -> None:
    open_ = FRAME.assign(additional=-98.0, additional_low=-240.0, additional_high=44.0)
    finding = find("payback", open_, SEEN)

    assert finding.sentence.startswith("**No added first-time buyers can be seen** (7 bought first on its days")
    assert "95% interval −240 to 44), so no later orders count. −90 CNY is left after all cost" in finding.sentence
    assert "**not yet paid back**" in finding.sentence
    assert "payback_days" not in {one.name for one in finding.entries}
    assert finding.table is not None
    assert "Of them additional" not in [column.label for column in finding.table.columns]
    assert len(finding.table.rows) == 1
    assert "**It paid for itself at once**" in said(open_.assign(low=1.0, left=2.0, high=3.0))


def test_a_few_buyers_are_not_told() -> None:
    finding = find("payback", FRAME.assign(buyers=4), SEEN)
    assert "<5 first-time buyers are too few" in finding.sentence
    assert (finding.entries, finding.table) == ((), None)
