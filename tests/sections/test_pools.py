"""What the section `pools` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import numpy as np
import pandas as pd
import pytest

from retro.campaigns.sale import MarginLimit
from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.pools import draw
from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


POOLS = pd.DataFrame(
    {
        "pool": ["traffic", "profit"],
        "planned_share": [0.6, 0.4],
        "items": [1, 3],
        "item_share": [0.25, 0.75],
        "units": [5, 5],
        "gmv": [Decimal(100), Decimal(200)],
        "cost": [Decimal(165), Decimal(190)],
        "gmv_share": [1 / 3, 2 / 3],
        "margin_rate": [-0.65, 0.05],
        "list_margin_rate": [0.06, 0.45],
    }
)


def test_pools_at_a_loss_and_outside_their_limit_are_named_with_what_to_do() -> None:
    finding = find("pools", POOLS)

    assert "sold at a loss at the campaign's prices: Traffic items (gross margin −65.0%)" in finding.sentence
    assert "Outside their margin limit: Profit items (at least 35%)" in finding.sentence
    assert "Traffic items 25.0% (planned 60%)" in finding.sentence
    assert finding.next_step.startswith("Next: check prices and stacked offers of Traffic items")
    assert {entry.name for entry in finding.entries} == {"traffic_margin_rate", "profit_margin_rate"}
    held = find("pools", POOLS.assign(margin_rate=[0.05, 0.4]))
    assert "Every pool kept a gross margin" in held.sentence
    assert held.next_step == ""


DRAWN = pd.DataFrame(
    {
        "pool": ["traffic", "profit", "image", "clearance"],
        "gmv_share": [0.2, 0.5, 0.2, 0.1],
        "margin_rate": [-0.65, 0.04, -0.03, np.nan],
        "list_margin_rate": [0.065, 0.45, 0.41, np.nan],
    }
)
LIMITS = {"traffic": MarginLimit(at_most=0.08), "profit": MarginLimit(at_least=0.35)}


def test_the_chart_is_readable_and_refuses_a_frame_without_rows(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN, text, limits=LIMITS))
    with pytest.raises(MetricError, match=r"charts\.pools: frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text, limits=LIMITS)
