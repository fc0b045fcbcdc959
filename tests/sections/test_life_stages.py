"""What the section `life_stages` says and draws."""

from __future__ import annotations

from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections.life_stages import draw
from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "product_launch", start="2024-09-02", end="2024-09-30T00:00"))

FRAME = pd.DataFrame(
    {
        "stage": ["new", "decline", "undated"], "items": [30, 1, 4], "units": [100, 300, 20], "gmv": None,
        "share": [0.24, 0.71, 0.05],
    }
)  # fmt: skip


def test_what_each_stage_brings() -> None:
    english, chinese = words_of(find, "life_stages", FRAME)

    assert "**Declining products bring most: 71.0% of pieces**" in english
    assert "New 24.0% (30 products), Declining 71.0% (1 product)." in english
    assert "4 more have no day of launch before their sales: 5.0%." in english
    assert "**衰退期的货占件数的 71.0%，最多**" in chinese
    assert set(figures(find("life_stages", FRAME))) == {"new_stage_rate", "decline_stage_rate"}
    assert "New 24.0%" in draw(FRAME, load_text("en")).alt


def test_without_days_of_launch_stages_are_unknown() -> None:
    undated = find("life_stages", FRAME.iloc[2:])

    assert undated.sentence.startswith("None of the 4 products sold has a day of launch")
    assert (undated.covered, find("life_stages", FRAME.iloc[:0]).covered) == (False, False)
