"""What the section `booking` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import numpy as np
import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.privacy import masked
from retro.sections.booking import draw
from telling import context_of, entries, finder

find = finder(partial(context_of, "member_day", start="2025-03-26", end="2025-03-27T00:00"))


BOOKED = pd.DataFrame(
    [
        ("booked", 200, 180, 120, 125, Decimal("36000.00"), 0.9, 0.85, 0.93, 0.6, 0.53, 0.67),
        ("seen", 1000, 300, 20, 21, Decimal("5000.00"), 0.3, 0.27, 0.33, 0.02, 0.013, 0.03),
        ("away", 5000, 40, 4, 4, Decimal("900.00"), 0.008, 0.006, 0.01, 0.0008, 0.0, 0.002),
    ],
    columns=[
        "group", "members", "came", "buyers", "orders", "gmv", "booking_came_rate", "booking_came_low",
        "booking_came_high", "booking_order_rate", "booking_order_low", "booking_order_high",
    ],
)  # fmt: skip


def test_booking_leads_with_who_came_and_bought() -> None:
    finding = find("booking", BOOKED)

    assert "200 members booked, 180 came (90.0%" in finding.sentence
    assert "**120 bought: 60.0% of those who booked** (53.0% – 67.0%)" in finding.sentence
    assert "**booking did not bring that gap**" in finding.sentence
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


DRAWN = pd.DataFrame(
    {
        "group": ["booked", "seen", "away"],
        "members": [809, 13918, 0],
        "came": [724, 4751, 0],
        "buyers": [519, 148, 0],
        "booking_came_rate": [724 / 809, 4751 / 13918, np.nan],
        "booking_order_rate": [519 / 809, 148 / 13918, np.nan],
    }
)


def test_groups_that_are_there_show_who_came_and_who_bought(
    text: Text, readable: Callable[[Chart], None], said: Callable[[Chart], list[str]]
) -> None:
    chart = draw(DRAWN, text)

    readable(chart)
    assert len(chart.figure.axes[0].patches) == 4  # two groups; nobody was away
    assert any("64.2%" in words and "519/809" in words for words in said(chart))
    assert "34.1%" in chart.alt


def test_a_few_who_bought_are_not_counted_out(text: Text, said: Callable[[Chart], list[str]]) -> None:
    chart = draw(masked(DRAWN.assign(buyers=[519, 3, 0]), {"buyers": ["booking_order_rate"]}), text)

    assert not any("3/13,918" in words for words in said(chart))


def test_a_frame_without_its_columns_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have the columns"):
        draw(pd.DataFrame({"x": []}), text)
