"""What the section `monthly_trend` says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text, load_text
from retro.sections import SECTIONS
from retro.sections.monthly_trend import draw as monthly_trend
from telling import finder, month

find = finder(month)


def trend(*amounts: str) -> pd.DataFrame:
    first = dt.date(2025, 4 - len(amounts), 1)
    rows = [
        (first.replace(month=first.month + number), 900, 30, 20, 20, Decimal(amount), Decimal(amount), 0.1)
        for number, amount in enumerate(amounts)
    ]
    columns = ["month", "visits", "new_users", "orders", "buyers", "gmv", "order_value", "conversion"]
    return pd.DataFrame(rows, columns=columns)


def test_a_month_has_its_place_among_the_others() -> None:
    finding = find("monthly_trend", trend("90.00", "60.00", "70.00"))

    assert finding.sentence == ("With 70 CNY, the month is **number 2** of 3; the best was Jan 2025 with 90 CNY. ")
    assert finding.entries[0].value == 2
    best = find("monthly_trend", trend("60.00", "90.00"), lang="zh").sentence
    assert best == "本月成交 90 元，为近 2 个月**最高**。"
    assert not find("monthly_trend", trend("60.00")).covered


def test_a_month_with_lost_days_has_no_place() -> None:
    frame = trend("90.00", "60.00", "70.00")
    frame.loc[2, "gmv"] = None

    finding = find("monthly_trend", frame)

    assert not finding.covered
    assert finding.sentence == "Orders of some days of the month are lost, so it is not ranked among the others."


def test_a_month_of_a_few_orders_tells_neither_them_nor_what_they_came_to() -> None:
    frame = trend("90.00", "60.00", "70.00").assign(orders=[20, 3, 20])
    finding = find("monthly_trend", frame)

    assert "**number 2** of 2" in finding.sentence
    assert finding.table is not None
    assert [cell.text for cell in finding.table.rows[1]] == ["Feb 2025", "900", "30", "<5", "20", "", "", ""]
    assert find("monthly_trend", frame.assign(orders=[20, 20, 3])).sentence.startswith("Fewer than five people")
    monthly_trend(SECTIONS["monthly_trend"].masked([frame])[0], load_text("en"))


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


def test_an_empty_frame_is_not_drawn(text: Text) -> None:
    with pytest.raises(MetricError, match="frame must have the columns"):
        monthly_trend(pd.DataFrame(), text)
