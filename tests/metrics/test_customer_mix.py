import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import ibis
import pytest

from retro.metrics.customer_mix import customer_mix
from retro.metrics.quarter_share import quarter_share
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
WINDOW = Window(at("2025-02-28T20:00"), at("2025-03-01T20:00"))


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    return table(
        "order_id user_id ordered_at status amount",
        [
            ("a", "ann", "2025-01-05T10:00", "paid", "40.00"),
            ("b", "ann", "2025-02-28T20:00", "paid", "10.00"),
            ("c", "bob", "2025-02-20T20:00", "refunded", "99.00"),
            ("d", "bob", "2025-03-01T19:59", "paid", "20.00"),
            ("e", "bob", "2025-03-01T10:00", "paid", "10.00"),
            ("f", "ann", "2025-03-10T10:00", "paid", "15.00"),
            ("g", "ann", "2025-04-20T10:00", "paid", "70.00"),
            ("h", "bob", "2025-03-01T20:30", "paid", "5.00"),
        ],
    )


def test_new_buyers_have_no_valid_order_before(orders: ibis.Table) -> None:
    new, old = customer_mix(orders, WINDOW).to_dict("records")

    assert (new["buyers"], new["orders"], new["gmv"]) == (1, 2, Decimal("30.00"))
    assert (old["buyers"], old["orders"], old["gmv"]) == (1, 1, Decimal("10.00"))
    assert new["buyer_share"] == 0.5
    assert new["gmv_share"] == 0.75
    assert (new["order_value"], new["buyer_value"]) == (Decimal("15.00"), Decimal("30.00"))


def test_a_night_without_buyers_has_no_share(orders: ibis.Table) -> None:
    frame = customer_mix(orders, Window(at("2024-01-01"), at("2024-01-02")))

    assert frame["buyers"].tolist() == [0, 0]
    assert frame["buyer_share"].isna().all()
    assert frame["order_value"].tolist() == [None, None]


def test_share_and_return_are_of_the_quarter(orders: ibis.Table) -> None:
    rows = quarter_share(orders, replace(WINDOW, observed_until=at("2025-05-01")), days=30).set_index("what")

    assert rows.loc["campaign", "gmv"] == Decimal("40.00")
    assert rows.loc["quarter", "gmv"] == Decimal("100.00")
    assert rows.loc["campaign", "share"] == 0.4
    # Bob's second order of the day lies after the night but on day 0, and Ann's of April after day 30.
    assert (rows.loc["returned", "buyers"], rows.loc["returned", "of"]) == (1, 2)
    assert rows.loc["returned", "gmv"] == Decimal("15.00")


def test_buyers_whose_days_are_not_over_are_left_out_and_said_so(orders: ibis.Table) -> None:
    rows = quarter_share(orders, replace(WINDOW, observed_until=at("2025-03-31")), days=30).set_index("what")

    assert rows.loc["returned", "of"] == 1
    assert rows.loc["returned", "state"] == "partial"
    assert rows.loc["quarter", "state"] == "partial"
    none = quarter_share(orders, replace(WINDOW, observed_until=at("2025-03-05")), days=30).set_index("what")
    assert none.loc["returned", "of"] == 0
    unknown = ["buyers", "orders", "gmv", "share", "rate"]
    assert none.loc["returned", unknown].isna().all(), "what was not observed is not 0"
    nobody = quarter_share(orders.drop("user_id"), replace(WINDOW, observed_until=at("2025-05-01"))).set_index("what")
    assert nobody.loc["returned", unknown].isna().all()
    assert nobody["state"].to_dict() == {"campaign": "observed", "returned": "unknown", "quarter": "observed"}
    assert nobody.loc["campaign", "orders"] == 3


def test_without_amounts_shares_are_of_orders(orders: ibis.Table) -> None:
    counted = orders.drop("amount")

    new, old = customer_mix(counted, WINDOW).to_dict("records")
    assert [(row["buyers"], row["orders"], row["gmv"], row["order_value"]) for row in (new, old)] == [
        (1, 2, None, None),
        (1, 1, None, None),
    ]
    rows = quarter_share(counted, replace(WINDOW, observed_until=at("2025-05-01")), days=30).set_index("what")
    assert rows["gmv"].isna().all()
    assert rows["orders"].tolist() == [3, 1, 6]
    assert rows["share"].tolist()[:2] == [0.5, pytest.approx(1 / 6)]
