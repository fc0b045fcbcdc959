"""What the section `top_goods` says and draws."""

from __future__ import annotations

from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections.top_goods import draw
from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "product_launch", start="2024-09-02", end="2024-09-30T00:00"))

FRAME = pd.DataFrame(
    {
        "product_id": ["a", "b"],
        "name": ["Coat", "Hat"],
        "units": [60, 40],
        "gmv": None,
        "share": [0.6, 0.4],
        "running": [0.6, 1],
    }
)
SUMMARY = pd.DataFrame(
    [{"items": 2, "units": 100, "gmv": None, "top": 2, "top_units": 100, "top_gmv": None, "top_rate": 1.0,
      "fifth": 1, "fifth_units": 60, "fifth_gmv": None, "fifth_rate": 0.6, "for_60": 1, "for_80": 2,
      "median_units": 50.0}]
)  # fmt: skip


def test_twenty_products_are_not_a_fifth() -> None:
    english, chinese = words_of(find, "top_goods", FRAME, SUMMARY)

    assert english.startswith(
        "**The best 2 products bring 100.00% of pieces** (100 pieces), the best 20% (1) 60.00% (60 pieces);"
    )
    assert "The best: Coat (60), Hat (40)." in english
    assert "卖出的 2 款共 100 件，中位款 50 件" in chinese
    assert figures(find("top_goods", FRAME, SUMMARY))["items_for_60"] == 1
    assert "Coat 60.0%" in draw(FRAME, load_text("en")).alt


def test_nothing_sold() -> None:
    assert not find("top_goods", FRAME.iloc[:0], SUMMARY.iloc[:0]).covered
