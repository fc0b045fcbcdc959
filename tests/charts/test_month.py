from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.anomalies import draw as unusual_days
from retro.sections.monthly_trend import draw as monthly_trend
from retro.sections.pacing import draw as pacing
from retro.sections.weekly_chain import draw as weekly_chain


def months(count: int = 13) -> pd.DataFrame:
    days = [dt.date(2024 + (2 + place) // 12, (2 + place) % 12 + 1, 1) for place in range(count)]
    return pd.DataFrame({"month": days, "gmv": [Decimal(900_000 + 50_000 * place) for place in range(count)]})


def test_the_month_and_the_same_a_year_ago_stand_out(
    text: Text, readable: Callable[[Chart], None], said: Callable[[Chart], list[str]]
) -> None:
    chart = monthly_trend(months(), text)

    readable(chart)
    heights = [patch.get_height() for patch in chart.figure.axes[0].patches]
    assert (heights[0], heights[-1]) == (900_000, 1_500_000)
    assert {text.short(900_000), text.short(1_500_000), "25-03"} <= set(said(chart))


def test_a_shorter_history_is_drawn_too(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(monthly_trend(months(1), text))


def test_the_chain_has_three_panels_and_leaves_out_what_is_not_known(
    text: Text, readable: Callable[[Chart], None]
) -> None:
    weeks = [dt.date(2025, 3, 3) + dt.timedelta(weeks=place) for place in range(4)]
    unknown = float("nan")
    frame = pd.DataFrame(
        {
            "week": weeks,
            "visitors": [900, 1000, 1100, 900],
            "conversion": [0.05, 0.06, 0.05, 0.05],
            "rate": [0.7, 0.72, 0.71, unknown],
            "low": [0.68, 0.7, 0.69, unknown],
            "high": [0.72, 0.74, 0.73, unknown],
        }
    )

    chart = weekly_chain(frame, text)

    readable(chart)
    assert [len(ax.lines) for ax in chart.figure.axes] == [1, 1, 1]
    assert text.rate(0.72) in chart.alt


def test_a_bar_shows_what_was_reached_and_a_mark_what_was_planned(
    text: Text, readable: Callable[[Chart], None], said: Callable[[Chart], list[str]]
) -> None:
    amounts = {"actual": [Decimal(92), Decimal(220)], "planned": [Decimal(100), Decimal(200)], "target": [100, 200]}

    chart = pacing(pd.DataFrame({"span": ["month", "quarter"], **amounts}), text)

    readable(chart)
    assert {"92.0%", "110.0%", text("span.month")} <= set(said(chart))


def test_days_without_explanation_are_named(
    text: Text, readable: Callable[[Chart], None], said: Callable[[Chart], list[str]]
) -> None:
    days = [dt.date(2025, 3, 1) + dt.timedelta(days=place) for place in range(31)]
    frame = pd.DataFrame({"on": days, "orders": [10] * 31, "unusual": False, "explained": False})
    frame.loc[[3, 20], "unusual"] = True
    frame.loc[3, "explained"] = True

    chart = unusual_days(frame, text)

    readable(chart)
    assert text.short_day(days[20]) in said(chart)
    assert text("anomalies.chart.unexplained") in said(chart)


@pytest.mark.parametrize("draw", [monthly_trend, weekly_chain, unusual_days])
def test_an_empty_frame_is_not_drawn(draw: Callable[..., Chart], text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have the columns"):
        draw(pd.DataFrame(), text)
