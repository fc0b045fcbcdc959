"""What a member day's figures mean, in words: booking, expanding coupons, DAU peak, turnout by tier."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from retro.campaigns.member_day import MemberDay
from retro.i18n import Lang, load_text
from retro.sections import SECTIONS, Context, Finding

NAN = np.nan

BOOKED = pd.DataFrame(
    [
        ("booked", 200, 180, 120, 125, Decimal("36000.00"), 0.9, 0.85, 0.93, 0.6, 0.53, 0.67),
        ("seen", 1000, 300, 20, 21, Decimal("5000.00"), 0.3, 0.27, 0.33, 0.02, 0.013, 0.03),
        ("away", 5000, 40, 4, 4, Decimal("900.00"), 0.008, 0.006, 0.01, 0.0008, 0.0, 0.002),
    ],
    columns=[
        "group", "members", "came", "buyers", "orders", "gmv", "came_rate", "came_low", "came_high", "order_rate",
        "order_low", "order_high",
    ],
)  # fmt: skip
TURNOUT = pd.DataFrame(
    [
        ("member", 6000, 300, 40, 0.05, 0.045, 0.056, 0.6, Decimal("12000.00"), 0.5),
        ("silver", 800, 120, 20, 0.15, 0.127, 0.176, 0.24, Decimal("7000.00"), 0.29),
        ("gold", 300, 76, 15, 0.253, 0.207, 0.305, 0.152, Decimal("4600.00"), 0.19),
        ("diamond", 5, 4, 2, 0.8, 0.38, 0.96, 0.008, Decimal("400.00"), 0.02),
    ],
    columns=["tier", "members", "came", "buyers", "rate", "low", "high", "came_share", "gmv", "gmv_share"],
)


def find(section: str, frame: pd.DataFrame, lang: Lang = "en", **targets: float) -> Finding:
    keys: dict[str, Any] = {"kind": "member_day", "campaign_id": "c", "title": "t", "targets": targets}
    keys |= {"start": "2025-03-26T00:00", "end": "2025-03-27T00:00"}
    params = MemberDay.model_validate(keys, context={"zone": ZoneInfo("Asia/Shanghai")})
    return SECTIONS[section](frame, Context(params, load_text(lang), None))


def entries(finding: Finding) -> dict[str, Any]:
    return {entry.name: entry for entry in finding.entries}


def days(peak: int, best: int = 8090, usual: float = 5675.0) -> pd.DataFrame:
    rows = [
        (dt.date(2025, 3, 1), best, False, NAN, NAN, NAN, 0),
        (dt.date(2025, 3, 2), 6000, False, NAN, NAN, NAN, 0),
        (dt.date(2025, 3, 26), peak, True, usual, usual - 800, usual + 800, 5),
    ]
    return pd.DataFrame(rows, columns=["on", "dau", "during", "usual", "low", "high", "weeks"])


def test_booking_leads_with_who_came_and_bought() -> None:
    finding = find("booking", BOOKED)

    assert "200 members booked, 180 came (90.0%" in finding.sentence
    assert "**120 bought: 60.0% of those who booked** (53.0% – 67.0%)" in finding.sentence
    assert "**that gap is not what booking brings**" in finding.sentence
    assert "members who bought on the day" not in finding.sentence, "the total would give the masked four away"
    rate = entries(finding)["booking_order_rate"]
    assert (rate.value, rate.numerator, rate.denominator) == (Decimal("0.6"), 120, 200)
    assert (rate.low, rate.high) == (Decimal("0.53"), Decimal("0.67"))
    assert entries(finding)["booked_members"].value == 200


def test_what_four_members_paid_is_not_told() -> None:
    table = find("booking", BOOKED).table

    assert table is not None
    assert [row[-1].text for row in table.rows] == ["36,000.00", "5,000.00", ""]


def test_without_bookings_there_is_nothing_to_tell() -> None:
    finding = find("booking", BOOKED.assign(members=[0, 1000, 5000]))

    assert not finding.covered
    assert "No member booked" in finding.sentence


@pytest.mark.parametrize(
    ("peak", "words"),
    [
        (6824, "**6,824 active users, more than usual**: the 5 same weekdays before had 5,675 on average"),
        (5700, "**5,700 active users, within the usual range**"),
        (4000, "**4,000 active users, fewer than usual**"),
    ],
)
def test_the_peak_stands_beside_the_usual_range(peak: int, words: str) -> None:
    finding = find("dau_peak", days(peak))

    assert words in finding.sentence
    assert entries(finding)["dau_peak"].value == peak
    assert float(entries(finding)["dau_peak_lift_rate"].value) == pytest.approx(peak / 5675 - 1)


def test_the_peak_stands_beside_the_best_day_before() -> None:
    assert "It is not the busiest: within 2 days before, 1 Mar had 8,090" in find("dau_peak", days(6824)).sentence
    assert "It is the busiest day for 2 days" in find("dau_peak", days(9000)).sentence


def test_a_peak_without_a_usual_level_is_told_without_one() -> None:
    finding = find("dau_peak", days(6824, usual=NAN))

    assert "fewer than three same weekdays can be compared" in finding.sentence
    assert list(entries(finding)) == ["dau_peak"]


def test_turnout_says_who_came_most_and_whose_share_is_largest() -> None:
    finding = find("tier_turnout", TURNOUT)
    whole = find("tier_turnout", TURNOUT.assign(came=TURNOUT["came"].replace(4, 5)))

    assert "501 members with a tier came, **most of them" in whole.sentence
    assert "(60.0%)**, with 50.0% of their GMV" in whole.sentence
    assert "came, **most" not in finding.sentence, "the total would give the masked four away"
    assert "25.3%** (76/300, 95% interval 20.7% – 30.5%)" in finding.sentence  # four of five diamonds are too few
    assert entries(finding)["gold_turnout_rate"].denominator == 300
    table = finding.table
    assert table is not None
    assert [cell.text for cell in table.rows[3]][2:4] == ["<5", ""]
    assert table.rows[3][8].text == ""


def test_nobody_with_a_tier_is_not_covered() -> None:
    assert not find("tier_turnout", TURNOUT.assign(came=0)).covered
