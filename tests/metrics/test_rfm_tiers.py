import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pandas as pd
import pytest

from retro.metrics import rfm_tiers
from retro.periods import Window

at = dt.datetime.fromisoformat
JUNE = Window(at("2025-06-01"), at("2025-07-01"), at("2025-07-02"))

MakeTable = Callable[..., ibis.Table]

BOUGHT = [
    ("old", "2024-04-01", "10"),  # the shop is older than a year before June
    ("loyal", "2025-05-01", "600"),
    ("loyal", "2025-06-30", "600"),
    ("cooled", "2024-08-01", "900"),
    ("cooled", "2025-03-20", "900"),  # recent on 1 June, not at its end
    ("once", "2025-06-02", "50"),
    ("gone", "2024-06-10", "70"),  # within the year before June, not in the one up to its end
    ("later", "2025-07-01", "9000"),
]


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    rows = [(str(n), user, f"{on}T12:00", "paid", amount) for n, (user, on, amount) in enumerate(BOUGHT)]
    return table("order_id user_id ordered_at status amount", rows)


def test_buyers_of_the_year_stand_in_their_tiers_now_and_at_the_start(orders: ibis.Table) -> None:
    frame = rfm_tiers(orders, JUNE, high_value=Decimal(1000)).set_index("tier")
    assert len(frame) == 8
    counts = frame[["members", "before", "left"]]
    assert counts.loc["important_value"].tolist() == [1, 1, 1], "loyal came, cooled left"
    assert counts.loc["important_keep"].tolist() == [1, 0, 0], "cooled"
    assert counts.loc["general_develop"].tolist() == [1, 1, 1], "once is new; loyal had one order by June"
    assert counts.loc["general_save"].tolist() == [0, 1, 1], "gone has not ordered for a year"
    assert frame.loc["important_value", "gmv"] == Decimal("1200.00")
    assert frame["gmv"].sum() == Decimal(3050)
    assert frame.loc["important_keep", "gmv_share"] == pytest.approx(1800 / 3050)
    assert frame.loc["important_keep", "share"] == pytest.approx(1 / 3)
    assert set(frame["days"]) == {365}


def test_without_a_threshold_the_top_fifth_is_of_high_value(table: MakeTable) -> None:
    rows = [(str(n), str(n), f"2024-12-0{n % 9 + 1}T00:00", "paid", str(n)) for n in range(1, 11)]
    orders = table("order_id user_id ordered_at status amount", rows)
    frame = rfm_tiers(orders, JUNE).set_index("tier")
    assert set(frame["high_value"]) == {Decimal("9.00")}
    assert frame.loc["important_save", "members"] == 2
    assert set(frame["days"]) == {212}


def test_moves_need_a_year_before_the_start_and_tiers_half_a_year(orders: ibis.Table) -> None:
    younger = orders.filter(orders.ordered_at >= at("2024-07-15"))
    frame = rfm_tiers(younger, JUNE, high_value=Decimal(1000))
    assert frame[["before", "left"]].isna().all(axis=None), "unknown is not zero"
    assert frame["members"].sum() == 3
    assert rfm_tiers(orders.filter(orders.ordered_at >= at("2025-03-01")), JUNE).empty
    assert rfm_tiers(orders.limit(0), JUNE).empty


def test_nobody_within_the_year_is_no_tier(orders: ibis.Table) -> None:
    frame = rfm_tiers(orders.filter(orders.user_id == "old"), JUNE)
    assert frame["members"].sum() == 0
    assert frame["gmv_share"].isna().all()
    assert pd.isna(frame["share"]).all()
