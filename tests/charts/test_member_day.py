"""The charts of a member day: booking, expanding coupons, DAU peak, turnout by tier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from retro.charts import Chart, dau_peak
from retro.errors import MetricError
from retro.i18n import Text
from retro.privacy import masked
from retro.sections.booking import draw as booking
from retro.sections.coupon_expansion import draw as coupon_expansion
from retro.sections.tier_turnout import draw as tier_turnout

BOOKED = pd.DataFrame(
    {
        "group": ["booked", "seen", "away"],
        "members": [809, 13918, 0],
        "came": [724, 4751, 0],
        "buyers": [519, 148, 0],
        "came_rate": [724 / 809, 4751 / 13918, np.nan],
        "order_rate": [519 / 809, 148 / 13918, np.nan],
    }
)
EXPANDED = pd.DataFrame(
    {
        "group": ["expanded", "not_expanded", "all"],
        "issued": [592, 217, 809],
        "used": [285, 88, 373],
        "use_rate": [285 / 592, 88 / 217, 373 / 809],
        "low": [0.441, 0.342, 0.427],
        "high": [0.522, 0.472, 0.496],
    }
)
TURNOUT = pd.DataFrame(
    {
        "tier": ["member", "silver", "gold", "diamond"],
        "members": [68115, 6721, 2708, 0],
        "came": [2859, 772, 500, 0],
        "rate": [0.042, 0.115, 0.185, np.nan],
        "came_share": [0.692, 0.187, 0.121, 0.0],
    }
)


def days(usual: float = 5675.0) -> pd.DataFrame:
    """Thirty days at 5,000, a busier one among them, the campaign's last."""
    dates = [dt.date(2025, 2, 25) + dt.timedelta(days=place) for place in range(30)]
    frame = pd.DataFrame({"on": dates, "dau": 5000, "during": False, "usual": np.nan, "low": np.nan, "high": np.nan})
    frame.loc[4, "dau"] = 8090
    frame.loc[29, ["dau", "during", "usual", "low", "high"]] = [6824, True, usual, usual - 800, usual + 800]
    return frame.astype({"dau": int, "during": bool})


def test_groups_that_are_there_show_who_came_and_who_bought(
    text: Text, readable: Callable[[Chart], None], said: Callable[[Chart], list[str]]
) -> None:
    chart = booking(BOOKED, text)

    readable(chart)
    assert len(chart.figure.axes[0].patches) == 4  # two groups; nobody was away
    assert any("64.2%" in words and "519/809" in words for words in said(chart))
    assert "34.1%" in chart.alt


def test_use_rates_stand_beside_their_target(text: Text, readable: Callable[[Chart], None]) -> None:
    chart = coupon_expansion(EXPANDED, text, target=Decimal("0.55"))

    readable(chart)
    assert chart.figure.axes[0].get_xlim()[1] > 0.55
    assert "46.1%" in chart.alt


def test_use_rates_can_do_without_a_target(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(coupon_expansion(EXPANDED.iloc[:1], text))


def test_the_peak_and_the_best_day_before_are_labelled(
    text: Text, readable: Callable[[Chart], None], said: Callable[[Chart], list[str]]
) -> None:
    chart = dau_peak(days(), text)

    readable(chart)
    words = " ".join(said(chart))
    assert "6,824" in words
    assert "8,090" in words
    (band,) = chart.figure.axes[0].patches
    assert (band.get_y(), band.get_height()) == (4875.0, 1600.0)  # type: ignore[attr-defined]  # a rectangle


def test_a_peak_without_a_usual_level_has_no_band(text: Text, readable: Callable[[Chart], None]) -> None:
    chart = dau_peak(days(np.nan), text)

    readable(chart)
    assert len(chart.figure.axes[0].patches) == 0


def test_tiers_with_members_show_their_turnout(text: Text, readable: Callable[[Chart], None]) -> None:
    chart = tier_turnout(TURNOUT, text)

    readable(chart)
    assert [bar.get_width() for bar in chart.figure.axes[0].patches] == [0.042, 0.115, 0.185]  # type: ignore[attr-defined]
    assert "18.5%" in chart.alt


def test_a_few_members_are_not_counted_out(text: Text, said: Callable[[Chart], list[str]]) -> None:
    turnout = TURNOUT.assign(came=[2859, 772, 500, 4], members=[68115, 6721, 2708, 5], rate=0.8)
    few = tier_turnout(masked(turnout, {"came": ["rate", "came_share"]}), text)
    booked = booking(masked(BOOKED.assign(buyers=[519, 3, 0]), {"buyers": ["order_rate"]}), text)

    assert [bar.get_width() for bar in few.figure.axes[0].patches] == [0.8, 0.8, 0.8, 0.0]  # type: ignore[attr-defined]
    assert any("<5" in words for words in said(few))
    assert not any("3/13,918" in words for words in said(booked))


@pytest.mark.parametrize("draw", [booking, coupon_expansion, dau_peak])
def test_nothing_is_never_drawn(draw: Callable[[pd.DataFrame, Text], Chart], text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have the columns"):
        draw(pd.DataFrame({"x": []}), text)
