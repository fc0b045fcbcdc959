"""What the section `monthly_trend` says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pandas as pd

from telling import finder, month

find = finder(month)


def trend(*amounts: str) -> pd.DataFrame:
    first = dt.date(2025, 4 - len(amounts), 1)
    rows = [
        (first.replace(month=first.month + number), 9, 3, 2, 2, Decimal(amount), Decimal(amount), 0.1)
        for number, amount in enumerate(amounts)
    ]
    columns = ["month", "visits", "new_users", "orders", "buyers", "gmv", "order_value", "conversion"]
    return pd.DataFrame(rows, columns=columns)


def test_a_month_has_its_place_among_the_others() -> None:
    finding = find("monthly_trend", trend("90.00", "60.00", "70.00"))

    assert finding.sentence == (
        "With 70.00 CNY, the month is **number 2** of 3; the best was Jan 2025 with 90.00 CNY. "
    )
    assert finding.entries[0].value == 2
    best = find("monthly_trend", trend("60.00", "90.00"), lang="zh").sentence
    assert best == "本月成交 90.00 元，为近 2 个月**最高**。"
    assert not find("monthly_trend", trend("60.00")).covered
