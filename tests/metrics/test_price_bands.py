"""Sales by the price of a piece, by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pyarrow as pa
import pytest

from retro.errors import MissingColumn
from retro.metrics.price_bands import price_bands
from retro.periods import Window

at = dt.datetime.fromisoformat
DAY = Window(at("2025-02-10"), at("2025-02-11"), at("2025-03-01"), baseline_weeks=1)
ORDERS = [
    ("a", "ann", "2025-02-10T10:00", "paid", "c"),
    ("b", "bob", "2025-02-10T11:00", "paid", None),
    ("c", "bob", "2025-02-10T12:00", "refunded", None),
    ("d", "cat", "2025-02-04T12:00", "paid", None),
    ("e", "cat", "2025-01-04T12:00", "paid", None),
]
LINES = [
    ("a", 2, "40.00"),  # 20 a piece
    ("a", 1, "50.00"),  # on the limit: in the band that begins there
    ("b", 3, "149.97"),  # 49.99 a piece
    ("b", 1, "200.00"),
    ("c", 1, "10.00"),
    ("d", 1, "60.00"),
    ("d", 2, "20.00"),  # 10 a piece
    ("e", 1, "60.00"),
]


@pytest.fixture
def orders(table: Callable[..., ibis.Table]) -> ibis.Table:
    return table("order_id user_id ordered_at status campaign_id", ORDERS)


@pytest.fixture
def lines(engine: ibis.BaseBackend) -> ibis.Table:
    names = ("order_id", "quantity", "amount")
    schema = pa.schema([("order_id", pa.string()), ("quantity", pa.int64()), ("amount", pa.decimal128(18, 2))])
    rows = [dict(zip(names, (order, quantity, Decimal(amount)), strict=True)) for order, quantity, amount in LINES]
    return engine.create_table(ibis.util.gen_name("lines"), pa.Table.from_pylist(rows, schema=schema), temp=True)


def test_pieces_and_gmv_by_what_a_piece_was_paid_for(orders: ibis.Table, lines: ibis.Table) -> None:
    cheap, middle, dear = price_bands(orders, lines, DAY, limits=(Decimal(50), Decimal(100))).to_dict("records")

    assert (cheap["from_price"], cheap["to_price"], dear["to_price"]) == (Decimal(0), Decimal(50), None)
    assert [cheap[name] for name in ("orders", "buyers", "units", "gmv")] == [2, 2, 5, Decimal("189.97")]
    assert [middle[name] for name in ("orders", "buyers", "units", "gmv")] == [1, 1, 1, Decimal("50.00")]
    assert cheap["share"] == pytest.approx(189.97 / 439.97)
    assert cheap["unit_share"] == pytest.approx(5 / 7)
    assert (cheap["baseline_units"], cheap["baseline_share"], dear["baseline_share"]) == (2, 0.25, 0)
    assert (dear["piece_price"], dear["baseline_piece_price"]) == (Decimal("62.85"), Decimal("26.67"))


def test_without_limits_round_ones_part_the_pieces_into_fifths(orders: ibis.Table, lines: ibis.Table) -> None:
    # Pieces by price: 10, 10, 20, 20, 49.99 (three), 50, 60, 200. Fifths lie at 18, 38, 49.99 and 52: 20, 30, 50.
    frame = price_bands(orders, lines, DAY)

    assert frame["from_price"].tolist() == [Decimal(0), Decimal(20), Decimal(30), Decimal(50)]


def test_of_a_campaign_only_its_own_orders_count(orders: ibis.Table, lines: ibis.Table) -> None:
    frame = price_bands(orders, lines, DAY, limits=(Decimal(50),), campaign_id="c")

    assert frame["units"].tolist() == [2, 1]


def test_without_sales_there_are_no_bands_and_without_a_baseline_no_shares(
    orders: ibis.Table, lines: ibis.Table
) -> None:
    quiet = Window(at("2025-02-20"), at("2025-02-21"), at("2025-03-01"), baseline_weeks=1)
    assert price_bands(orders, lines, quiet).empty
    first = Window(at("2025-01-04"), at("2025-01-05"), at("2025-03-01"), baseline_weeks=1)
    (row,) = price_bands(orders, lines, first).to_dict("records")
    assert (row["gmv"], row["baseline_piece_price"]) == (Decimal("60.00"), None)
    assert row["baseline_share"] != row["baseline_share"]


def test_lines_without_amounts_are_refused(orders: ibis.Table, lines: ibis.Table) -> None:
    with pytest.raises(MissingColumn, match="order_items: column 'amount' must be in the table"):
        price_bands(orders, lines.drop("amount"), DAY)
