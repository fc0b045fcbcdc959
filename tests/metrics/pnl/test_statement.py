import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pytest

from retro.economics import UnitEconomics
from retro.errors import MetricError
from retro.metrics.attribution import Claim
from retro.metrics.pnl import Statement, daily_contribution, pnl
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
WEEK = Claim("week", Window(at("2025-03-01"), at("2025-03-08")))

Shop = dict[str, ibis.Table]


@pytest.fixture
def shop(engine: ibis.BaseBackend) -> Shop:
    """Three orders kept at list 100, 50 and 40, one cancelled, one returned whole, and one from before."""
    money = "decimal(18, 2)"

    def make(columns: dict[str, str], rows: list[tuple[object, ...]]) -> ibis.Table:
        values = [dict(zip(columns, row, strict=True)) for row in rows]
        return engine.create_table(ibis.util.gen_name("shop"), ibis.memtable(values, schema=columns), temp=True)

    d = Decimal
    return {
        "orders": make(
            {"order_id": "string", "user_id": "string", "ordered_at": "timestamp", "status": "string",
             "amount": money, "list_amount": money},
            [
                ("old", "ann", at("2025-01-01"), "paid", d("80.00"), d("80.00")),
                ("one", "ann", at("2025-03-01"), "paid", d("90.00"), d("100.00")),
                ("two", "bob", at("2025-03-02"), "paid", d("40.00"), d("50.00")),
                ("three", "eve", at("2025-03-07"), "paid", d("40.00"), d("40.00")),
                ("gone", "eve", at("2025-03-07"), "cancelled", d("70.00"), d("70.00")),
                ("back", "eve", at("2025-03-07"), "refunded", d("20.00"), d("25.00")),
            ],
        ),
        "order_items": make(
            {"order_id": "string", "product_id": "string", "quantity": "int64"},
            [("old", "p", 2), ("one", "p", 2), ("two", "q", 1), ("three", "q", 1), ("gone", "p", 1), ("back", "q", 1)],
        ),
        "products": make({"product_id": "string", "unit_cost": money}, [("p", d("30.00")), ("q", d("15.00"))]),
        "refunds": make(
            {"order_id": "string", "refunded_at": "timestamp", "amount": money},
            [("back", at("2025-03-10"), d("20.00")), ("one", at("2025-03-09"), d("5.00")),
             ("old", at("2025-01-11"), d("8.00"))],
        ),
        "coupons": make({"order_id": "string", "face_amount": money}, [("two", d("6.00")), (None, d("9.00"))]),
        "campaign_costs": make(
            {"campaign_id": "string", "category": "string", "incurred_on": "date", "amount": money},
            [("week", "media", dt.date(2025, 3, 1), d("12.00")), ("week", "coupons", dt.date(2025, 3, 1), d("6.00")),
             ("week", "labour", dt.date(2025, 2, 1), d("3.50")), ("other", "media", dt.date(2025, 3, 1), d("99.00"))],
        ),
        "points_ledger": make(
            {"campaign_id": "string", "kind": "string", "points": "int64"},
            [("week", "share", 100), ("week", "claw_back", -20), ("week", "redeem", -50), (None, "order", 999)],
        ),
    }  # fmt: skip


def drawn_up(shop: Shop, economics: UnitEconomics | None = None, without: tuple[str, ...] = ()) -> Statement:
    parts = {name: table for name, table in shop.items() if name not in {"orders", *without}}
    return pnl(
        shop["orders"], parts, claims=[WEEK], campaign_id="week", economics=economics or UnitEconomics(),
        observed_until=at("2025-06-01"),
    )  # fmt: skip


def lines(statement: Statement) -> dict[str, Decimal]:
    return dict(zip(statement.lines["line"], statement.lines["amount"], strict=True))


def test_the_statement_is_the_one_worked_by_hand(shop: Shop) -> None:
    full = UnitEconomics.model_validate(
        {"fulfilment_per_order": "2", "payment_fee_rate": "0.01", "point_cost": "0.05", "point_breakage_rate": "0.25"}
    )
    statement = drawn_up(shop, full)

    assert lines(statement) == {
        "list_sales": Decimal("285.00"),
        "cancellations": Decimal("-70.00"),
        "discounts": Decimal("-19.00"),  # 10 + (10 - 6) + 5
        "coupons": Decimal("-6.00"),
        "returns": Decimal("-25.00"),  # 20 whole, 5 of another
        "net_revenue": Decimal("165.00"),
        "goods": Decimal("-90.00"),  # 60 + 15 + 15; what came back is in stock again
        "fulfilment": Decimal("-8.00"),  # the returned order was shipped too
        "payment_fees": Decimal("-1.90"),
        "points": Decimal("-3.00"),  # 80 points at 0.05, three in four redeemed
        "contribution_before_cost": Decimal("62.10"),
        "media": Decimal("-12.00"),
        "labour": Decimal("-3.50"),
        "contribution": Decimal("46.60"),
    }
    assert (statement.orders, statement.cost) == (Decimal("3.00"), Decimal("21.50"))
    assert statement.mature_on == dt.date(2025, 4, 7)


def test_credit_notes_of_negative_amounts_are_deducted_and_were_never_ordered(shop: Shop) -> None:
    note = shop["orders"].filter(shop["orders"].order_id == "gone")
    low = note.mutate(order_id=ibis.literal("note"), amount=-note.amount / 2, list_amount=-note.list_amount / 2)
    noted = {**shop, "orders": shop["orders"].union(low.cast(dict(note.schema().items())))}
    plain, with_note = lines(drawn_up(shop)), lines(drawn_up(noted))

    assert with_note["list_sales"] == plain["list_sales"]
    assert with_note["cancellations"] == plain["cancellations"] - 35
    assert with_note["net_revenue"] == plain["net_revenue"] - 35
    assert drawn_up(noted).orders == drawn_up(shop).orders


def test_a_shop_without_list_prices_or_coupons_has_no_line_of_what_it_does_not_know(shop: Shop) -> None:
    plain = {**shop, "orders": shop["orders"].drop("list_amount")}

    unlisted = lines(drawn_up(plain))
    assert list(unlisted)[:3] == ["ordered_sales", "cancellations", "returns"]
    assert (unlisted["ordered_sales"], unlisted["net_revenue"]) == (Decimal("260.00"), Decimal("165.00"))
    listed = lines(drawn_up(shop, without=("coupons",)))
    assert (listed["discounts"], "coupons" in listed) == (Decimal("-25.00"), False)


def test_every_total_is_what_the_lines_before_it_add_up_to(shop: Shop) -> None:
    frame = drawn_up(shop).lines

    balance = Decimal(0)
    for row in frame.itertuples():
        balance += row.amount if row.kind == "change" or row.Index == 0 else 0
        assert row.kind == "change" or row.amount == balance


def test_a_coupon_cost_that_orders_carry_already_is_not_deducted_twice(shop: Shop) -> None:
    statement = drawn_up(shop)

    assert "coupons" not in lines(statement) or lines(statement)["coupons"] == Decimal("-6.00")
    assert ("coupons_in_price", Decimal("6.00")) in statement.caveats
    assert ("cost_outside_window", Decimal("3.50")) in statement.caveats


def test_returns_of_young_orders_are_expected_by_the_lag_curve(shop: Shop) -> None:
    parts = {name: table for name, table in shop.items() if name != "orders"}
    statement = pnl(
        shop["orders"], parts, claims=[WEEK], campaign_id="week", economics=UnitEconomics(),
        observed_until=at("2025-03-12"),
    )  # fmt: skip

    # Before, 8 of 80 came back on day 10. Order one (85 standing) is 10 days old and two (40) is 9, three (40) is 4.
    assert lines(statement)["expected_returns"] == Decimal("-8.00")
    assert ("expected_returns", Decimal("8.00")) in statement.caveats


def test_without_costs_of_goods_the_statement_ends_with_net_revenue_and_says_so(shop: Shop) -> None:
    statement = drawn_up(shop, without=("products",))

    assert statement.lines["line"].iloc[-1] == "net_revenue"
    assert ("no_cost_of_goods", Decimal("3.00")) in statement.caveats
    assert statement.amount("contribution") is None


def test_a_margin_from_params_stands_in_and_is_named(shop: Shop) -> None:
    statement = drawn_up(shop, UnitEconomics(margin_rate=Decimal("0.4")), without=("products",))

    assert lines(statement)["goods"] == Decimal("-102.00")
    assert ("margin_from_params", Decimal("0.4")) in statement.caveats


def test_what_is_missing_is_said_never_taken_as_zero(shop: Shop) -> None:
    statement = drawn_up(shop, without=("campaign_costs", "refunds", "points_ledger"))

    names = [caveat.name for caveat in statement.caveats]
    assert names == ["no_refunds", "no_fulfilment", "no_payment_fees", "no_costs"]
    assert (statement.cost, statement.mature_on, statement.settled) == (None, None, None)


def test_cost_of_messages_alone_is_told(shop: Shop) -> None:
    assert not drawn_up(shop).of_parts
    recorded = drawn_up(shop | {"campaign_costs": shop["campaign_costs"].mutate(recorded=ibis.literal(True))})

    assert recorded.of_parts
    assert ("recorded_cost", recorded.cost) in recorded.caveats


def test_costs_in_two_currencies_stop_the_run(shop: Shop) -> None:
    costs = shop["campaign_costs"]
    mixed = costs.mutate(currency=ibis.ifelse(costs.category == "media", "CNY", "USD"))

    with pytest.raises(MetricError, match="amounts must be in one currency, got CNY, USD"):
        drawn_up(shop | {"campaign_costs": mixed})


def test_a_campaign_that_claims_nothing_is_refused(shop: Shop) -> None:
    with pytest.raises(MetricError, match="campaign_id must be one of the claims, got 'night'"):
        pnl(
            shop["orders"], {}, claims=[WEEK], campaign_id="night", economics=UnitEconomics(),
            observed_until=at("2025-06-01"),
        )  # fmt: skip


def test_daily_contribution_adds_up_paid_orders_by_day(shop: Shop) -> None:
    parts = {name: table for name, table in shop.items() if name != "orders"}
    frame = daily_contribution(shop["orders"], parts, economics=UnitEconomics(), end=at("2025-03-04")).tail(3)

    assert frame["on"].tolist() == [dt.date(2025, 2, 28), dt.date(2025, 3, 1), dt.date(2025, 3, 2)]
    assert frame["contribution"].tolist() == [Decimal("0.00"), Decimal("25.00"), Decimal("25.00")]


def test_daily_contribution_is_unknown_without_costs_of_goods(shop: Shop) -> None:
    assert daily_contribution(shop["orders"], {}, economics=UnitEconomics(), end=at("2025-03-04")).empty
