from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Lang, Text, load_text
from retro.sections.hourly_sales import draw as hourly_sales
from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", campaign_id="night", start="2025-03-01", end="2025-03-02T00:00"))


def test_the_busiest_hour_stands_beside_the_baseline_one() -> None:
    hours = [dt.datetime(2025, 3, 1, hour) for hour in (20, 21)]
    frame = pd.DataFrame(
        {"at": hours, "orders": [5, 9], "gmv": [Decimal(1), Decimal(2)], "baseline_orders": [1.0, 2.0]}
    )

    finding = find("hourly_sales", frame)
    assert "the busiest hour was 1 Mar 21:00 with 9. The baseline of this hour is 2.0." in finding.sentence
    assert {entry.name: entry.value for entry in finding.entries} == {
        "orders": 14, "gmv": Decimal("3.00"), "peak_hour_orders": 9,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            "**14 orders** during the campaign, whose amounts are not known; the busiest hour was 1 Mar 21:00 with",
        ),
        ("zh", "活动期 **14 单**，订单没有金额；最忙的一小时为 3月1日 21:00，9 单。"),
    ],
)
def test_a_shop_without_amounts_is_told_in_orders(lang: Lang, words: str) -> None:
    hours = [dt.datetime(2025, 3, 1, hour) for hour in (20, 21)]
    frame = pd.DataFrame({"at": hours, "orders": [5, 9], "baseline_orders": [1.0, 2.0]})

    finding = find("hourly_sales", frame, lang=lang)

    assert words in finding.sentence
    assert [entry.name for entry in finding.entries] == ["orders", "peak_hour_orders"]


Readable = Callable[[Chart], None]


HOURS = pd.DataFrame(
    {
        "at": [dt.datetime(2025, 2, 28, 20) + dt.timedelta(hours=hour) for hour in range(24)],
        "orders": [675, *[40] * 22, 193],
        "gmv": [Decimal(1)] * 24,
        "baseline_orders": [8.0] * 24,
    }
)


def test_the_chart_can_be_read_on_a_page_and_on_a_phone(text: Text, readable: Readable) -> None:
    readable(hourly_sales(HOURS, text))


def test_hourly_sales_label_the_peak() -> None:
    chart = hourly_sales(HOURS, load_text("en"))

    assert "the most at 28 Feb 20:00, 675" in chart.alt
    assert "shorter than a week" in hourly_sales(HOURS.assign(baseline_orders=float("nan")), load_text("en")).caption


def test_an_empty_frame_is_refused() -> None:
    with pytest.raises(MetricError, match="frame must have the columns"):
        hourly_sales(pd.DataFrame(), load_text("en"))


@pytest.mark.parametrize(("lang", "day"), [("en", "2 Mar"), ("zh", "3月2日")])
def test_hours_of_a_week_are_named_by_their_days(lang: Lang, day: str) -> None:
    at = pd.date_range("2025-03-01", periods=168, freq="h")
    frame = pd.DataFrame({"at": at, "orders": range(168), "baseline_orders": float("nan")})

    figure = hourly_sales(frame, load_text(lang)).figure
    figure.canvas.draw()

    assert day in [tick.get_text() for tick in figure.axes[0].get_xticklabels()]
