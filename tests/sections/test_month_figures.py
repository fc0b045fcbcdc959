"""What the section `month_figures` says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from telling import finder, month

find = finder(month)


def figure(name: str, unit: str, value: str, **keys: Any) -> dict[str, Any]:
    row = {"figure": name, "unit": unit, "value": Decimal(value), "previous": None, "year_ago": None}
    row |= {"numerator": None, "denominator": None, "change": float("nan"), "year_change": float("nan")}
    return row | {"low": float("nan"), "high": float("nan"), "lost_days": 0} | keys


def figures() -> pd.DataFrame:
    rate = {"numerator": Decimal(9), "denominator": Decimal(10), "low": 0.6, "high": 0.93}
    rows = [
        figure("gmv", "money", "900.00", previous=Decimal("1000.00"), change=-0.1),
        figure("orders", "orders", "9"),
        figure("order_value", "money", "100.00"),
        figure("payment_rate", "rate", "0.9", previous=Decimal("0.95"), change=-0.05, **rate),
    ]
    return pd.DataFrame(rows, dtype=object)


def test_lost_days_of_the_month_are_told() -> None:
    finding = find("month_figures", figures().assign(lost_days=1))

    (warned,) = finding.warnings
    assert warned.startswith("Orders of 1 day of the month are lost: sums are of the other days, are not compared with")
    assert find("month_figures", figures()).warnings == ()


def test_a_kpi_has_its_owner_its_target_and_its_changes() -> None:
    kpis = {"gmv": {"owner": "Operations", "every": "day"}}

    finding = find("month_figures", figures(), kpis=kpis, targets={"gmv": 1000, "payment_rate": 0.95})

    assert finding.sentence == (
        "Sales of the month: **900 CNY** in 9 orders of 100 CNY each; "
        "−10.0% on the month before (−18.7% by daily average). "
    )  # 0.9 x 28 / 31 - 1
    assert finding.table is not None
    cells = [[cell.text for cell in row] for row in finding.table.rows]
    assert cells[0] == ["GMV", "Operations", "daily", "1,000 CNY", "900 CNY", "× missed",
                        "1,000 CNY (−10.0%)", ""]  # fmt: skip
    assert cells[3][3:7] == ["95%", "90.0%", "× missed", "95.0% (−5.0 pp)"]
    assert finding.exhibits[0].sentence.startswith("0 of 2 targets met, missed: GMV")


def test_months_of_as_many_days_need_no_change_a_day() -> None:
    finding = find("month_figures", figures(), start="2025-08-01", end="2025-09-01T00:00")

    assert "−10.0% on the month before. " in finding.sentence


def test_a_change_with_less_look_back_says_what_this_month_is_then() -> None:
    """55% of the month's GMV is of new customers; with the look-back of the year before, 68%, which had 58%."""
    ago = {"previous": Decimal("0.5"), "change": 0.05, "year_ago": Decimal("0.58"), "year_change": 0.1}
    rows = [*figures().to_dict("records"), figure("new_customer_gmv_rate", "rate", "0.55", **ago)]

    table = find("month_figures", pd.DataFrame(rows, dtype=object)).table

    assert table is not None
    assert [cell.text for cell in table.rows[4]][6:] == [
        "50.0% (+5.0 pp)",
        "58.0% (+10.0 pp; this month with the same look-back 68.0%)",
    ]
