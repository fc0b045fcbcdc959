"""What the section `customer_contribution` says."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from telling import finder, quarter, words_of

find = finder(quarter)


def brought(group: str, cut: str, gmv: str, orders: int, **keys: Any) -> dict[str, Any]:
    row = {"cut": cut, "group": group, "buyers": orders, "orders": orders, "gmv": Decimal(gmv), "gmv_share": 0.6}
    row |= {"order_value": Decimal(gmv) / orders if orders else None, "subsidy": Decimal(1), "subsidy_rate": 0.1}
    return row | {"margin": Decimal(1), "margin_rate": 0.2} | keys


def customers(old: int = 5) -> pd.DataFrame:
    return pd.DataFrame(
        [
            brought("first_time", "newness", "60.00", 6),
            brought("returning", "newness", "100.00", old, margin_rate=0.3),
            brought("active", "tier", "60.00", 6),
            brought("dormant", "tier", "100.00", old, subsidy_rate=0.25, gmv_share=0.4),
        ]
    )


def test_customers_are_told_apart_by_what_they_brought() -> None:
    given = customers()

    assert words_of(find, "customer_contribution", given) == (
        (
            "**New customers brought 60.0% of sales** (60 CNY, 6 buyers) at 10 CNY an order, against "
            "20 CNY for "
            "old ones. The margin is 20.0% for new customers and 30.0% for old ones. The highest "
            "subsidy goes to Dormant: "
            "25.0% off list price, "
            "for 40.0% of sales."
        ),
        (
            "**新客贡献了成交的 60.0%**（60 元，6 位），客单价 10 元，老客 20 元。毛利率新客 "
            "20.0%、老客 30.0%。"
            "补贴率最高的是沉睡会员：让利占吊牌价的 25.0%，成交占 40.0%。"
        ),
    )
    assert not find("customer_contribution", given.assign(orders=0)).covered


def test_a_few_customers_have_no_orders_and_no_order_value() -> None:
    finding = find("customer_contribution", customers(old=4))

    assert "against not computable for old ones" in finding.sentence
    assert finding.table is not None
    assert [cell.text for cell in finding.table.rows[1]][1:6] == ["<5", "", "100", "60.0%", ""]
    assert [row[1].text for row in finding.table.rows] == ["≥5", "<5"] * 2, "buyers of all are told elsewhere"
