"""Dots with their intervals."""

from __future__ import annotations

import pandas as pd

from retro.charts import dots
from retro.i18n import load_text
from seen import words_in


def test_a_group_without_people_has_no_dot() -> None:
    frame = pd.DataFrame(
        [("a", 0.4, 0.2, 0.6, 10, True), ("b", float("nan"), float("nan"), float("nan"), 0, False)],
        columns=["label", "rate", "low", "high", "people", "campaign"],
    )

    chart = dots(frame, load_text("en"), "Share")

    assert words_in(chart) == ["40.0%", "of 10", "not computable"]
    assert chart.alt == "Dot chart of Share with 95% intervals: a 40.0% (20.0% – 60.0%); b not computable."
