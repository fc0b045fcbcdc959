from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd

from retro.charts import Chart
from retro.i18n import Text, load_text
from retro.sections.tornado import draw
from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", campaign_id="night", start="2025-03-01", end="2025-03-02T00:00"))


def test_the_tornado_names_what_decides() -> None:
    frame = pd.DataFrame({"assumption": ["margin", "returns"], "low": [-10.0, 5.0], "high": [30.0, 15.0]})

    sentence = find("tornado", frame).sentence
    assert "the one that matters most is **margin**" in sentence
    assert "Enough alone to turn profit into loss, or loss into profit: margin." in sentence
    assert "cannot be compared" in find("tornado", frame.iloc[:0]).sentence


DRAWN = pd.DataFrame({"assumption": ["margin", "baseline"], "low": [-500.0, 100.0], "high": [300.0, 200.0]})


def test_tornado_says_both_ends() -> None:
    assert "margin −500 – 300; baseline 100 – 200" in draw(DRAWN, load_text("en")).alt


def test_the_chart_is_readable(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN, text))
