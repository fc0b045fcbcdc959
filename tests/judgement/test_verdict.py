"""The verdict where the data covers nothing that a kind is judged by."""

from __future__ import annotations

from decimal import Decimal

import pytest

from retro.judgement import verdict
from retro.ledger import Ledger, entry
from retro.sections import Finding
from telling import context_of

ORDERS = Finding("The night had **814 orders**. ", (entry("orders", Decimal(814)),))


@pytest.mark.parametrize(
    ("findings", "first"),
    [
        ({"hourly_sales": ORDERS}, "The night had **814 orders**. "),
        ({"gmv_race": Finding("Not known. ", covered=False), "hourly_sales": ORDERS}, "The night had **814 orders**. "),
        ({"gmv_race": Finding("Not known. ", covered=False)}, "Not known. "),
        ({"gmv_race": Finding("All sold. "), "hourly_sales": ORDERS}, "All sold. "),
    ],
    ids=["no amounts", "amounts that say nothing", "nothing else", "its own"],
)
def test_what_the_data_covers_stands_in_for_what_it_does_not(findings: dict[str, Finding], first: str) -> None:
    context = context_of("flash_sale_night", start="2025-03-01", end="2025-03-02T00:00")

    told = verdict(findings, Ledger(), context)

    assert told.first == (first,)
