"""Kinds of orders: what reports make of pre-sales, test orders, gifts, parcels and other currencies."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from retro import metrics
from retro.errors import SourceError
from retro.metrics.bridge.cells import sales_cells
from retro.metrics.bridge.days import Days
from retro.periods import Window
from retro.sources import CurrencyError
from shops import Rows, cells, opened

UNTIL = dt.datetime(2025, 4, 1)
BEFORE, AFTER = UNTIL - dt.timedelta(days=3), UNTIL + dt.timedelta(days=3)
WINDOW = Window(UNTIL - dt.timedelta(days=30), UNTIL, UNTIL)


def test_a_pre_sale_order_is_paid_once_its_balance_is(tmp_path: Path) -> None:
    columns = "order_id ordered_at status deposit_paid_at balance_paid_at"
    rows = [
        ("both paid", BEFORE, "paid", BEFORE, BEFORE),
        ("deposit alone", BEFORE, "paid", BEFORE, None),
        ("no deposit", BEFORE, "paid", None, None),
        ("paid off later", BEFORE, "paid", BEFORE, AFTER),
    ]
    tables = opened(tmp_path, {"orders": (columns, rows)}, UNTIL)

    assert cells(tables, "orders", "status") == [("paid",), ("pending",), ("paid",), ("pending",)]
    assert tables.order_kinds == ("balance_paid_at",)


def test_test_orders_are_in_no_table_and_gifts_are_no_pieces(tmp_path: Path) -> None:
    rows = [("o1", "u1", BEFORE, "paid", Decimal("9.00"), False), ("o2", "u1", BEFORE, "paid", Decimal("7.00"), True)]
    items = [
        ("o1", 1, 2, Decimal("9.00"), False),
        ("o1", 2, 1, Decimal("0.00"), True),
        ("o2", 1, 5, Decimal("7.00"), None),
    ]
    shop = {
        "orders": ("order_id user_id ordered_at status amount is_test", rows),
        "order_items": ("order_id line quantity amount is_gift", items),
    }
    tables = opened(tmp_path, shop, UNTIL)
    window = Window(BEFORE - dt.timedelta(days=1), UNTIL, UNTIL)

    (cell,) = sales_cells({"orders": tables.orders, "order_items": tables.order_items}, Days(window)).itertuples()

    assert (cell.orders, cell.pieces, cell.gmv) == (1, 2, Decimal("9.00"))
    assert tables.order_kinds == ("is_test", "is_gift")


def test_lines_and_refunds_of_test_orders_are_gone_too(tmp_path: Path) -> None:
    shop: Rows = {
        "orders": ("order_id ordered_at is_test", [("o1", BEFORE, False), ("o2", BEFORE, True), ("o3", BEFORE, None)]),
        "order_items": ("order_id line", [("o1", 1), ("o2", 1), ("o3", 1)]),
        "refunds": ("order_id refunded_at", [("o2", BEFORE), ("o3", BEFORE)]),
    }
    tables = opened(tmp_path, shop, UNTIL)

    assert cells(tables, "order_items", "order_id") == [("o1",), ("o3",)]
    assert cells(tables, "refunds", "order_id") == [("o3",)]


PARCELS: Rows = {
    "orders": (
        "order_id user_id ordered_at status amount signed_at",
        [
            ("both there", "u1", BEFORE, "paid", Decimal("30.00"), None),
            ("one missing", "u1", BEFORE, "paid", Decimal("40.00"), BEFORE),
            ("one later", "u1", BEFORE, "paid", Decimal("50.00"), None),
            ("no parcels", "u1", BEFORE, "paid", Decimal("60.00"), BEFORE),
        ],
    ),
    "order_items": (
        "order_id line parcel_id signed_at",
        [
            ("both there", 1, "p1", BEFORE - dt.timedelta(days=1)),
            ("both there", 2, "p2", BEFORE),
            ("one missing", 1, "p2", BEFORE),  # in the same parcel as a line of another order
            ("one missing", 2, "p3", None),
            ("one later", 1, "p4", BEFORE),
            ("one later", 2, "p5", AFTER),
            ("no parcels", 1, None, None),
        ],
    ),
}


def test_an_order_in_several_parcels_is_one_and_signed_for_with_the_last(tmp_path: Path) -> None:
    tables = opened(tmp_path, PARCELS, UNTIL)

    assert cells(tables, "orders", "order_id", "signed_at") == [
        ("both there", BEFORE), ("no parcels", BEFORE), ("one later", None), ("one missing", None),
    ]  # fmt: skip
    kinds = metrics.gmv_kinds(tables.orders, {}, WINDOW).set_index("step")
    assert (kinds.loc["ordered", "orders"], kinds.loc["ordered", "amount"]) == (4, Decimal("180.00"))
    assert (kinds.loc["signed", "orders"], kinds.loc["signed", "amount"]) == (2, Decimal("90.00"))
    assert tables.order_kinds == ("parcel_id",)


def abroad(*rates: tuple[str, dt.date, str], currency: str | None = "USD") -> Rows:
    """Two orders of 10.00 on two days in another currency, one of 10.00 in the shop's, and one after the end."""
    first, second = dt.datetime(2025, 3, 4, 9), dt.datetime(2025, 3, 5, 23, 59)
    ten = Decimal("10.00")
    shop: Rows = {
        "orders": (
            "order_id user_id ordered_at status amount currency",
            [
                ("o1", "u1", first, "paid", ten, currency),
                ("o2", "u1", second, "refunded", ten, currency),
                ("o3", "u1", first, "paid", ten, None),
                ("o4", "u1", AFTER, "paid", ten, currency),
            ],
        ),
        "order_items": (
            "order_id line quantity unit_price amount",
            [("o1", 1, 3, Decimal("3.33"), Decimal("9.99")), ("o3", 1, 1, ten, ten)],
        ),
        "refunds": ("order_id refunded_at amount", [("o2", dt.datetime(2025, 3, 20), ten)]),
        "campaign_costs": (
            "cost_id incurred_on amount currency",
            [("c1", dt.date(2025, 3, 5), Decimal("100.00"), currency), ("c2", dt.date(2025, 3, 9), ten, "CNY")],
        ),
    }
    if rates:
        shop["exchange_rates"] = ("currency on rate", [(*rate[:2], Decimal(rate[2])) for rate in rates])
    return shop


MARCH_4, MARCH_5 = ("USD", dt.date(2025, 3, 4), "7.20"), ("USD", dt.date(2025, 3, 5), "7.3055")


def test_amounts_of_other_currencies_are_converted_at_the_rate_of_their_day(tmp_path: Path) -> None:
    """72.00 + 10.00 sold and 73.06 refunded, at the rate of the order's day although the refund came later."""
    other_day = ("USD", dt.date(2025, 3, 20), "9.99")
    tables = opened(tmp_path, abroad(MARCH_4, MARCH_5, other_day), UNTIL)

    amounts = [Decimal("72.00"), Decimal("73.06"), Decimal("10.00")]
    assert [row[0] for row in cells(tables, "orders", "amount")] == amounts
    assert cells(tables, "order_items", "unit_price", "amount") == [
        (Decimal("23.98"), Decimal("71.93")), (Decimal("10.00"), Decimal("10.00")),
    ]  # fmt: skip
    assert cells(tables, "refunds", "amount") == [(Decimal("73.06"),)]
    assert cells(tables, "campaign_costs", "amount") == [(Decimal("730.55"),), (Decimal("10.00"),)]
    kinds = metrics.gmv_kinds(tables.orders, {"refunds": tables.refunds}, WINDOW)
    assert kinds.set_index("step").loc["net", "amount"] == Decimal("82.00")
    assert kinds.attrs["refund_gap"] == 0
    assert "rate" in tables.order_kinds


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        (
            (),
            (
                "source.yaml: orders.currency must be CNY, the source's currency, got 'USD'. "
                "Give a table exchange_rates with currency, on and rate."
            ),
        ),
        (
            (MARCH_4,),
            (
                "source.yaml: exchange_rates must hold one rate of USD on 2025-03-05, a day of orders, got none. "
                "Give the day one rate."
            ),
        ),
        (
            (MARCH_4, MARCH_5, ("USD", dt.date(2025, 3, 4), "7.21")),
            (
                "source.yaml: exchange_rates must hold one rate of USD on 2025-03-04, a day of orders, got several. "
                "Give the day one rate."
            ),
        ),
    ],
)
def test_amounts_without_a_rate_of_their_day_are_refused(
    tmp_path: Path, rates: tuple[tuple[str, dt.date, str], ...], said: str
) -> None:
    tables = opened(tmp_path, abroad(*rates), UNTIL)

    for name in ("orders", "order_items", "refunds"):
        with pytest.raises(SourceError) as refused:
            getattr(tables, name)
        assert str(refused.value) == said
    with pytest.raises(CurrencyError) as early:
        tables.refuse_currencies(["orders", "campaign_costs"], UNTIL)
    assert str(early.value) == said


def test_one_currency_needs_no_rates(tmp_path: Path) -> None:
    tables = opened(tmp_path, abroad(currency="CNY"), UNTIL)

    assert [row[0] for row in cells(tables, "orders", "amount")] == [Decimal("10.00")] * 3
