"""What the section `items` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.items import draw
from telling import cells, context_of, entries, figures, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


SUMMARY: dict[str, Any] = {
    "items": 4,
    "active": 2,
    "active_item_rate": 0.5,
    "active_item_low": 0.2,
    "active_item_high": 0.8,
}
SUMMARY |= {
    "stocked": 100,
    "sold": 60,
    "left": 40,
    "sell_through_rate": 0.6,
    "sold_out": 1,
    "leftover_cost": Decimal(80),
}
SUMMARY |= {
    "paid_units": 50,
    "returned_units": 5,
    "item_return_rate": 0.1,
    "item_return_low": 0.04,
    "item_return_high": 0.2,
}
ITEMS = pd.DataFrame(
    {
        "product_id": ["a", "b"], "name": ["Umbrella", "Cup"], "pool": ["traffic", "profit"], "units": [40, 20],
        "gmv": [Decimal(300), Decimal(100)], "margin_rate": [0.1, 0.3], "sell_through_rate": [1.0, 0.4],
        "sold_out_at": [pd.Timestamp("2025-02-28T21:15"), pd.NaT], "paid_units": [30, 20], "returned_units": [5, 0],
        "item_return_rate": [1 / 6, 0.0], "leftover_cost": [Decimal(0), Decimal(80)],
    }
)  # fmt: skip


def test_goods_say_what_sold_what_is_left_and_what_came_back() -> None:
    finding = find("items", ITEMS, pd.DataFrame([SUMMARY]))

    assert "**The best fifth of items brought 75.0% of GMV.** Of 4 items on sale 2 sold, 50.0%." in finding.sentence
    assert (
        "**a sell-through of 60.0%**: 1 item sold out, 40 pieces are left, **at a cost of 80 CNY**" in finding.sentence
    )
    assert "Returned most: Umbrella (16.7%, 5/30)." in finding.sentence
    assert [row[6] for row in cells(finding)] == ["28 Feb 21:15", ""]
    assert entries(finding)["active_item_rate"].high == Decimal("0.8")
    assert figures(finding)["leftover_cost"] == 80


def test_nothing_sold_has_no_best_fifth() -> None:
    unsold = ITEMS.assign(gmv=[Decimal(0), Decimal(0)])

    assert find("items", unsold, pd.DataFrame([SUMMARY])).sentence.startswith("Of 4 items on sale")


def test_a_shop_without_stock_has_no_sell_through() -> None:
    finding = find("items", ITEMS, pd.DataFrame([SUMMARY | {"stocked": 0}]))

    assert list(figures(finding)) == ["active_item_rate", "item_return_rate"]


DRAWN = pd.DataFrame(
    {
        "name": [f"超薄空气净化器 {n}" for n in range(14)],
        "gmv": [Decimal(30_000 - 1_500 * n) for n in range(14)],
        "margin_rate": [0.04, -0.66] * 7,
        "sell_through_rate": [1.0, 0.5] * 7,
        "sold_out_at": [pd.Timestamp("2025-02-28T20:06"), pd.NaT] * 7,
    }
)


def test_items_sold_at_a_loss_are_told_apart(text: Text) -> None:
    chart = draw(DRAWN, text)

    colours = {bar.get_facecolor() for bar in chart.figure.axes[0].patches if bar.get_width()}
    assert len(colours) == 2


def test_the_chart_is_readable_and_refuses_a_frame_without_rows(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN, text))
    with pytest.raises(MetricError, match=r"charts\.items: frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text)
