"""The month's course in words: its place among thirteen months, and the weekly chain."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd

from retro.sections import SECTIONS
from sections.test_month import context

NAN = float("nan")


def trend(*amounts: str) -> pd.DataFrame:
    first = dt.date(2025, 4 - len(amounts), 1)
    rows = [
        (first.replace(month=first.month + number), 9, 3, 2, 2, Decimal(amount), Decimal(amount), 0.1)
        for number, amount in enumerate(amounts)
    ]
    columns = ["month", "visits", "new_users", "orders", "buyers", "gmv", "order_value", "conversion"]
    return pd.DataFrame(rows, columns=columns)


def test_a_month_has_its_place_among_the_others() -> None:
    finding = SECTIONS["monthly_trend"](trend("90.00", "60.00", "70.00"), context())

    assert finding.sentence == (
        "With 70.00 CNY, the month is **number 2** of 3; the best was Jan 2025 with 90.00 CNY. "
    )
    assert finding.entries[0].value == 2
    best = SECTIONS["monthly_trend"](trend("60.00", "90.00"), context("zh")).sentence
    assert best == "本月成交 90.00 元，为近 2 个月**最高**。"
    assert not SECTIONS["monthly_trend"](trend("60.00"), context()).covered


def weeks(*rows: tuple[int, int, float]) -> pd.DataFrame:
    known = [
        (dt.date(2025, 3, 3) + dt.timedelta(weeks=number), visitors, visitors, buyers, buyers / visitors,
         pd.NA if pd.isna(rate) else round(visitors * rate), rate, rate, rate)
        for number, (visitors, buyers, rate) in enumerate(rows)
    ]  # fmt: skip
    columns = ["week", "visitors", "visits", "buyers", "conversion", "returned", "rate", "low", "high"]
    return pd.DataFrame(known, columns=columns).astype({"returned": "Int64"})


def test_the_last_week_is_set_beside_the_baseline_ones() -> None:
    frame = weeks((100, 10, 0.5), (200, 10, 0.4), (150, 30, NAN))

    finding = SECTIONS["weekly_chain"](frame, context())

    assert finding.sentence == (
        "In the week from 17 Mar 2025, 150 users came (median 150), and **20.00%** of them bought (30; median 7.50%). "
        "Of the visitors of the week from 10 Mar 2025, **40.0%** came back the week after (80/200; median 45.0%). "
    )
    chinese = SECTIONS["weekly_chain"](frame, context("zh")).sentence
    assert "起的一周有 150 人来访（往常中位数 150），其中 **20.00%** 下单（30 人；往常 7.50%）。" in chinese
    assert [entry.name for entry in finding.entries] == ["last_week_conversion_rate", "week_return_rate"]
    assert not SECTIONS["weekly_chain"](frame.iloc[:1], context()).covered
