"""What the section `comparison` says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial

import pandas as pd

from retro.periods import Period
from telling import context_of, finder, month

find = finder(month)

START = dt.datetime(2025, 3, 1)
END = dt.datetime(2025, 4, 1)
FEBRUARY = dt.datetime(2025, 2, 1)


def compared(offer: dict[str, str] | None) -> str:
    columns = ["base", "start", "end", "days", "weekend_days", "visits", "orders", "gmv", "order_value", "conversion",
               "daily_gmv", "gmv_change", "daily_change"]  # fmt: skip
    rows = [
        (-1, START, END, 31.0, 10, 9.0, 3, Decimal(310), Decimal(100), 0.3, Decimal("10.00"), None, float("nan")),
        (0, FEBRUARY, START, 28.0, 8, 9.0, 3, Decimal(560), Decimal(100), 0.3, Decimal("20.00"), -0.4, -0.5),
    ]
    course = pd.DataFrame({"base": [-1, 0], "elapsed": [2, 2], "total": [Decimal(1), Decimal(2)]})
    course.attrs["elapsed"] = "days"
    base = Period("edition", FEBRUARY, START, {"zh": "双 11", "en": "Double 11"}, offer)
    finding = find(
        "comparison", pd.DataFrame(rows, columns=columns), course, (base,), offer={"zh": "八折", "en": "20% off"}
    )
    assert finding.entries[0].name == "daily_gmv_change_edition"
    assert finding.exhibits[0].frame is not None
    assert finding.exhibits[0].frame["series"].tolist() == ["This period", "Double 11"]
    return finding.sentence


def test_a_comparison_names_its_base_and_what_differs() -> None:
    assert compared({"zh": "五折", "en": "half price"}) == (
        "Against Double 11 (1 Feb 2025 – 28 Feb 2025): 10 CNY a day, **50.0% less** than 20 CNY. "
        "Differences: 31 days against 28, 10 weekend days against 8, offer “20% off” against “half price”. "
    )
    assert "what was offered then is not on record" in compared(None)


def test_a_campaign_stands_beside_days_without_it_by_amounts_alone() -> None:
    """A change on them would be a second uplift; one on an earlier edition is a comparison of campaigns."""
    find_night = finder(partial(context_of, "flash_sale_night", campaign_id="night", start=START, end=END))
    columns = ["base", "start", "end", "days", "weekend_days", "visits", "orders", "gmv", "order_value", "conversion",
               "daily_gmv", "gmv_change", "daily_change"]  # fmt: skip
    rows = [
        (-1, START, END, 31.0, 10, 9.0, 3, Decimal(310), Decimal(100), 0.3, Decimal("10.00"), None, float("nan")),
        (0, FEBRUARY, START, 31.0, 10, 9.0, 3, Decimal(31), Decimal(100), 0.3, Decimal("1.00"), 9.0, 9.0),
        (1, FEBRUARY, START, 31.0, 10, 9.0, 3, Decimal(31), Decimal(100), 0.3, Decimal("1.00"), 9.0, 9.0),
    ]
    course = pd.DataFrame({"base": [-1, 0, 1], "elapsed": [1] * 3, "total": [Decimal(1)] * 3})
    bases = (
        Period("previous", FEBRUARY, START),
        Period("edition", FEBRUARY, START, {"zh": "双 11", "en": "Double 11"}),
    )

    found = find_night("comparison", pd.DataFrame(rows, columns=columns), course, bases)

    first, second = found.sentence.splitlines()
    assert "10 CNY a day, 1 CNY then; what the campaign added stands under “What the campaign added”" in first
    assert "**9.0× more** than 1 CNY" in second
    assert found.table is not None
    assert [row[-1].text for row in found.table.rows] == ["", "", "+9.0×"]
