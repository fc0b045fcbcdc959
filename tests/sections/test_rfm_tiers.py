"""What the section `rfm_tiers` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections import SECTIONS
from telling import cells, context_of, entries, finder

find = finder(partial(context_of, "month", start="2025-03-01", end="2025-04-01T00:00"))

ROWS = [
    ("important_value", 100, 0.1, 5000, 0.5, 90, 30),
    ("important_develop", 20, 0.02, 500, 0.05, 20, 10),
    ("important_keep", 30, 0.03, 1500, 0.15, 25, 5),
    ("important_save", 10, 0.01, 400, 0.04, 10, 5),
    ("general_value", 200, 0.2, 900, 0.09, 200, 60),
    ("general_develop", 300, 0.3, 800, 0.08, 280, 90),
    ("general_keep", 140, 0.14, 500, 0.05, 150, 40),
    ("general_save", 200, 0.2, 400, 0.04, 225, 60),
]
TIERS = pd.DataFrame(
    [(*row[:3], Decimal(row[3]), *row[4:], Decimal(1000), 365) for row in ROWS],
    columns=["tier", "members", "share", "gmv", "gmv_share", "before", "left", "high_value", "days"],
).astype({"before": "Int64", "left": "Int64"})


def test_who_brought_what_who_is_cold_and_whom_to_approach_first() -> None:
    finding = find("rfm_tiers", TIERS, high_value=1000)

    assert "Of 1,000 customers who ordered in the last 365 days, 160 are of high value" in finding.sentence
    assert "(at least 1,000 CNY) and **brought 74.0% of GMV** (7,400 CNY)" in finding.sentence
    assert "**40 have not ordered for 90 days**" in finding.sentence
    assert "Start with high value to bring back: 30 regulars" in finding.sentence
    assert "Of 1,000 customers in a tier at the start, 300 are in another one" in finding.sentence
    assert "went from 90 to 100" in finding.sentence
    assert entries(finding)["high_value_buyers"].value == 160
    rate = entries(finding)["cold_high_value_gmv_rate"]
    assert (rate.value, rate.numerator, rate.denominator) == (Decimal("0.19"), 1900, 10000)


def test_the_advice_follows_the_tier_that_brought_most() -> None:
    for tier, words in (("important_save", "call them first"), ("important_develop", "offer them a second order")):
        gmv = [Decimal(4000) if one == tier else value for one, value in zip(TIERS["tier"], TIERS["gmv"], strict=True)]
        assert words in find("rfm_tiers", TIERS.assign(gmv=gmv)).sentence


def test_a_threshold_found_in_the_data_is_said() -> None:
    assert "no threshold is set; the top fifth reach 1,000 CNY" in find("rfm_tiers", TIERS).sentence


def test_moves_that_cannot_be_told_are_not_zero() -> None:
    unknown = TIERS.assign(before=pd.NA, left=pd.NA)

    assert "moves between tiers cannot be told" in find("rfm_tiers", unknown).sentence


def test_a_tier_of_four_is_masked_with_all_that_would_give_it_away() -> None:
    few = TIERS.assign(members=[100, 20, 4, 10, 200, 300, 140, 200])
    finding = find("rfm_tiers", few)

    keep = cells(finding)[2]
    assert keep[1:5] == ["<5", "", "", ""]
    assert "Start with high value to develop" in finding.sentence
    assert "Of 970 customers" in finding.sentence, "a total would give the masked four away"
    assert "**10 have not ordered" in finding.sentence
    moved = find("rfm_tiers", TIERS.assign(left=[30, 10, 3, 5, 60, 90, 40, 60])).sentence
    assert "at the start" not in moved, "so would a total of moves"


def test_too_little_history_is_said() -> None:
    finding = find("rfm_tiers", TIERS.iloc[:0])

    assert not finding.covered
    assert "Fewer than 180 days of orders" in finding.sentence


def test_nothing_sold_records_nothing() -> None:
    nothing = TIERS.assign(members=0, gmv=Decimal(0), share=float("nan"), gmv_share=float("nan"), before=0, left=0)
    finding = find("rfm_tiers", nothing)

    assert not finding.covered
    assert finding.entries == ()
    assert "Too few customers" in find("rfm_tiers", TIERS.assign(members=4)).sentence


def test_the_chart_shows_both_shares_and_hides_the_few() -> None:
    section = SECTIONS["rfm_tiers"]
    (frame,) = section.masked([TIERS.assign(members=[100, 20, 4, 10, 200, 300, 140, 200])])
    assert section.draw is not None
    alt = section.draw(frame, load_text("zh")).alt

    assert "重要价值 100 位，10.0%、成交 50.0%" in alt
    assert "重要保持 <5 位；" in alt
