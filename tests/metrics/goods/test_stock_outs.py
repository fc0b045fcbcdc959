import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import ibis
import pandas as pd
import pytest

from retro.economics import UnitEconomics
from retro.errors import MissingRows
from retro.metrics.goods import stock_outs
from retro.periods import Window
from retro.sources import load_source, open_tables

START = dt.datetime(2025, 2, 28, 20)
SPAN = Window(START, START + dt.timedelta(hours=2))
MINUTE = dt.timedelta(minutes=1)
DEMO = Path("data/demo/truth.json")


def shop(engine: ibis.BaseBackend, sold_out: int | None, buyers: int = 40) -> tuple[ibis.Table, ...]:
    """120 minutes of ten orders each; every order of the first minutes has a cup until they are gone."""

    def make(rows: dict[str, list[object]]) -> ibis.Table:
        given = ibis.memtable(pd.DataFrame(rows)).to_pyarrow()
        return engine.create_table(ibis.util.gen_name("shop"), given, temp=True)

    at = [START + minute * MINUTE for minute in range(120) for _ in range(10)]
    ids = [f"o{place:04d}" for place in range(1200)]
    orders = make(
        {
            "order_id": ids,
            "user_id": ids,
            "ordered_at": at,
            "status": ["paid"] * 1200,
            "amount": [Decimal("10.00")] * 1200,
        }
    )
    ten = [Decimal("10.00")] * buyers
    lines = {"order_id": ids[:buyers], "product_id": ["cup"] * buyers, "quantity": [1] * buyers}
    when = [None if sold_out is None else START + sold_out * MINUTE]
    stock = make(
        {"product_id": ["cup"], "campaign_id": ["night"], "sold_out_at": pd.Series(when, dtype="datetime64[us]")}
    )
    products = make({"product_id": ["cup"], "name": ["Cup"]})
    return orders, make({**lines, "unit_price": ten, "amount": ten}), stock, products


def test_an_item_gone_at_a_tenth_of_the_orders_would_have_sold_ten_times_as_much(engine: ibis.BaseBackend) -> None:
    cup, total = stock_outs(*shop(engine, 12), window=SPAN, campaign_id="night").to_dict("records")

    assert cup["share_before"] == pytest.approx(0.1)
    assert (cup["lines"], cup["units"], cup["lasted_minutes"]) == (40, 40, 12.0)
    assert cup["lost_units"] == pytest.approx(360, rel=0.05)
    assert cup["lost_low"] < 300
    assert cup["lost_high"] > 430
    assert cup["lost_gmv"] == pytest.approx(Decimal(10) * Decimal(cup["lost_units"]))
    assert total["product_id"] == ""
    assert total["lost_units"] == cup["lost_units"]


def test_pieces_lost_are_worth_what_they_would_have_left(engine: ibis.BaseBackend) -> None:
    orders, items, stock, products = shop(engine, 12)
    dear = products.mutate(unit_cost=ibis.literal(Decimal("11.00")))
    cheap = products.mutate(unit_cost=ibis.literal(Decimal("4.00")))
    economics = UnitEconomics(fulfilment_per_order=Decimal(1), payment_fee_rate=Decimal("0.01"))

    lost = {
        name: stock_outs(orders, items, stock, goods, SPAN, campaign_id="night", economics=economics).iloc[-1]
        for name, goods in (("none", products), ("dear", dear), ("cheap", cheap))
    }

    units = Decimal(lost["dear"]["lost_units"])
    assert lost["none"]["lost_contribution"] is None
    assert lost["dear"]["lost_contribution"] == pytest.approx(units * Decimal("-2.1"))  # 10 - 0.10 - 11 - 1
    assert lost["cheap"]["lost_contribution"] == pytest.approx(units * Decimal("4.9"))
    for row in (lost["dear"], lost["cheap"]):
        assert row["lost_contribution_low"] < row["lost_contribution"] < row["lost_contribution_high"]


def test_the_same_shop_gives_the_same_estimate(engine: ibis.BaseBackend) -> None:
    first, again = (stock_outs(*shop(engine, 12), window=SPAN, campaign_id="night") for _ in range(2))

    pd.testing.assert_frame_equal(first, again)


def test_nothing_that_ran_out_is_no_row(engine: ibis.BaseBackend) -> None:
    assert stock_outs(*shop(engine, None), window=SPAN, campaign_id="night").empty
    assert stock_outs(*shop(engine, 500), window=SPAN, campaign_id="night").empty


def test_one_line_says_nothing_of_the_pace(engine: ibis.BaseBackend) -> None:
    cup = stock_outs(*shop(engine, 12, buyers=1), window=SPAN, campaign_id="night").iloc[0]

    assert pd.isna(cup["lost_units"])
    assert cup["lost_gmv"] is None


def test_the_planted_losses_lie_in_the_intervals() -> None:
    if not DEMO.is_file():
        pytest.skip("needs the demo data: run `retro demo` first")
    missed = json.loads(DEMO.read_text())["flash_sale_night"]["missed_units"]
    tables = open_tables(load_source(Path("params/source.yaml")), "params/source.yaml")
    frame = stock_outs(
        tables.orders,
        tables.order_items,
        tables.stock,
        tables.products,
        Window(START, START + dt.timedelta(days=1)),
        campaign_id="2025Q1-flash-sale-night",
    )

    *out, total = frame.to_dict("records")
    held = [row["lost_low"] <= missed.get(row["product_id"], 0) <= row["lost_high"] for row in out]
    assert sum(held) / len(held) > 0.9
    assert total["lost_low"] < sum(missed.values()) < total["lost_high"]


def test_a_campaign_whose_stock_was_not_recorded_has_lost_nobody_knows_what(engine: ibis.BaseBackend) -> None:
    orders, lines, stock, products = shop(engine, 12)

    with pytest.raises(MissingRows, match=r"stock: rows must be of the campaign, got none\."):
        stock_outs(orders, lines, stock, products, SPAN, campaign_id="another")
