import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis

from retro.metrics import phases_of
from retro.metrics.roi.halo import rest_lines, rest_sales
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
PHASES = phases_of(Window(at("2025-03-02"), at("2025-03-03"), at("2025-03-04")))
ITEM = {
    "order_id": "string", "product_id": "string", "quantity": "int64", "unit_price": "decimal(18, 2)",
    "discount_amount": "decimal(18, 2)", "amount": "decimal(18, 2)",
}  # fmt: skip


def item(order: str, product: str, off: str = "0", quantity: int = 1) -> dict[str, object]:
    price = Decimal(10)
    return {
        "order_id": order, "product_id": product, "quantity": quantity, "unit_price": price,
        "discount_amount": Decimal(off), "amount": price * quantity - Decimal(off),
    }  # fmt: skip


def sales(table: MakeTable, items: list[dict[str, object]]) -> list[float] | None:
    orders = table(
        "order_id user_id ordered_at status amount",
        [
            ("baseline", "ann", "2025-03-01T10:00", "paid", "20.00"),
            ("night", "ann", "2025-03-02T21:00", "paid", "20.00"),
            ("gone", "ann", "2025-03-02T21:00", "cancelled", "20.00"),
        ],
    )
    rest = rest_lines(orders, {"order_items": ibis.memtable(items, schema=ITEM)}, PHASES, end=at("2025-03-04"))
    if rest is None:
        return None
    frame = rest_sales(rest, end=at("2025-03-04"))
    return list(frame["gmv"])


def test_goods_of_which_most_pieces_were_cheaper_are_left_out_on_all_days(table: MakeTable) -> None:
    items = [item("baseline", "tea"), item("baseline", "cup")]
    items += [item("night", "tea", off="4"), item("night", "cup", off="1", quantity=2), item("gone", "cup", off="9")]

    assert sales(table, items) == [10, 19, 0]


def test_nothing_or_everything_on_offer_has_no_rest(table: MakeTable) -> None:
    assert sales(table, [item("baseline", "tea"), item("night", "tea")]) is None
    assert sales(table, [item("baseline", "tea"), item("night", "tea", off="4")]) is None
    assert rest_lines(table("order_id user_id ordered_at status amount", []), {}, PHASES, end=at("2025-03-04")) is None


def test_goods_of_orders_with_a_coupon_are_no_halo(table: MakeTable) -> None:
    rows = [
        ("baseline", "ann", "2025-03-01T10:00", "paid", "20.00"),
        ("night", "ann", "2025-03-02T21:00", "paid", "20"),
    ]
    rows += [("used", "bob", "2025-03-02T21:00", "paid", "10.00")]
    orders = table("order_id user_id ordered_at status amount", rows)
    items = [item("baseline", "tea"), item("baseline", "cup"), item("night", "tea", off="4"), item("used", "cup")]
    coupons = table("order_id face_amount", [("used", Decimal("2.00")), (None, Decimal("5.00"))])
    shop = {"order_items": ibis.memtable([*items, item("night", "cup")], schema=ITEM), "coupons": coupons}

    rest = rest_lines(orders, shop, PHASES, end=at("2025-03-04"))  # type: ignore[arg-type]

    assert rest is not None
    assert list(rest_sales(rest, end=at("2025-03-04"))["gmv"]) == [10, 10, 0]
