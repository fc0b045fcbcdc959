"""What the section `stock_outs` says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.stock_outs import draw
from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


def test_nothing_that_ran_out_cost_nothing() -> None:
    assert "No item ran out" in find("stock_outs", pd.DataFrame()).sentence


DRAWN = pd.DataFrame(
    {
        "name": ["超薄平板 105", "快充显示器 188", ""],
        "sold_out_at": [pd.Timestamp("2025-02-28T20:02"), pd.Timestamp("2025-02-28T20:04"), pd.NaT],
        "units": [64, 57, 121],
        "lost_units": [700.0, 380.0, 1080.0],
        "lost_low": [500.0, 250.0, 900.0],
        "lost_high": [960.0, 540.0, 1300.0],
    }
)


def test_the_chart_is_readable_and_refuses_a_frame_without_rows(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN, text))
    with pytest.raises(MetricError, match=r"charts\.stock_outs: frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text)
