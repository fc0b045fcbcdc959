from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import LANGS, Lang, load_text
from retro.sections.hourly_sales import draw as hourly_sales
from retro.sections.impact import draw as impact

Readable = Callable[[Chart], None]

DAYS = pd.DataFrame(
    {
        "on": [dt.date(2025, 2, 1) + dt.timedelta(days=day) for day in range(30)],
        "phase": ["usual"] * 24 + ["anticipation"] * 2 + ["campaign"] + ["settling"] * 3,
        "actual": [100.0] * 26 + [900.0] + [80.0] * 3,
        "expected": 100.0,
        "low": 80.0,
        "high": 120.0,
    }
)

HOURS = pd.DataFrame(
    {
        "at": [dt.datetime(2025, 2, 28, 20) + dt.timedelta(hours=hour) for hour in range(24)],
        "orders": [675, *[40] * 22, 193],
        "gmv": [Decimal(1)] * 24,
        "usual_orders": [8.0] * 24,
    }
)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("draw", "frame"), [(impact, DAYS), (hourly_sales, HOURS)])
def test_charts_can_be_read_on_a_page_and_on_a_phone(
    draw: Callable[..., Chart], frame: pd.DataFrame, lang: Lang, readable: Readable
) -> None:
    readable(draw(frame, load_text(lang)))


def test_impact_shades_the_days_that_the_campaign_touched() -> None:
    chart = impact(DAYS, load_text("en"))

    assert "1,340.00 CNY sold during and around the campaign, 600.00 CNY expected" in chart.alt
    (ax,) = chart.figure.axes
    assert len(ax.lines) == 2


def test_impact_without_a_baseline_draws_what_came() -> None:
    chart = impact(DAYS.assign(expected=float("nan"), low=float("nan"), high=float("nan")), load_text("zh"))

    assert "活动前数据不足，没有预计" in chart.alt
    assert len(chart.figure.axes[0].lines) == 1


def test_hourly_sales_label_the_peak() -> None:
    chart = hourly_sales(HOURS, load_text("en"))

    assert "the most at 28 Feb 20:00, 675" in chart.alt
    assert "shorter than a week" in hourly_sales(HOURS.assign(usual_orders=float("nan")), load_text("en")).caption


@pytest.mark.parametrize("draw", [impact, hourly_sales])
def test_an_empty_frame_is_refused(draw: Callable[..., Chart]) -> None:
    with pytest.raises(MetricError, match="frame must have the columns"):
        draw(pd.DataFrame(), load_text("en"))
