"""What the section `reorders` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "product_launch", start="2024-09-02", end="2024-09-30T00:00"))

FRAME = pd.DataFrame(
    [{"triggers": 22, "reordered": 20, "on_time": 16, "on_time_rate": 0.727, "on_time_low": 0.518,
      "on_time_high": 0.868, "delay_days": 0.0, "transit_days": 9.0, "lot": 39.0}]
)  # fmt: skip


def test_triggers_that_were_answered() -> None:
    english, chinese = words_of(find, "reorders", FRAME)

    assert "Stock fell to its trigger 22 times; **16 were answered in time, 72.7%**" in english
    assert "2 are still unanswered. An order is of 39 pieces. It takes 9 days to come in." in english
    assert "**及时下单 16 次，72.7%**" in chinese
    assert figures(find("reorders", FRAME))["reorder_lot"] == 39


def test_no_trigger() -> None:
    assert not find("reorders", FRAME.iloc[:0]).covered
