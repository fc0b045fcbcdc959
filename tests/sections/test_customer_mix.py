"""What the section `customer_mix` says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Lang, Text
from retro.sections import SECTIONS
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
        "An order of a new customer is worth 10 CNY, of a returning one 14.29 CNY. "
    )
    rate = entries(finding)["new_buyer_rate"]
    assert (rate.numerator, rate.denominator, rate.method) == (10, 30, "Wilson")


def test_a_few_new_buyers_are_not_given_away_by_the_others() -> None:
    finding = find("customer_mix", mix(4))

    assert (finding.sentence[:22], finding.entries, finding.table) == ("Fewer than five people", (), None)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "**33.3% of buyers are new** (10/30); they placed 32.3% of the orders, whose amounts are not known. "),
        ("zh", "买家中**新客占 33.3%**（10/30 人），下了 32.3% 的订单；订单没有金额。"),
    ],
)
def test_without_amounts_new_customers_are_told_in_orders(lang: Lang, words: str) -> None:
    unknown = mix(10).assign(gmv=None, gmv_share=float("nan"), order_value=None, buyer_value=None)

    finding = find("customer_mix", unknown, lang=lang)

    assert finding.sentence == words
    assert list(entries(finding)) == ["new_buyer_rate"]
    assert finding.table is not None
    assert [cell.text for cell in finding.table.rows[0]][1:] == ["10", "33.3%", "10"]


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
    readable(draw(DRAWN.assign(gmv=None), text))
    with pytest.raises(MetricError, match=r"charts\.customer_mix: frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text)


@pytest.mark.parametrize(
    ("lang", "since", "words"),
    [
        ("en", dt.date(2024, 10, 1), "Orders are known since 1 Oct 2024: people who bought earlier count as new"),
        ("zh", dt.date(2024, 10, 1), "订单从 2024年10月1日起才有：之前买过的人也算成新客，实际新客更少。"),
        ("en", dt.date(2025, 2, 20), "less than 90 days before the campaign, so new customers cannot be told from"),
        ("zh", dt.date(2025, 2, 20), "活动前不到 90 天，分不清新老客。"),
    ],
)
def test_new_customers_are_told_by_what_is_known_before(lang: Lang, since: dt.date, words: str) -> None:
    rows = [
        ("new", 40, 50, Decimal(100), 0.4, 0.3, 0.5, 0.2, Decimal(2), Decimal(3)),
        ("returning", 60, 80, Decimal(400), 0.6, 0.5, 0.7, 0.8, Decimal(5), Decimal(7)),
    ]
    names = [
        "group",
        "buyers",
        "orders",
        "gmv",
        "buyer_share",
        "low",
        "high",
        "gmv_share",
        "order_value",
        "buyer_value",
    ]
    context = context_of("flash_sale_night", lang, start="2025-02-28T20:00", end="2025-03-01T20:00")

    finding = SECTIONS["customer_mix"](pd.DataFrame(rows, columns=names).assign(since=since), context)

    assert words in finding.sentence
    assert bool(finding.entries) == (since.year == 2024)
