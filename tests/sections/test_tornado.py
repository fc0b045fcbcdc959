from __future__ import annotations

from functools import partial

import pandas as pd

from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", campaign_id="night", start="2025-03-01", end="2025-03-02"))


def test_the_tornado_names_what_decides() -> None:
    frame = pd.DataFrame({"assumption": ["margin", "returns"], "low": [-10.0, 5.0], "high": [30.0, 15.0]})

    sentence = find("tornado", frame).sentence
    assert "**margin** matters most" in sentence
    assert "These alone decide between profit and loss: margin." in sentence
    assert "cannot be compared" in find("tornado", frame.iloc[:0]).sentence
