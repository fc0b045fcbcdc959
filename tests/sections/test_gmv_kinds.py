"""What the section `gmv_kinds` says."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


def ladder(gap: Decimal | None) -> pd.DataFrame:
    rows = [("ordered", "total", 3, Decimal(100)), ("cancelled", "change", 1, Decimal(-30))]
    rows += [(step, "total", 2, Decimal(70)) for step in ("paid", "valid", "net")]
    frame = pd.DataFrame(rows, columns=["step", "role", "orders", "amount"])
    frame.attrs["refund_gap"] = gap
    return frame


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (Decimal(0), "agree with the books to the cent"),
        (Decimal("-0.01"), "differ from the books by −0.01 CNY**"),
        (None, "has no table of refunds"),
    ],
)
def test_kinds_of_gmv_say_whether_the_books_agree(gap: Decimal | None, words: str) -> None:
    sentence = find("gmv_kinds", ladder(gap)).sentence

    assert "Of 100.00 CNY ordered, **70.00 CNY net is left, 70.0%**" in sentence
    assert "Most was lost to Cancelled: 30.00 CNY (1 orders)" in sentence
    assert words in sentence
    assert "what was signed for cannot be told" in sentence
