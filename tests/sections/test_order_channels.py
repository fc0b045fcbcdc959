from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.i18n import Text
from retro.sections.order_channels import draw
from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))
FRAME = pd.DataFrame(
    {
        "channel": ["live_stream", "app"],
        "orders": [80, 20],
        "buyers": [60, 15],
        "gmv": [Decimal("8000.00"), Decimal("2000.00")],
        "rate": [0.8, 0.2],
        "baseline_rate": [0.25, 0.75],
        "order_value": [Decimal("100.00")] * 2,
    }
)


def test_the_largest_channel_and_the_one_that_moved_most_are_named() -> None:
    finding = find("order_channels", FRAME)
    assert "**Most was sold through live stream: 8,000 CNY, 80.0% of GMV**" in finding.sentence
    assert "live stream moved most: 25.0% → 80.0%" in finding.sentence
    assert [(entry.name, entry.value) for entry in finding.entries] == [
        ("live_stream_order_channel_rate", Decimal("0.8")),
        ("app_order_channel_rate", Decimal("0.2")),
    ]


def test_without_history_nothing_is_said_of_the_baseline() -> None:
    assert "→" not in find("order_channels", FRAME.assign(baseline_rate=float("nan"))).sentence


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "**Most was sold through live stream: 80 orders, 80.0% of all**; their amounts are not known."),
        ("zh", "**直播的订单最多：80 单，占 80.0%**；订单没有金额。比起往常，占比变化最大的是"),
    ],
)
def test_without_amounts_channels_are_told_in_orders(lang: str, words: str) -> None:
    finding = find("order_channels", FRAME.assign(gmv=None, order_value=None), lang=lang)

    assert words in finding.sentence
    assert finding.entries == ()
    assert finding.table is not None
    assert [cell.text for cell in finding.table.rows[0]][1:] == ["80", "60", "80.0%", "25.0%"]


def test_without_orders_it_is_not_covered() -> None:
    assert not find("order_channels", FRAME.iloc[:0]).covered


def test_a_channel_of_a_few_buyers_is_passed_over_and_never_called_nothing_sold() -> None:
    assert "**Most was sold through app" in find("order_channels", FRAME.assign(buyers=[4, 15])).sentence
    nobody = find("order_channels", FRAME.assign(buyers=[4, 3]))
    assert (nobody.sentence[:22], nobody.covered) == ("Fewer than five people", False)


@pytest.mark.parametrize("frame", [FRAME, FRAME.assign(buyers=[60, 3])])
def test_the_chart_is_readable(frame: pd.DataFrame, text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(frame, text))
