"""What the section `gmv_kinds` says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pandas as pd
import pytest

from retro.charts import Chart
from retro.errors import MetricError
from retro.i18n import Lang, Text
from retro.sections.gmv_kinds import draw
from telling import context_of, finder

find = finder(partial(context_of, "flash_sale_night", start="2025-02-28T20:00", end="2025-03-01T20:00"))


def ladder(gap: Decimal | None, few: int = 10) -> pd.DataFrame:
    rows = [("ordered", "total", 30, Decimal(100)), ("cancelled", "change", few, Decimal(-30))]
    rows += [(step, "total", 30 - few, Decimal(70)) for step in ("paid", "valid", "net")]
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

    assert "Of 100 CNY ordered, **70 CNY net is left, 70.0%**" in sentence
    assert "Largest loss: Cancelled, 30 CNY (10 orders)" in sentence
    assert words in sentence
    assert "what was received cannot be told" in sentence


def test_a_few_orders_are_not_what_two_steps_differ_by() -> None:
    told, masked = (find("gmv_kinds", ladder(None, few)).table for few in (10, 3))

    assert told is not None
    assert masked is not None
    assert [cell.text for cell in told.rows[1]] == ["Cancelled", "10", "−30.00"]
    assert [cell.text for cell in masked.rows[1]] == ["Cancelled", "−30.00"]
    assert "30 CNY (<5 orders)" in find("gmv_kinds", ladder(None, 3)).sentence


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            "**20 are valid, 66.7%**; their amounts are not known, so what is left net cannot be told. Largest loss",
        ),
        ("zh", "下单 30 单，**有效 20 单，占 66.7%**；订单没有金额，算不出净成交。流失最多的是取消：10 单。"),
    ],
)
def test_without_amounts_orders_are_told_by_what_became_of_them(lang: Lang, words: str) -> None:
    counted = ladder(None).query("step != 'net'").assign(amount=None)

    finding = find("gmv_kinds", counted, lang=lang)

    assert words in finding.sentence
    assert [(entry.name, entry.value) for entry in finding.entries] == [("orders", 20)]
    assert finding.table is not None
    assert [cell.text for cell in finding.table.rows[1]][1:] == ["10"]
    assert find("gmv_kinds", ladder(None, 3).assign(amount=None)).sentence.startswith("Fewer than five")


def test_valid_orders_and_gmv_are_recorded_where_no_hour_is_known() -> None:
    recorded = {entry.name: entry.value for entry in find("gmv_kinds", ladder(None)).entries}
    few = {entry.name for entry in find("gmv_kinds", ladder(None, 27)).entries}

    assert recorded == {"ordered_gmv": 100, "paid_gmv": 70, "gmv": 70, "net_gmv": 70, "orders": 20}
    assert "gmv" in few
    assert "orders" not in few


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "The amounts of the campaign's 30 orders add up to 0."), ("zh", "活动期 30 单的金额合计为 0。")],
)
def test_orders_that_are_worth_nothing_are_no_lack_of_orders(lang: Lang, words: str) -> None:
    free = ladder(None).assign(amount=Decimal(0))

    assert find("gmv_kinds", free, lang=lang).sentence.strip() == words
    assert "no orders" in find("gmv_kinds", free.assign(orders=0)).sentence


DRAWN = pd.DataFrame(
    {
        "step": ["ordered", "cancelled", "paid", "refunded", "valid", "net", "signed"],
        "role": ["total", "change", "total", "change", "total", "total", "aside"],
        "orders": [10, 1, 9, 1, 8, 8, 7],
        "amount": [Decimal(100), Decimal(-10), Decimal(90), Decimal(-5), Decimal(85), Decimal(85), Decimal(70)],
    }
)


def test_the_chart_is_readable_and_refuses_a_frame_without_rows(text: Text, readable: Callable[[Chart], None]) -> None:
    readable(draw(DRAWN, text))
    readable(draw(DRAWN.query("step != 'net'").assign(amount=None), text))  # by orders
    with pytest.raises(MetricError, match=r"charts\.gmv_kinds: frame must have rows, got none"):
        draw(DRAWN.iloc[:0], text)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "10 credit notes of negative amounts take off 30 CNY without naming the order: they lower net GMV,"),
        ("zh", "10 张负金额的冲销单扣减 30 元，没写冲销哪一单：净成交已扣，"),
    ],
)
def test_credit_notes_are_a_deduction_whose_orders_nobody_names(lang: Lang, words: str) -> None:
    frame = ladder(None).assign(step=lambda rows: rows["step"].replace("cancelled", "reversals"))

    assert words in find("gmv_kinds", frame, lang=lang).sentence


@pytest.mark.parametrize(
    ("lang", "guests", "words"),
    [
        ("en", 8, "8 of the valid orders (28 CNY) name no buyer: they count as sales, not in figures of people."),
        ("zh", 8, "其中 8 单（28 元）没有买家：计入成交，不计入人数类指标。"),
        ("en", 20, "No valid order names its buyer: sales are told, figures of people are missing."),
        ("zh", 20, "订单都没有买家：成交照算，人数类指标都没有。"),
    ],
)
def test_orders_of_guests_are_sales_and_told_apart(lang: Lang, guests: int, words: str) -> None:
    frame = ladder(None)
    frame.loc[len(frame)] = ["without_user", "aside", guests, Decimal(28)]

    finding = find("gmv_kinds", frame, lang=lang)

    assert words in finding.sentence
    assert "70 " in finding.sentence
