from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", campaign_id="night", start="2025-03-01", end="2025-03-02T00:00"))


ROWS = [(1, 7, 3.0, Decimal(60), -40.0, -60.0, -20.0), (2, 7, 3.0, Decimal(120), 20.0, 5.0, 35.0)]
FRAME = pd.DataFrame(ROWS, columns=["month", "buyers", "additional", "contribution", "left", "low", "high"])


def test_payback_names_the_month_or_what_is_missing() -> None:
    assert "**paid back in month 2**" in find("payback", FRAME).sentence
    assert "the campaign **added about 3**; the others would have come anyway" in find("payback", FRAME).sentence
    assert "**not yet paid back**" in find("payback", FRAME.iloc[:1]).sentence
    assert "**whether it is paid back cannot be told**" in find("payback", FRAME.assign(low=-1.0)).sentence
    assert "there is no payback" in find("payback", FRAME.iloc[:0]).sentence
    assert "there is no payback" in find("payback", FRAME.assign(left=float("nan"))).sentence


def test_a_few_buyers_are_not_told() -> None:
    finding = find("payback", FRAME.assign(buyers=4))
    assert "<5 first-time buyers are too few" in finding.sentence
    assert (finding.entries, finding.table) == ((), None)
