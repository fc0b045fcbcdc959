"""What the section `minute_traffic` says."""

from __future__ import annotations

from functools import partial

import pandas as pd

from retro.metrics import traffic_phases
from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


def test_an_opening_that_did_not_buy_is_called_so() -> None:
    at = pd.date_range("2025-02-28T20:00", periods=3, freq="min")
    phase = ["opening", "opening", "long_tail"]
    minutes = pd.DataFrame(
        {"at": at, "phase": phase, "views": [900, 100, 100], "orders": [1, 1, 2], "baseline_views": [9.0, 9.0, 9.0]}
    )
    sentence = find("minute_traffic", minutes, traffic_phases(minutes)).sentence

    assert "**900 page views a minute**" in sentence
    assert "The peak is 100 times the baseline of that minute." in sentence
    assert "many visitors and few orders**: 2.0 for each thousand views, against 20.0" in sentence
