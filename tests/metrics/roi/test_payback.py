import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import numpy as np
import pandas as pd
import pytest

from metrics.roi.test_headline import impact
from metrics.roi.test_simulation import statement
from retro.economics import UnitEconomics
from retro.metrics.roi import Impacts, payback, payback_month
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
HALF = UnitEconomics(margin_rate=Decimal("0.5"))
WINDOW = Window(at("2025-01-04"), at("2025-01-05"), at("2025-03-10"))

ROWS = [
    ("a", "ann", "2025-01-01T10:00", "paid", "10.00"),
    ("d", "bob", "2025-01-04T10:00", "paid", "20.00"),
    ("e", "bob", "2025-01-20T10:00", "paid", "30.00"),
    ("f", "eve", "2025-01-04T10:00", "paid", "20.00"),
    ("g", "eve", "2025-02-20T10:00", "paid", "40.00"),
]


def effects(contribution: float, newcomers: float) -> Impacts:
    days = pd.DataFrame({"on": [dt.date(2025, 1, 4)], "phase": ["campaign"]})
    gmv = impact(100, 0, 600)
    object.__setattr__(gmv, "days", days)
    return Impacts(gmv, impact(contribution, 0, 240, spread=0), impact(newcomers, 0, 5, spread=0))


def asked(
    table: MakeTable, contribution: float, newcomers: float, economics: UnitEconomics = HALF, window: Window = WINDOW
) -> pd.DataFrame:
    orders = table("order_id user_id ordered_at status amount", ROWS)
    known = {"effects": effects(contribution, newcomers), "statement": statement({"net_revenue": "1"})}
    return payback(orders, {}, window, economics=economics, **known)  # type: ignore[arg-type]


def test_only_additional_buyers_pay_back_and_only_by_orders_after_the_effect(table: MakeTable) -> None:
    """Net -10. Bob and eve leave 15 in month 1 and 20 in month 2; one of them is additional: 7.50, then 17.50."""
    frame = asked(table, contribution=90, newcomers=1)

    assert frame["month"].tolist() == [0, 1, 2]
    assert frame["buyers"].tolist() == [2, 2, 2]
    assert frame["additional"].tolist() == [1, 1, 1]
    assert frame["contribution"].tolist() == [0, Decimal("15.00"), Decimal("35.00")]
    assert frame["left"].tolist() == pytest.approx([-10, -2.5, 7.5])
    assert payback_month(frame) == 2


def test_buyers_who_would_have_come_anyway_pay_for_nothing(table: MakeTable) -> None:
    frame = asked(table, contribution=90, newcomers=0)

    assert frame["left"].tolist() == [-10, -10, -10]
    assert payback_month(frame) is None


def test_a_campaign_that_earned_at_once_needs_no_later_order(table: MakeTable) -> None:
    """120 of contribution less 100 of cost are 20, before the months that nobody has lived through yet."""
    young = Window(WINDOW.start, WINDOW.end, at("2025-01-20"))
    frame = asked(table, contribution=120, newcomers=0, window=young)

    assert frame[["month", "left", "low"]].to_numpy().tolist() == [[0, 20, 20]]
    assert payback_month(frame) == 0


def test_payback_without_costs_of_goods_is_unknown(table: MakeTable) -> None:
    assert asked(table, 90, 1, UnitEconomics()).empty


def test_payback_without_an_effect_is_unknown(table: MakeTable) -> None:
    orders = table("order_id user_id ordered_at status amount", ROWS)
    found = effects(90, 1)
    object.__setattr__(found.newcomers, "draws", np.empty((0, 3)))
    known = {"effects": found, "statement": statement({"net_revenue": "1"})}
    frame = payback(orders, {}, WINDOW, economics=HALF, **known)  # type: ignore[arg-type]

    assert frame["left"].isna().tolist() == [False, True, True]
