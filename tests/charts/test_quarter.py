from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pandas as pd
import pytest

from retro.charts import Chart, campaigns_compared
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.quarter_sales import draw as quarter_sales

Readable = Callable[[Chart], None]

DAYS = pd.DataFrame(
    {
        "on": [dt.date(2025, 1, 1) + dt.timedelta(days=day) for day in range(90)],
        "gmv": [Decimal(40_000 + 500 * day) for day in range(90)],
        "campaign": [*[None] * 9, *["Week"] * 7, *["Contest"] * 7, *[None] * 35, *["Night"] * 2, *[None] * 30],
    }
)

CAMPAIGNS = pd.DataFrame(
    {
        "title": ["新人福利周", "会员积分赛", "限时折扣夜"],
        "campaign_cost": [Decimal(25_000), Decimal(30_000), None],
        "net_revenue": [Decimal(410_000), Decimal(300_000), None],
        "incremental_contribution": [41_788.0, -5_000.0, float("nan")],
        "incremental_contribution_low": [27_000.0, -9_000.0, float("nan")],
        "incremental_contribution_high": [55_000.0, 1_000.0, float("nan")],
    }
)


def test_days_of_campaigns_stand_out(text: Text, readable: Readable, said: Callable[[Chart], list[str]]) -> None:
    chart = quarter_sales(DAYS, text)

    readable(chart)
    assert {"Week", "Contest", "Night"} <= set(said(chart))


def test_each_campaign_shows_what_was_stated_beside_what_it_added(text: Text, readable: Readable) -> None:
    chart = campaigns_compared(CAMPAIGNS, text)

    readable(chart)
    assert "新人福利周" in chart.alt
    assert "限时折扣夜" not in chart.alt


def test_a_frame_without_its_columns_is_refused(text: Text) -> None:
    with pytest.raises(MetricError, match=r"charts\.quarter_sales: frame must have the columns on, gmv, campaign"):
        quarter_sales(DAYS[["on"]], text)
