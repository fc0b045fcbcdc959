import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pytest

from retro.economics import UnitEconomics
from retro.metrics.channels import channels
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
HALF = UnitEconomics(margin_rate=Decimal("0.5"))
ASKED = Window(at("2025-01-10"), at("2025-01-17"), at("2025-03-01"))


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    """Ann is an old customer of the app; bob is new there, eve new on the web and back after 40 days."""
    return table(
        "order_id user_id ordered_at status amount channel",
        [
            ("0", "ann", "2025-01-01T10:00", "paid", "10.00", "app"),
            ("1", "ann", "2025-01-11T10:00", "paid", "20.00", "app"),
            ("2", "bob", "2025-01-11T10:00", "paid", "30.00", "app"),
            ("3", "bob", "2025-01-20T10:00", "paid", "8.00", "web"),
            ("4", "eve", "2025-01-12T10:00", "paid", "40.00", "web"),
            ("5", "eve", "2025-02-21T10:00", "paid", "60.00", "web"),
            ("6", "eve", "2025-01-12T11:00", "refunded", "99.00", "web"),
        ],
    )


@pytest.fixture
def parts(table: MakeTable) -> dict[str, ibis.Table]:
    rows = [("week", "app", "15.00"), ("week", "live", "5.00"), ("week", None, "7.00"), ("other", "app", "99.00")]
    return {"campaign_costs": table("campaign_id channel amount", rows)}


def test_each_channel_has_its_cost_and_what_its_buyers_brought(
    orders: ibis.Table, parts: dict[str, ibis.Table]
) -> None:
    frame = channels(orders, parts, ASKED, days=(30, 90), campaign_id="week", economics=HALF)

    d = Decimal
    ratios = ["roas", "value_per_cac_30", "value_per_cac_90"]
    assert frame.drop(columns=ratios).to_numpy().tolist() == [
        ["app", d("15.00"), 2, 1, 2, d("50.00"), d("25.00"), d("18.50"), d("19.00"), None],
        ["live", d("5.00"), 0, 0, 0, d("0.00"), d("0.00"), None, None, None],
        ["web", None, 1, 1, 1, d("40.00"), d("20.00"), None, d("20.00"), None],
        [None, d("7.00"), None, None, None, None, None, None, None, None],
    ]
    assert frame["roas"][0] == pytest.approx(50 / 15)
    assert frame["value_per_cac_30"][0] == pytest.approx(19 / 18.5)  # 15 of its own, and half of the 7 of no channel
    assert frame["value_per_cac_30"].isna().tolist() == [False, True, True, True]  # nobody, nothing booked, shared
    assert frame["value_per_cac_90"].isna().all()


def test_orders_without_a_channel_leave_everything_but_the_cost_open(
    orders: ibis.Table, parts: dict[str, ibis.Table]
) -> None:
    frame = channels(orders.drop("channel"), parts, ASKED, campaign_id="week", economics=HALF)

    assert frame["spend"].tolist() == [Decimal("15.00"), Decimal("5.00"), Decimal("7.00")]
    assert frame.drop(columns=["channel", "spend"]).isna().all(axis=None)


def test_a_campaign_without_booked_costs_has_channels_whose_cost_is_not_known(
    orders: ibis.Table, parts: dict[str, ibis.Table]
) -> None:
    frame = channels(orders, parts, ASKED, campaign_id="unheard of", economics=HALF)

    assert frame["gmv"].notna().all()
    assert frame["spend"].isna().all()
    assert frame["cac"].isna().all()


def test_without_costs_of_goods_value_is_open_and_sales_are_not(
    orders: ibis.Table, parts: dict[str, ibis.Table]
) -> None:
    frame = channels(orders, parts, ASKED, economics=UnitEconomics(), campaign_id="week")

    assert frame["gmv"][0] == Decimal("50.00")
    assert frame["contribution"][0] is None
    assert frame["value_30"][0] is None
