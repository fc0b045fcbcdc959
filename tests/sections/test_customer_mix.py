"""What the section `customer_mix` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Text
from retro.sections.customer_mix import draw
from telling import context_of, entries, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


def mix(new: int) -> pd.DataFrame:
    rows = [("new", new, new, Decimal(100), new / (new + 20)), ("returning", 20, 21, Decimal(300), 20 / (new + 20))]
    frame = pd.DataFrame(rows, columns=["group", "buyers", "orders", "gmv", "buyer_share"])
    return frame.assign(
        low=frame["buyer_share"] - 0.1, high=frame["buyer_share"] + 0.1, gmv_share=[0.25, 0.75],
        order_value=[Decimal(10), Decimal("14.29")], buyer_value=[Decimal(10), Decimal(15)],
    )  # fmt: skip


def test_new_buyers_stand_beside_the_returning_ones() -> None:
    finding = find("customer_mix", mix(10))

    assert finding.sentence == (
        "**33.3% of buyers are new** (10/30); they brought 25.0% of GMV. "
        "An order of a new customer is worth 10.00 CNY, of a returning one 14.29 CNY. "
    )
    rate = entries(finding)["new_buyer_rate"]
    assert (rate.numerator, rate.denominator, rate.method) == (10, 30, "Wilson")


def test_a_few_new_buyers_are_not_given_away_by_the_others() -> None:
    finding = find("customer_mix", mix(4))

    assert (finding.sentence[:22], finding.entries, finding.table) == ("Fewer than five people", (), None)


DRAWN = pd.DataFrame(
    {
        "group": ["new", "returning"],
        "buyers": [906, 757],
        "orders": [911, 761],
        "gmv": [Decimal(381_387), Decimal(325_770)],
        "buyer_share": [0.545, 0.455],
    }
)


def test_the_chart_is_readable_and_refuses_a_frame_without_rows(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN, text))
    with pytest.raises(MetricError, match=r"charts\.customer_mix: frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text)
