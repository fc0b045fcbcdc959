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


def lost(*left: float | None) -> pd.DataFrame:
    """Items that ran out after two minutes, with what the pieces lost would have left; and the row of their sum."""
    names = [*(f"item {place}" for place in range(1, 1 + len(left))), ""]
    total = None if None in left else sum(filter(None, left))
    frame = pd.DataFrame({"name": names, "product_id": names, "lost_contribution": [*left, total]})
    frame = frame.assign(sold_out_at=pd.Timestamp("2025-02-28T20:02"), lasted_minutes=2.0, units=10, lost_units=20.0)
    ends = {"lost_low": 15.0, "lost_high": 25.0, "lost_gmv": 200.0, "lost_gmv_low": 150.0, "lost_gmv_high": 250.0}
    return frame.assign(**ends, lost_contribution_low=-9.0, lost_contribution_high=9.0)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ((-265.0, -10.0), "**At the campaign's prices selling them would have lost another 275 CNY**"),
        ((-265.0, -10.0), "2 items lose money on each piece: change the price"),
        ((-265.0, 40.0), "Worth stocking: item 2 (gone in 2 min, 40 CNY not earned). "),
        ((30.0, 40.0), "They would have left 70 CNY of contribution"),
        ((30.0, None), "whether stocking them would pay is unknown"),
    ],
)
def test_no_item_that_loses_on_each_piece_is_to_be_stocked(left: tuple[float | None, ...], words: str) -> None:
    said = find("stock_outs", lost(*left)).sentence

    assert words in said
    assert "item 1" not in said or left[0] == 30


@pytest.mark.parametrize(
    ("left", "factor"), [(-265.0, "stock_out_at_a_loss"), (40.0, "stock_out"), (None, "stock_out")]
)
def test_other_reports_learn_whether_stocking_it_would_pay(left: float | None, factor: str) -> None:
    entries = {entry.name: entry for entry in find("stock_outs", lost(left)).entries}

    assert entries["lost_gmv"].about["factor"] == factor


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
