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
    assert frame["everyday"].isna().all()
    assert frame["whole_share"].isna().all()


def test_everyday_marketing_of_the_campaigns_days_stands_beside_its_cost(table: MakeTable, orders: ibis.Table) -> None:
    """Of 200 sold: 18 for the campaign's media and 10 for everyday media are 14 %, with 4 of technology 16 %."""
    rows = [("week", "media", "2025-02-20", "18.00"), ("everyday", "media", "2025-03-01", "6.00")]
    rows += [("everyday", "media", "2025-03-07", "4.00"), ("everyday", "technology", "2025-03-02", "4.00")]
    rows += [("everyday", "media", "2025-02-28", "99.00"), ("everyday", "media", "2025-03-08", "99.00")]
    costs = table("campaign_id category incurred_on amount", rows)
    costs = costs.mutate(incurred_on=costs.incurred_on.cast("date"))
    frame = cost_shares(costs, orders, GROUPS, WEEK, campaign_id="week")

    assert frame["group"].tolist() == ["marketing", "technology", "total"]
    assert frame["share"].tolist() == pytest.approx([0.09, 0, 0.09])
    assert frame["everyday"].tolist() == [Decimal("10.00"), Decimal("4.00"), Decimal("14.00")]
    assert frame["whole_share"].tolist() == pytest.approx([0.14, 0.02, 0.16])


def test_a_category_that_only_everyday_marketing_has_is_the_rest(table: MakeTable, orders: ibis.Table) -> None:
    rows = [("week", "media", "2025-03-01", "18.00"), ("everyday", "prizes", "2025-03-01", "2.00")]
    costs = table("campaign_id category incurred_on amount", rows)
    frame = cost_shares(
        costs.mutate(incurred_on=costs.incurred_on.cast("date")), orders, GROUPS, WEEK, campaign_id="week"
    )

    assert frame[["group", "cost", "everyday"]].to_numpy().tolist()[2:] == [
        ["rest", Decimal("0.00"), Decimal("2.00")],
        ["total", Decimal("18.00"), Decimal("2.00")],
    ]


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
