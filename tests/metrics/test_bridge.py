from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retro.errors import MetricError
from retro.metrics import bridge
from retro.metrics.bridge import split
from retro.metrics.bridge.cells import many_cells, merged, sales_cells
from retro.metrics.bridge.days import Asked, Days
from retro.metrics.bridge.segments import with_segments
from retro.metrics.bridge.split import to_the_cent
from retro.periods import Period, Window

STEPS = ("visits", "orders", "pieces", "gmv")


def cells(**rows: tuple[float, float, float, str]) -> pd.DataFrame:
    found = [(name, *row[:3], Decimal(row[3])) for name, row in rows.items()]
    return pd.DataFrame(found, columns=["segment", *STEPS])


def amounts(frame: pd.DataFrame, segment: str | None = None) -> dict[str, Decimal]:
    own = frame if segment is None else frame[frame["segment"] == segment]
    return {str(name): sum(part["amount"], Decimal(0)) for name, part in own.groupby("factor")}


def test_one_factor_that_moves_explains_all_of_it() -> None:
    found = split(cells(all=(100, 10, 20, "1000.00")), cells(all=(120, 12, 24, "1200.00")), STEPS)

    assert amounts(found) == {
        "traffic": Decimal("200.00"),
        "conversion": Decimal("0.00"),
        "pieces_per_order": Decimal("0.00"),
        "price": Decimal("0.00"),
    }


def test_two_factors_share_a_change_by_the_log_mean() -> None:
    """Visits double, price halves: GMV stays, and each explains ln(2) times the mean of 1000."""
    found = amounts(split(cells(all=(100, 10, 20, "1000.00")), cells(all=(200, 20, 40, "1000.00")), STEPS))

    assert found["traffic"] == Decimal("693.15")
    assert found["price"] == Decimal("-693.15")


def test_an_uneven_change_worked_by_hand() -> None:
    """1000 to 1500: L = 500 / ln 1.5 = 1233.15; visits times 1.25 explain L ln 1.25 = 275.17, price the rest."""
    found = amounts(split(cells(all=(100, 10, 20, "1000.00")), cells(all=(125, 12.5, 25, "1500.00")), STEPS))

    assert found["traffic"] == Decimal("275.17")
    assert found["price"] == Decimal("224.83")


def test_mix_and_rate_are_told_apart() -> None:
    """Rates inside both segments stay; visits move to the one that converts less: nothing but mix."""
    base = cells(app=(100, 20, 20, "2000.00"), web=(100, 10, 10, "1000.00"))
    now = cells(app=(50, 10, 10, "1000.00"), web=(150, 15, 15, "1500.00"))

    found = amounts(split(base, now, STEPS))

    assert found["mix"] == Decimal("-500.00")
    assert found["conversion"] == found["price"] == found["traffic"] == Decimal("0.00")


def test_a_segment_that_appears_belongs_to_its_mix_and_one_that_stops_selling_to_its_conversion() -> None:
    base = cells(app=(100, 10, 10, "1000.00"), web=(100, 10, 10, "1000.00"))
    now = cells(app=(100, 0, 0, "0.00"), live=(100, 5, 5, "300.00"))

    found = split(base, now, STEPS)

    assert amounts(found, "live") | {"mix": Decimal(0)} == dict.fromkeys(
        ("traffic", "mix", "conversion", "pieces_per_order", "price"), Decimal("0.00")
    )
    assert amounts(found, "live")["mix"] == Decimal("300.00")
    assert amounts(found, "web")["mix"] == Decimal("-1000.00")
    assert amounts(found, "app")["conversion"] == Decimal("-1000.00")


def test_a_segment_that_sold_without_visits_is_split_all_the_same() -> None:
    base = cells(app=(100, 10, 10, "1000.00"), phone=(0, 2, 2, "200.00"))
    now = cells(app=(100, 10, 10, "1000.00"), phone=(0, 4, 4, "400.00"))

    assert amounts(split(base, now, STEPS), "phone") == {
        "traffic": Decimal("0.00"),
        "mix": Decimal("0.00"),
        "conversion": Decimal("200.00"),
        "pieces_per_order": Decimal("0.00"),
        "price": Decimal("0.00"),
    }


def test_nothing_on_both_sides_is_nothing() -> None:
    assert set(split(cells(all=(0, 0, 0, "0.00")), cells(all=(0, 0, 0, "0.00")), STEPS)["amount"]) == {Decimal("0.00")}


@pytest.mark.parametrize(("before", "after"), [("-40", "48"), ("48", "-40"), ("-40", "-48"), ("40", "48")])
def test_corrections_that_change_their_sign_are_told_to_the_cent(before: str, after: str) -> None:
    """Eight corrections in each month beside 300 orders, of -5.00 and then 6.00 each: all of it is their price."""
    steps = ("orders", "gmv")
    base = cells(app=(0, 300, 300, "30000"), manual=(0, 8, 8, before))
    now = cells(app=(0, 300, 300, "33000"), manual=(0, 8, 8, after))

    parts = split(base, now, steps)

    assert sum(parts["amount"]) == 3000 + Decimal(after) - Decimal(before)
    manual = amounts(parts, "manual")
    assert manual["order_value"] == Decimal(after) - Decimal(before)
    assert manual["order_count"] == manual["mix"] == 0
    back = split(now, base, steps)
    assert [-amount for amount in back["amount"]] == list(parts["amount"])


def test_a_change_of_sign_beside_a_change_of_volume_is_shared_over_all_orders() -> None:
    """Two orders at -10 become three at 20: volume 1 at a mean price of 5, price 30 at a mean volume of 2.5."""
    parts = split(cells(app=(0, 2, 2, "-20")), cells(app=(0, 3, 3, "60")), ("orders", "gmv"))

    assert amounts(parts) == {"order_count": Decimal("5.00"), "order_value": Decimal("75.00")}


def test_steps_that_are_no_chain_are_refused() -> None:
    with pytest.raises(MetricError, match=r"^bridge: steps must lead from one of .* to gmv .* got \['gmv'\]"):
        split(cells(), cells(), ("gmv",))


counts = st.integers(0, 10_000)
money = st.integers(0, 10_000_000).map(lambda cents: Decimal(cents) / 100)
rows = st.lists(st.tuples(counts, counts, counts, money), min_size=1, max_size=5)


@settings(deadline=None, max_examples=150)
@given(base=rows, now=rows)
def test_the_parts_add_up_to_the_cent_and_back_again(base: list[Any], now: list[Any]) -> None:
    frames = [
        pd.DataFrame([(str(place), *row) for place, row in enumerate(side)], columns=["segment", *STEPS])
        for side in (base, now)
    ]

    there, back = split(*frames, STEPS), split(*reversed(frames), STEPS)

    change = sum(frames[1]["gmv"], Decimal(0)) - sum(frames[0]["gmv"], Decimal(0))
    assert sum(there["amount"], Decimal(0)) == change
    assert sum(back["amount"], Decimal(0)) == -change
    assert all(amount == amount.quantize(Decimal("0.01")) for amount in there["amount"])
    for one, other in zip(there["amount"], back["amount"], strict=True):
        assert math.isclose(float(one), -float(other), abs_tol=0.011)


def test_cents_go_to_the_largest_remainders() -> None:
    assert to_the_cent([0.005, 0.007, -0.012], Decimal("0.00")) == [Decimal("0.00"), Decimal("0.01"), Decimal("-0.01")]


MARCH, APRIL, FEBRUARY = dt.datetime(2025, 3, 1), dt.datetime(2025, 4, 1), dt.datetime(2025, 2, 1)


def shop(*, days: int = 1) -> dict[str, ibis.Table]:
    """January: zoe; February: ann twice for 100; March: ann once for 60, bob, new, for 90, one unpaid, one fraud."""
    at = dt.datetime
    orders = [
        ("o0", "zoe", at(2025, 1, 2), at(2025, 1, 2), "paid", "5.00", "app"),
        ("o1", "ann", at(2025, 2, 3), at(2025, 2, 3), "paid", "40.00", "app"),
        ("o2", "ann", at(2025, 2, 5), at(2025, 2, 5), "paid", "60.00", "web"),
        ("o3", "ann", at(2025, 3, 3), at(2025, 3, 3), "paid", "60.00", "app"),
        ("o4", "bob", at(2025, 3, 4), at(2025, 3, 4), "paid", "90.00", "app"),
        ("o5", "bob", at(2025, 3, 5), None, "cancelled", "10.00", "web"),
        ("o6", "eve", at(2025, 3, 5), at(2025, 3, 5), "fraudulent", "10.00", "web"),
    ]
    columns = ["order_id", "user_id", "ordered_at", "paid_at", "status", "amount", "channel"]
    frame = pd.DataFrame(orders, columns=columns).assign(amount=lambda part: part["amount"].map(Decimal))
    items = [("o1", "p1", 1, "40.00"), ("o2", "p2", 2, "60.00"), ("o3", "p1", 2, "60.00"), ("o4", "p2", 3, "90.00")]
    lines = pd.DataFrame(items, columns=["order_id", "product_id", "quantity", "amount"])
    events = [
        ("ann", at(2025, 2, days), "app"),
        ("ann", at(2025, 2, 5), "web"),
        ("ann", at(2025, 3, 3), "app"),
        ("ann", at(2025, 3, 3), "web"),
        ("bob", at(2025, 3, 4), "app"),
        ("bob", at(2025, 3, 5), "app"),
    ]
    people = [("ann", at(2024, 1, 1)), ("bob", at(2025, 3, 2))]
    return {
        "orders": ibis.memtable(frame, schema={**dict.fromkeys(("order_id", "user_id", "status", "channel"), "string"),
                                               **dict.fromkeys(("ordered_at", "paid_at"), "timestamp"),
                                               "amount": "decimal(12, 2)"}),
        "order_items": ibis.memtable(lines.assign(amount=lines["amount"].map(Decimal))),
        "events": ibis.memtable(pd.DataFrame(events, columns=["user_id", "occurred_at", "channel"])),
        "users": ibis.memtable(pd.DataFrame(people, columns=["user_id", "registered_at"])),
        "products": ibis.memtable(pd.DataFrame({"product_id": ["p1", "p2"], "category": ["food", "home"]})),
    }  # fmt: skip


def row(frame: pd.DataFrame, segment: str) -> dict[str, Any]:
    (found,) = frame[frame["segment"] == segment].to_dict("records")
    return {str(name): value for name, value in found.items()}


def test_a_period_is_counted_from_visits_to_money() -> None:
    found = row(sales_cells(shop(), Days(Window(MARCH, APRIL))), "all")

    assert found | {"gmv_squares": 0} == {
        "segment": "all", "visits": 3, "visitors": 2, "placed": 3, "settled": 2, "orders": 2, "pieces": 5,
        "gmv": Decimal("150.00"), "gmv_squares": 0,
    }  # fmt: skip
    assert found["gmv_squares"] == 60**2 + 90**2


def test_segments_are_told_as_the_period_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(with_segments.__globals__, "HIGH_VALUE", 100)
    by_customer = sales_cells(shop(), Days(Window(MARCH, APRIL)), by="customer")
    by_tier = sales_cells(shop(), Days(Window(MARCH, APRIL)), by="tier")
    by_category = sales_cells(shop(), Days(Window(MARCH, APRIL)), by="category")
    by_channel = sales_cells(shop(), Days(Window(MARCH, APRIL)), by="channel")

    assert (row(by_customer, "old")["gmv"], row(by_customer, "new")["gmv"]) == (Decimal("60.00"), Decimal("90.00"))
    assert (row(by_tier, "high_value")["orders"], row(by_tier, "newcomer")["orders"]) == (1, 1)
    assert (row(by_category, "food")["pieces"], row(by_category, "home")["gmv"]) == (2, Decimal("90.00"))
    assert row(by_category, "food")["orders"] == 2
    assert (row(by_channel, "app")["visits"], row(by_channel, "web")["visits"]) == (3, 1)
    assert (row(by_channel, "web")["placed"], row(by_channel, "web")["orders"]) == (1, 0)


def test_many_periods_are_counted_as_each_alone() -> None:
    """They touch or not, look back by different spans, and leave days out."""
    march, february = Window(MARCH, APRIL), Window(FEBRUARY, MARCH)
    days = [
        Days(march),
        Days(march, look_back=dt.timedelta(days=20)),
        Days(march, (Window(dt.datetime(2025, 3, 4), dt.datetime(2025, 3, 6)),)),
        Days(february),
        Days(Window(dt.datetime(2025, 2, 4), dt.datetime(2025, 3, 4))),
    ]
    asked: list[Asked] = [(one, by) for one in days for by in (None, "channel", "customer", "tier", "category")]

    found = many_cells(shop(), asked)

    assert list(found) == asked
    for own, by in asked:
        pd.testing.assert_frame_equal(found[own, by], sales_cells(shop(), own, by=by))
    looking_back = found[days[1], "customer"]
    assert row(looking_back, "new")["gmv"] == Decimal("150.00")  # ann's orders lie more than 20 days back


def test_days_that_are_left_out_do_not_count() -> None:
    days = Days(
        Window(MARCH, APRIL),
        (Window(dt.datetime(2025, 3, 4), dt.datetime(2025, 3, 6)), Window(MARCH, dt.datetime(2025, 3, 2))),
    )

    assert days.length == dt.timedelta(days=28)
    assert row(sales_cells(shop(), days), "all")["gmv"] == Decimal("60.00")


def test_segments_with_few_orders_are_merged() -> None:
    frame = pd.DataFrame({"segment": ["a", "b", "c"], "orders": [9, 2, 1], "gmv": [Decimal(9), Decimal(2), Decimal(1)]})

    (found,) = merged(frame)

    assert found["segment"].tolist() == ["a", "other"]
    assert row(found, "other")["gmv"] == Decimal(3)


def test_every_dimension_adds_up_to_the_change() -> None:
    (found,) = bridge(shop(), [Period("previous", FEBRUARY, MARCH)], Window(MARCH, APRIL))

    assert (found.before, found.after, found.change) == (Decimal("100.00"), Decimal("150.00"), Decimal("50.00"))
    assert found.with_visits
    assert set(found.segments) == {"channel", "customer", "tier", "category"}
    for frame in (found.factors, *found.segments.values()):
        assert sum(frame["amount"], Decimal(0)) == found.change


def test_a_target_asks_evenly_of_everybody() -> None:
    (found,) = bridge(shop(), [Period("target", FEBRUARY, MARCH, amount=Decimal("200.00"))], Window(MARCH, APRIL))

    assert (found.before, found.change) == (Decimal("200.00"), Decimal("-50.00"))
    assert found.factors.set_index("factor")["before"]["traffic"] == pytest.approx(4)


def test_visits_that_were_not_observed_are_one_with_conversion() -> None:
    (found,) = bridge(shop(days=2), [Period("previous", FEBRUARY, MARCH)], Window(MARCH, APRIL))

    assert not found.with_visits
    assert found.factors["factor"].tolist() == ["order_count", "pieces_per_order", "price"]


def test_a_base_without_sales_is_left_out() -> None:
    base = Period("year_ago", dt.datetime(2024, 3, 1), dt.datetime(2024, 4, 1))

    assert bridge(shop(), [base], Window(MARCH, APRIL)) == ()


def test_an_unknown_dimension_is_refused() -> None:
    with pytest.raises(MetricError, match="bridge: by must be one of channel, customer, tier, category, got 'chanel'"):
        sales_cells(shop(), Days(Window(MARCH, APRIL)), by="chanel")


def test_a_period_that_sold_nothing_lost_everything_to_its_first_step() -> None:
    may = dt.datetime(2025, 5, 1), dt.datetime(2025, 6, 1)

    (found,) = bridge(shop(), [Period("dates", MARCH, APRIL)], Window(may[0], may[1]))

    assert (found.after, found.change) == (Decimal(0), Decimal("-150.00"))
    assert amounts(found.factors)["traffic"] == Decimal("-150.00")
    for frame in found.segments.values():
        assert sum(frame["amount"], Decimal(0)) == found.change


def test_a_shop_with_orders_only_is_split_by_what_it_has() -> None:
    orders = {"orders": shop()["orders"].drop("channel", "paid_at")}

    (found,) = bridge(orders, [Period("previous", FEBRUARY, MARCH)], Window(MARCH, APRIL))

    assert found.factors["factor"].tolist() == ["order_count", "order_value"]
    assert set(found.segments) == {"customer"}
