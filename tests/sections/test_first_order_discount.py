"""What the section `first_order_discount` says."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd

from retro.sections import SECTIONS
from telling import context_of, figures, finder

NAN = float("nan")
context = partial(context_of, "new_user_week", campaign_id="week", start="2025-01-10", end="2025-01-17T00:00")
find = finder(context)


def discount(**changes: Any) -> pd.DataFrame:
    row = {
        "users": 100,
        "orders": 20,
        "discounted": 10,
        "listed": Decimal("1000.00"),
        "discount": Decimal("60.00"),
        "paid": Decimal("935.00"),
        "discount_per_order": Decimal("6.00"),
        "margin_before": Decimal("300.00"),
        "margin": Decimal("240.00"),
        "margin_lost_rate": 0.2,
    }
    return pd.DataFrame([row | changes], dtype=object).astype({"users": "int64", "orders": "int64"})


def test_the_discount_is_told_beside_the_margin_it_took() -> None:
    finding = find("first_order_discount", discount())

    assert "**gave away 60 CNY, 6 CNY each**" in finding.sentence
    assert "**20.0%** of the margin before it" in finding.sentence
    assert figures(finding) == {
        "first_order_rate": Decimal("0.2"),
        "first_order_discount": Decimal("60.00"),
        "first_order_discount_each": Decimal("6.00"),
    }
    (steps,) = finding.exhibits
    assert steps.frame is not None
    assert steps.frame["amount"].tolist() == [Decimal(amount) for amount in (1000, -60, -5, 935, -695, 240)]


def test_a_discount_that_nobody_got_is_said() -> None:
    none = find("first_order_discount", discount(discounted=0))

    assert "No first order carries a discount" in none.sentence
    assert figures(none) == {"first_order_rate": Decimal("0.2")}
    assert not find("first_order_discount", discount(orders=0)).covered


def test_a_shop_that_knows_no_registration_has_no_first_order_rate() -> None:
    finding = SECTIONS["first_order_discount"](
        discount(discounted=0), dataclasses.replace(context(), noun="first_order")
    )

    assert not finding.covered
    assert not finding.entries


def test_goods_that_are_not_known_leave_the_margin_out() -> None:
    finding = find("first_order_discount", discount(margin=None, margin_before=None, margin_lost_rate=NAN))

    assert "margin" not in finding.sentence
    assert finding.exhibits[0].frame is not None
    assert len(finding.exhibits[0].frame) == 4


def test_a_discount_of_few_is_not_told() -> None:
    few = find("first_order_discount", discount(orders=4))

    assert few.sentence == "<5 of 100 new users placed a first order in time, too few for a rate. "
    assert figures(few) == {"first_order_rate": None}
    assert "The discount went to <5 orders." in find("first_order_discount", discount(discounted=4)).sentence
