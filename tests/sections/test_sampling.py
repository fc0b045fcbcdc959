"""What the section `sampling` says and draws."""

from __future__ import annotations

from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections.sampling import draw
from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "product_launch", start="2024-09-02", end="2024-09-30T00:00"))

FRAME = pd.DataFrame(
    {"group": ["own", "past"], "samples": [31, 36], "approved": [30, 36], "median_days": [17.0, 44.0],
     "median_days_low": [16.0, 36.0], "median_days_high": [20.0, 48.0]}
)  # fmt: skip


def test_samples_that_were_sooner_than_before() -> None:
    english, chinese = words_of(find, "sampling", FRAME)

    assert english == (
        "**Half of 30 samples were approved within 17 days** (95% interval 16 to 20), 1 more is open, "
        "sooner than the 44 days of past products."
    )
    assert "比以往的 44 天短" in chinese
    assert figures(find("sampling", FRAME))["sampling_days"] == 17
    assert "This launch 17 days" in draw(FRAME, load_text("en")).alt


def test_no_difference_and_no_samples() -> None:
    alike = FRAME.assign(median_days_low=[10.0, 12.0])
    assert "no clear difference" in find("sampling", alike).sentence
    assert find("sampling", FRAME.iloc[:1]).sentence.endswith(". ")
    assert not find("sampling", FRAME.iloc[1:]).covered
