"""What the section `neighbours` says and draws."""

from __future__ import annotations

from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections.neighbours import draw
from telling import context_of, figures, finder, words_of

find = finder(partial(context_of, "product_launch", start="2024-09-02", end="2024-09-30T00:00"))

FRAME = pd.DataFrame(
    {
        "place": ["near", "far"], "items": [61, 64], "units_before": [2000, 1900], "units_after": [1600, 2000],
        "change": [-0.2, 0.053], "taken": -0.24, "taken_low": -0.3, "taken_high": -0.18, "lost_units": 505.3,
    }
)  # fmt: skip


def test_what_older_products_lost() -> None:
    english, chinese = words_of(find, "neighbours", FRAME)

    assert "**Older products of the same categories lost sales to the new ones: −24.0%**" in english
    assert "changed by −20.0%, the 64 of other categories by +5.3%. That is about 505 pieces." in english
    assert "约少卖 505 件" in chinese
    assert float(figures(find("neighbours", FRAME))["neighbour_change_rate"]) == -0.24


def test_no_effect_and_a_gain() -> None:
    assert (
        "**No sales taken from older products can be seen**"
        in find("neighbours", FRAME.assign(taken_high=0.1)).sentence
    )
    gained = find("neighbours", FRAME.assign(taken=0.2, taken_low=0.1, taken_high=0.3)).sentence
    assert "gained: +20.0%" in gained
    assert "pieces" not in gained


def test_without_a_comparison_it_is_not_covered() -> None:
    assert not find("neighbours", FRAME.iloc[:0]).covered
    assert "Same categories 2,000, then 1,600" in draw(FRAME, load_text("en")).alt
