from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from retro.campaigns.budgeted import BudgetLines
from telling import context_of, figures, finder, objects, words_of

find = finder(partial(context_of, "flash_sale_night", campaign_id="night", start="2025-03-01", end="2025-03-02T00:00"))


def line(kind: str, name: str, planned: int | None, amount: int | None, *parts: int | None) -> list[object]:
    """A row of the metric's frame: budgeted, actual, volume, mix and price."""
    variance = None if amount is None else amount - (planned or 0)
    told = [None if value is None else Decimal(value) for value in (planned, amount, *parts, variance)]
    return [kind, name, None, None, told[0], None, *told[1:]]


COLUMNS = [
    "kind",
    "line",
    "planned_units",
    "planned_each",
    "planned",
    "units",
    "amount",
    "volume",
    "mix",
    "price",
    "variance",
]
FRAME = [
    line("sales", "traffic", 600, 810, 120, 180, -90),
    line("sales", "profit", 2000, 1650, 400, -900, 150),
    line("sales", "total", 2600, 2460, 520, -720, 60),
    line("costs", "media", 100, 130, 50, None, -20),
    line("costs", "rest", None, 7, None, None, None),
    line("costs", "total", 100, 137, 50, None, -20),
]


def frame(*rows: list[object]) -> object:
    return objects(**{name: [row[place] for row in rows] for place, name in enumerate(COLUMNS)})


def test_what_the_budget_was_missed_by_is_told_in_volume_mix_and_price() -> None:
    finding = find("budget_variance", frame(*FRAME))

    assert finding.sentence == (
        "Goods were sold for 2,460 CNY against 2,600 CNY budgeted, a difference of **−140 CNY**: "
        "volume +520 CNY, mix −720 CNY, price +60 CNY. "
        "Cost was 137 CNY against 100 CNY budgeted, a difference of **+37 CNY**: volume "
        "+50 CNY, price −20 CNY. "
        "7 CNY of it is for categories that the budget does not name, and is not split. "
    )
    assert figures(finding) == {
        "sales_volume_variance": 520, "sales_mix_variance": -720, "sales_price_variance": 60,
        "costs_volume_variance": 50, "costs_price_variance": -20,
    }  # fmt: skip
    assert finding.table is not None
    assert [row[0].text for row in finding.table.rows] == [
        "Sales: Traffic items", "Sales: Profit items", "Sales: total", "Cost: media", "Cost: not in the budget",
        "Cost: total",
    ]  # fmt: skip


def test_what_is_not_known_is_said_and_not_invented() -> None:
    english, chinese = words_of(find, "budget_variance", frame())
    assert english.startswith("The params name no budgeted units and prices (budget_lines)")
    assert chinese.startswith("参数没有写明预算的数量和单价")
    open_ = frame(
        line("costs", "media", 100, None, None, None, None), line("costs", "total", 100, None, None, None, None)
    )
    assert find("budget_variance", open_).sentence == (
        "For media nothing is booked or nobody counted the units, so the variance of cost cannot be added up. "
    )


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({}, "sales or costs must hold a line, got none"),
        ({"sales": {"traffic": {"units": 1, "each": 1}}}, "by must say which column the lines are of"),
        ({"costs": {"media": {"units": 1, "each": 1, "of": "new_user"}}}, "Did you mean 'new_users'"),
    ],
)
def test_a_budget_that_cannot_be_split_is_refused(keys: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        BudgetLines.model_validate(keys)
