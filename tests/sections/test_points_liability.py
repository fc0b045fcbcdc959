"""What the section `points_liability` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.sections import SECTIONS
from telling import context_of

context = partial(context_of, "points_contest", start="2025-01-17", end="2025-01-24T00:00")


@pytest.mark.parametrize(
    ("most", "liability", "words"),
    [
        (Decimal("4.20"), Decimal("4.04"), "**a liability of about 4.04 CNY**; 4.20 CNY at most"),
        (Decimal("4.20"), None, "4.20 CNY if all are redeemed; none have been redeemed"),
        (None, None, "the liability cannot be valued and is not taken for 0"),
    ],
)
def test_the_liability_says_what_it_rests_on(most: Decimal | None, liability: Decimal | None, words: str) -> None:
    row = {"outstanding": 140, "redeemed": 500, "expired": 20, "points_breakage_rate": 20 / 520}

    finding = SECTIONS["points_liability"](pd.DataFrame([row | {"most": most, "liability": liability}]), context())

    assert words in finding.sentence
