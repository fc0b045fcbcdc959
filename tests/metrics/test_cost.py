import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import ibis
import pytest

from retro.metrics import acquisition_cost, campaign_cost
from retro.metrics.cost import with_recorded
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]

WEEK = Window(at("2025-01-10"), at("2025-01-17"))


@pytest.fixture
def costs(table: MakeTable) -> ibis.Table:
    return table(
        "campaign_id category amount",
        [
            ("week", "media", "300.00"),
            ("week", "media", "0.10"),
            ("week", "sms", "100.20"),
            ("week", "labour", "599.70"),
            ("other", "media", "9999.00"),
        ],
    )


@pytest.fixture
def users(table: MakeTable) -> ibis.Table:
    return table("user_id registered_at", [(str(hour), f"2025-01-10T{hour:02}:00") for hour in range(3)])


def test_campaign_cost_is_largest_first_and_exact(costs: ibis.Table) -> None:
    frame = campaign_cost(costs, "week")
    assert frame["category"].tolist() == ["labour", "media", "sms"]
    assert frame["amount"].tolist() == [Decimal("599.70"), Decimal("300.10"), Decimal("100.20")]
    assert frame["share"].tolist() == pytest.approx([0.5997, 0.3001, 0.1002])


def test_campaign_cost_of_nothing_booked_is_empty(costs: ibis.Table) -> None:
    frame = campaign_cost(costs, "unknown")
    assert frame.columns.tolist() == ["category", "amount", "share"]
    assert frame.empty


def test_acquisition_cost_gives_both_definitions(costs: ibis.Table, users: ibis.Table) -> None:
    frame = acquisition_cost(costs, users, WEEK, campaign_id="week")
    assert frame["definition"].tolist() == ["acquisition_only", "all_cost"]
    assert frame["cost"].tolist() == [Decimal("400.30"), Decimal("1000.00")]
    assert frame["new_users"].tolist() == [3, 3]
    assert frame["cac"].tolist() == [Decimal("133.43"), Decimal("333.33")]


def test_acquisition_cost_takes_the_categories_given(costs: ibis.Table, users: ibis.Table) -> None:
    frame = acquisition_cost(costs, users, WEEK, campaign_id="week", categories=["sms"])
    assert frame.loc[0, "cost"] == Decimal("100.20")


def test_acquisition_cost_without_new_users_is_missing(costs: ibis.Table, table: MakeTable) -> None:
    frame = acquisition_cost(costs, table("user_id registered_at", []), WEEK, campaign_id="week")
    assert frame["cac"].tolist() == [None, None]


def test_acquisition_cost_of_nothing_booked_is_missing_not_zero(costs: ibis.Table, users: ibis.Table) -> None:
    frame = acquisition_cost(costs, users, WEEK, campaign_id="unknown")
    assert frame["cost"].tolist() == [Decimal(0), Decimal(0)]
    assert frame["cac"].tolist() == [None, None]


PIECES = [("2025-01-10T09:00", "20.00"), ("2025-01-16T23:00", "0.50"), ("2025-01-17T00:00", "99.00")]


def test_pieces_of_content_cost_what_nothing_else_is_booked_for(costs: ibis.Table, table: MakeTable) -> None:
    pieces = table("published_at cost_amount", PIECES)

    known = with_recorded({"campaign_costs": costs, "content_pieces": pieces}, WEEK, "creators")
    assert known is not None
    assert campaign_cost(known, "creators").values.tolist() == [["content", Decimal("20.50"), 1.0]]
    assert len(campaign_cost(known, "week")) == 3


def test_without_the_table_of_costs_what_a_campaign_cost_beside_content_is_unknown(table: MakeTable) -> None:
    assert with_recorded({"content_pieces": table("published_at cost_amount", PIECES)}, WEEK, "creators") is None


def test_booked_costs_are_those_of_a_campaign_with_content(costs: ibis.Table, table: MakeTable) -> None:
    """They may hold the creators' fees already, under any category."""
    pieces = table("published_at cost_amount", PIECES)

    assert with_recorded({"campaign_costs": costs, "content_pieces": pieces}, WEEK, "week") is costs


def test_a_piece_of_unknown_cost_leaves_all_unknown(costs: ibis.Table, table: MakeTable) -> None:
    pieces = table("published_at cost_amount", [*PIECES, ("2025-01-12T09:00", None)])

    assert with_recorded({"campaign_costs": costs, "content_pieces": pieces}, WEEK, "creators") is costs
    unpriced = pieces.drop("cost_amount")
    assert with_recorded({"campaign_costs": costs, "content_pieces": unpriced}, WEEK, "creators") is costs
    assert with_recorded({"campaign_costs": costs}, WEEK, "creators") is costs


MESSAGES = [
    ("wake", "2025-01-10T09:00", "0.05"),
    ("wake", "2025-01-16T23:00", "0.02"),
    ("wake", "2025-01-17T00:00", "9.00"),
    ("other", "2025-01-11T09:00", "7.00"),
]


def test_messages_cost_a_campaign_what_nothing_else_is_booked_for(costs: ibis.Table, table: MakeTable) -> None:
    contacts = table("campaign_id contacted_at cost_amount", MESSAGES)

    known = with_recorded({"campaign_costs": costs, "contacts": contacts}, WEEK, "wake")
    assert known is not None
    assert campaign_cost(known, "wake").values.tolist() == [["messages", Decimal("0.07"), 1.0]]
    assert known.filter(known.recorded).campaign_id.execute().unique().tolist() == ["wake"]
    assert not known.recorded.execute().all()
    assert with_recorded({"campaign_costs": costs, "contacts": contacts}, WEEK, "week") is costs


def test_messages_that_name_no_campaign_are_those_of_its_days(costs: ibis.Table, table: MakeTable) -> None:
    contacts = table("contacted_at cost_amount", [row[1:] for row in MESSAGES])

    known = with_recorded({"campaign_costs": costs, "contacts": contacts}, WEEK, "wake")
    assert known is not None
    assert campaign_cost(known, "wake")["amount"].tolist() == [Decimal("7.07")]


def test_an_invitation_without_a_reward_was_not_rewarded(costs: ibis.Table, table: MakeTable) -> None:
    """Beside a message without a cost, nothing is known of what all cost."""
    sent = [("2025-01-10T09:00", "80.00"), ("2025-01-11T09:00", None), ("2025-01-17T09:00", "80.00")]
    shop = {"campaign_costs": costs, "invitations": table("invited_at reward_amount", sent)}

    known = with_recorded(shop, WEEK, "friends")
    assert known is not None
    assert campaign_cost(known, "friends").values.tolist() == [["rewards", Decimal("80.00"), 1.0]]
    unpriced = table("contacted_at cost_amount", [("2025-01-10T09:00", None)])
    assert with_recorded(shop | {"contacts": unpriced}, WEEK, "friends") is costs
    unrewarded = {"campaign_costs": costs, "invitations": table("invited_at reward_amount", sent[1:2])}
    kept = with_recorded(unrewarded, WEEK, "friends")
    assert kept is not None
    assert campaign_cost(kept, "friends").empty
