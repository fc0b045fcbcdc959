from __future__ import annotations

from decimal import Decimal
from functools import partial

import pandas as pd

from telling import context_of, finder, statement

find = finder(partial(context_of, "flash_sale_night", campaign_id="night", start="2025-03-01", end="2025-03-02"))


def test_payback_names_the_month_or_what_is_missing() -> None:
    frame = pd.DataFrame({"month": [1, 2], "buyers": [7, 7], "contribution": [Decimal(60), Decimal(120)]})

    assert "**paid for the campaign in month 2**" in find("payback", frame, statement()).sentence
    assert "does not yet pay" in find("payback", frame.iloc[:1], statement()).sentence
    assert "there is no payback" in find("payback", frame.iloc[:0], statement()).sentence


def test_a_few_buyers_are_not_told() -> None:
    frame = pd.DataFrame({"month": [1, 2], "buyers": [4, 4], "contribution": [Decimal(60), Decimal(120)]})

    finding = find("payback", frame, statement())
    assert "<5 first-time buyers are too few" in finding.sentence
    assert (finding.entries, finding.table) == ((), None)
