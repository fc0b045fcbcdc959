"""Twenty coupons by hand: twelve expanded, seven of them used, against six of the eight that did not."""

import datetime as dt
from decimal import Decimal

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from retro.economics import UnitEconomics
from retro.errors import MetricError
from retro.metrics import coupon_expansion
from retro.periods import Window

START, END = dt.datetime(2025, 3, 26), dt.datetime(2025, 3, 27)
ISSUED, GROWN, DAY = dt.datetime(2025, 3, 22), dt.datetime(2025, 3, 23), dt.datetime(2025, 3, 26, 20)
WINDOW = Window(START, END)


def coupon(place: int, expanded: bool) -> tuple[object, ...]:
    used = f"o{place}" if place < (7 if expanded else 18) and place not in (12, 13) else None
    face = Decimal(30 if expanded else 10)
    return f"c{place}", "day", Decimal(10), face, ISSUED, GROWN if expanded else pd.NaT, used


COUPONS = pd.DataFrame(
    [
        *[coupon(place, expanded=True) for place in range(12)],
        *[coupon(place, expanded=False) for place in range(12, 20)],
        ("x1", "day", None, Decimal(5), ISSUED, pd.NaT, None),  # cannot expand
        ("x2", "other", Decimal(10), Decimal(10), ISSUED, pd.NaT, None),
        ("x3", "day", Decimal(10), Decimal(10), END, pd.NaT, None),  # issued after it
    ],
    columns=[
        "coupon_id", "campaign_id", "issued_face_amount", "face_amount", "issued_at", "expanded_at", "order_id",
    ],
)  # fmt: skip
USED = [*range(7), 14, 15, 16, 17]
ORDERS = pd.DataFrame(
    [(f"o{place}", "u", DAY, "paid", Decimal(100), Decimal(130 if place < 12 else 110)) for place in USED],
    columns=["order_id", "user_id", "ordered_at", "status", "amount", "list_amount"],
)
PARTS = {
    "order_items": pd.DataFrame(
        [(f"o{place}", "p", 1) for place in USED], columns=["order_id", "product_id", "quantity"]
    ),
    "products": pd.DataFrame([("p", Decimal(60))], columns=["product_id", "unit_cost"]),
}


def held(frame: pd.DataFrame) -> ibis.Table:
    """A frame as a table whose amounts are decimals of money."""
    money = [name for name in frame.columns if name.endswith(("amount", "cost"))]
    plain = pa.Table.from_pandas(frame.drop(columns=money), preserve_index=False)
    for name in money:
        plain = plain.append_column(name, pa.array(frame[name].tolist(), pa.decimal128(18, 2)))
    return ibis.memtable(plain)


def count(orders: pd.DataFrame = ORDERS, coupons: pd.DataFrame = COUPONS, **parts: pd.DataFrame) -> pd.DataFrame:
    more = {name: held(frame) for name, frame in (PARTS | parts).items()}
    return coupon_expansion(
        held(orders), held(coupons), more, WINDOW, campaign_id="day", economics=UnitEconomics()
    ).set_index("group")  # type: ignore[arg-type]


def test_coupons_are_followed_from_issue_to_what_their_subsidy_bought() -> None:
    frame = count(orders=ORDERS)

    assert frame.index.tolist() == ["expanded", "not_expanded", "all"]
    assert frame[["issued", "used"]].to_numpy().tolist() == [[12, 7], [8, 4], [20, 11]]
    assert frame["expanding_redemption_rate"].round(4).tolist() == [0.5833, 0.5, 0.55]
    assert frame["face_issued"].tolist() == [Decimal(120), Decimal(80), Decimal(200)]
    assert frame["face"].tolist() == [Decimal(360), Decimal(80), Decimal(440)]
    whole = frame.loc["all"]
    assert (whole["subsidy_issued"], whole["subsidy"]) == (Decimal(110), Decimal(250))
    assert (whole["gmv"], whole["contribution"]) == (Decimal(1100), Decimal(440))
    assert whole["gmv_per_subsidy"] == pytest.approx(4.4)
    assert whole["contribution_per_subsidy"] == pytest.approx(1.76)


def test_the_two_rates_are_compared_with_their_interval() -> None:
    frame = count()

    assert frame.loc["all", "gain"] == pytest.approx(7 / 12 - 0.5)
    # Newcombe: Wilson of 7/12 is 0.3195 to 0.8067, of 4/8 0.2152 to 0.7848.
    assert frame.loc["all", "gain_low"] == pytest.approx(0.0833 - (0.2638**2 + 0.2848**2) ** 0.5, abs=2e-4)
    assert frame.loc["all", "gain_high"] == pytest.approx(0.0833 + (0.2234**2 + 0.2848**2) ** 0.5, abs=2e-4)
    assert frame.loc[["expanded", "not_expanded"], "gain"].isna().all()


def test_amounts_of_a_few_are_not_told() -> None:
    row = count().loc["not_expanded"]

    assert row[["subsidy", "gmv", "contribution"]].tolist() == [None, None, None]
    assert row[["gmv_per_subsidy", "contribution_per_subsidy"]].isna().all()


def test_a_coupon_on_an_order_that_does_not_count_is_not_used() -> None:
    frame = count(ORDERS.assign(status=["cancelled", *["paid"] * 10]))

    assert frame["used"].tolist() == [6, 4, 10]


def test_contribution_is_missing_where_goods_have_no_cost() -> None:
    frame = count(products=pd.DataFrame([("q", Decimal(60))], columns=["product_id", "unit_cost"]))

    assert frame.loc["all", "contribution"] is None
    assert frame.loc["all", "gmv"] == Decimal(1100)


def test_a_shop_whose_coupons_do_not_expand_has_no_rows() -> None:
    assert count(coupons=COUPONS.drop(columns=["expanded_at"])).empty
    assert count(coupons=COUPONS.assign(campaign_id="other")).empty


def test_a_table_without_a_column_is_refused() -> None:
    with pytest.raises(MetricError, match="coupons: column 'face_amount' must be in the table"):
        count(coupons=COUPONS.drop(columns="face_amount"))
