"""What the section `concentration` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from retro.i18n import load_text
from retro.sections import SECTIONS
from retro.sections.concentration import draw
from telling import cells, context_of, figures

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24T00:00")


def test_hoarders_are_warned_of_when_they_hold_most() -> None:
    spread = pd.DataFrame([{"people": 10, "total": 1000.0, "top_share": 0.2, "top_rate": 0.62, "gini": 0.54}])
    kept = {"participants": 20, "hoarders": 14, "points": 100, "hoarded": 61}

    most = SECTIONS["concentration"](pd.DataFrame(), spread, pd.DataFrame([kept]), context())
    few = SECTIONS["concentration"](pd.DataFrame(), spread, pd.DataFrame([kept | {"hoarded": 49}]), context())

    assert "**the 20% who redeemed most took 62.0%** (Gini 0.54)" in most.sentence
    assert "they may all be redeemed at once" in most.sentence
    assert "they may all be redeemed at once" not in few.sentence
    assert figures(most)["hoarder_rate"] == Decimal("0.7")


def test_a_few_hoarders_are_not_told() -> None:
    spread = pd.DataFrame([{"people": 10, "total": 1000.0, "top_share": 0.2, "top_rate": 0.62, "gini": 0.54}])
    kept = pd.DataFrame([{"participants": 20, "hoarders": 4, "points": 100, "hoarded": 61}])

    finding = SECTIONS["concentration"](pd.DataFrame(), spread, kept, context())

    assert finding.sentence.endswith("(Gini 0.54). ")
    assert figures(finding)["hoarder_rate"] is None
    assert cells(finding)[0][-2:] == ["<5", ""]


def test_concentration_points_out_the_top_fifth() -> None:
    frame = pd.DataFrame({"people_share": [0.5, 0.8], "value_share": [0.1, 0.38]})

    assert "62.0%" in draw(frame, load_text("en")).alt
