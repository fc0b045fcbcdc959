"""What the section `fake_orders` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import LANGS, Text
from retro.sections.fake_orders import draw
from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


@pytest.mark.parametrize("lang", LANGS)
def test_fakes_are_set_beside_what_operations_stopped(lang: str) -> None:
    rows = [("shared_device", 20, 20, 0), ("no_browsing", 20, 10, 10), ("bulk", 20, 10, 10)]
    rows += [("suspicious", 30, 20, 10), ("stopped", 40, 40, 0), ("missed", 20, 20, 0)]
    frame = pd.DataFrame(rows, columns=["rule", "orders", "stopped", "passed"])
    frame["amount"], frame["passed_amount"] = [Decimal(10)] * 6, [Decimal(5)] * 6
    frame.attrs["orders"] = 100
    finding = find("fake_orders", frame, lang=lang)

    found = next(entry for entry in finding.entries if entry.name == "stopped_found_rate")
    assert (found.numerator, found.denominator, found.value) == (20, 40, Decimal("0.5"))
    assert "100" in finding.sentence


@pytest.mark.parametrize("lang", LANGS)
def test_a_few_fakes_are_told_without_their_amounts(lang: str) -> None:
    rows = [("shared_device", 3, 1, 2), ("no_browsing", 3, 1, 2), ("bulk", 3, 1, 2)]
    rows += [("suspicious", 3, 1, 2), ("stopped", 2, 2, 0), ("missed", 1, 1, 0)]
    frame = pd.DataFrame(rows, columns=["rule", "orders", "stopped", "passed"])
    frame["amount"], frame["passed_amount"] = [Decimal(10)] * 6, [Decimal(5)] * 6
    frame.attrs["orders"] = 100
    sentence = find("fake_orders", frame, lang=lang).sentence

    assert "<5" in sentence
    assert "10" not in sentence.replace("100", "")
    assert "not computable" not in sentence
    assert "无法计算" not in sentence


DRAWN = pd.DataFrame(
    {
        "rule": ["shared_device", "no_browsing", "bulk", "suspicious", "stopped", "missed"],
        "orders": [13, 22, 51, 25, 26, 2],
        "amount": [Decimal(19_839), Decimal(24_959), Decimal(51_844), Decimal(41_731), Decimal(41_462), Decimal(180)],
        "stopped": [13, 11, 24, 24, 26, 2],
    }
)


def test_the_chart_is_readable_and_refuses_a_frame_without_rows(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN, text))
    with pytest.raises(MetricError, match=r"charts\.fake_orders: frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text)
