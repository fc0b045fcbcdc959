import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pytest

from retro.errors import MetricError
from retro.metrics.cost_shares import cost_shares
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
WEEK = Window(at("2025-03-01"), at("2025-03-08"))
GROUPS = {"marketing": ["media", "sms"], "technology": ["technology"]}


@pytest.fixture
def orders(table: MakeTable) -> ibis.Table:
    rows = [("1", "ann", "2025-03-01T10:00", "paid", "150.00"), ("2", "bob", "2025-03-07T10:00", "paid", "50.00")]
    rows += [("3", "bob", "2025-03-02T10:00", "refunded", "99.00"), ("4", "bob", "2025-03-08T00:00", "paid", "99.00")]
    return table("order_id user_id ordered_at status amount", rows)


def test_groups_and_the_rest_add_up_to_all_that_was_booked(table: MakeTable, orders: ibis.Table) -> None:
    rows = [("week", "media", "18.00"), ("week", "sms", "2.01"), ("week", "labour", "5.00"), ("other", "media", "9.00")]
    frame = cost_shares(table("campaign_id category amount", rows), orders, GROUPS, WEEK, campaign_id="week")

    assert frame["group"].tolist() == ["marketing", "technology", "rest", "total"]
    assert frame["cost"].tolist() == [Decimal("20.01"), Decimal("0.00"), Decimal("5.00"), Decimal("25.01")]
    assert set(frame["gmv"]) == {Decimal("200.00")}
    assert frame["share"].tolist() == pytest.approx([0.10005, 0, 0.025, 0.12505])


def test_nothing_booked_has_no_shares_and_nothing_sold_no_share(table: MakeTable, orders: ibis.Table) -> None:
    costs = table("campaign_id category amount", [("other", "media", "9.00")])

    assert cost_shares(costs, orders, GROUPS, WEEK, campaign_id="week").empty
    assert (
        cost_shares(costs, orders.filter(orders.order_id == "4"), GROUPS, WEEK, campaign_id="other")["share"]
        .isna()
        .all()
    )


def test_a_category_in_two_groups_is_refused(table: MakeTable, orders: ibis.Table) -> None:
    costs = table("campaign_id category amount", [])

    with pytest.raises(MetricError, match="groups must hold each category once, got 'sms' twice"):
        cost_shares(costs, orders, GROUPS | {"crm": ["sms"]}, WEEK, campaign_id="week")
