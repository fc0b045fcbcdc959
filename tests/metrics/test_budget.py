from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace

import ibis
import pandas as pd
import pytest

from retro.metrics.budget import budget, labour, per_operator, period_costs
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
QUARTER = Window(at("2025-01-01"), at("2025-04-01"))


@pytest.fixture
def costs(table: MakeTable) -> ibis.Table:
    return table(
        "campaign_id category incurred_on amount",
        [
            ("w", "media", "2025-01-10", "60.00"),
            ("w", "labour", "2025-01-11", "20.00"),
            ("n", "media", "2024-12-31", "30.00"),
            ("office", "technology", "2025-02-01", "7.00"),
            (None, "other", "2025-02-01", "1.00"),
            ("office", "technology", "2025-04-01", "99.00"),
        ],
    )


def compared(state: str = "recorded", cost: str = "30.00") -> pd.DataFrame:
    rows = [
        ("q/week", "Week", "recorded", Decimal("80.00"), Decimal("200.00"), 6),
        ("q/night", "Night", state, Decimal(cost) if state == "recorded" else None, None, None),
    ]
    columns = ["report", "title", "state", "campaign_cost", "net_revenue", "new_users"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


CAMPAIGNS = pd.DataFrame(
    {"report": ["q/week", "q/night"], "campaign_id": ["w", "n"], "budget": ["100", None]}, dtype=object
)


def test_what_was_used_adds_up_to_everything_booked(costs: ibis.Table) -> None:
    frame = budget(compared(), CAMPAIGNS, costs, QUARTER, planned=Decimal(120))

    assert frame["row"].tolist() == ["q/week", "q/night", "outside", "total"]
    assert frame["used"].tolist() == [Decimal("80.00"), Decimal("30.00"), Decimal("8.00"), Decimal("118.00")]
    assert frame["booked"].tolist() == frame["used"].tolist()
    assert frame["left"].tolist() == [Decimal("20.00"), None, None, Decimal("2.00")]
    assert frame["used_rate"].iloc[0] == 0.8


def test_a_missing_campaign_leaves_the_total_open(costs: ibis.Table) -> None:
    frame = budget(compared("breached"), CAMPAIGNS, costs, QUARTER, planned=Decimal(120))

    assert frame["used"].tolist()[1::2] == [None, None]
    assert frame["left"].iloc[-1] is None
    assert frame["booked"].iloc[-1] == Decimal("118.00")


def test_costs_are_set_against_sales_and_their_band(costs: ibis.Table) -> None:
    bands = {
        "marketing": SimpleNamespace(categories=["media", "sms"], low=Decimal("0.05"), high=Decimal("0.07")),
        "technology": SimpleNamespace(categories=["technology"], low=Decimal("0.01"), high=Decimal("0.02")),
    }
    totals = pd.DataFrame({"gmv": [Decimal("1000.00")]})

    everyday = costs.mutate(campaign_id=ibis.ifelse(costs.campaign_id == "office", "everyday", costs.campaign_id))
    frame = period_costs(everyday, bands, QUARTER, totals=totals)

    assert frame["group"].tolist() == ["marketing", "technology", "rest"]
    assert frame["amount"].tolist() == [Decimal("60.00"), Decimal("7.00"), Decimal("21.00")]
    assert frame["share"].tolist() == [0.06, 0.007, 0.021]
    assert frame["place"].tolist() == ["within", "below", None]
    assert frame["everyday"].tolist() == [Decimal("0.00"), Decimal("7.00"), Decimal("0.00")]


def test_without_everyday_marketing_only_what_is_above_its_band_can_be_told(costs: ibis.Table) -> None:
    bands = {
        "marketing": SimpleNamespace(categories=["media", "sms"], low=Decimal("0.05"), high=Decimal("0.055")),
        "technology": SimpleNamespace(categories=["technology"], low=Decimal("0.01"), high=Decimal("0.02")),
        "labour": SimpleNamespace(categories=["labour"], low=Decimal("0.01"), high=Decimal("0.03")),
    }
    frame = period_costs(costs, bands, QUARTER, totals=pd.DataFrame({"gmv": [Decimal("1000.00")]}))

    assert frame["place"].tolist() == ["above", None, None, None]
    assert frame["everyday"].isna().all()


def test_labour_is_told_where_it_is_booked(costs: ibis.Table) -> None:
    week, night = labour(compared(), CAMPAIGNS, costs).to_dict("records")

    assert (week["labour"], week["cost_share"]) == (Decimal("20.00"), 0.25)
    assert (week["new_users_per_thousand"], week["revenue_per_unit"]) == (300, Decimal("10.00"))
    assert night["labour"] is None
    assert pd.isna(night["cost_share"])


def test_members_are_shared_among_operators(table: MakeTable) -> None:
    users = table("user_id registered_at", [("a", "2025-01-01"), ("b", "2025-03-31T23:59"), ("c", "2025-04-01")])

    assert per_operator(users, 4, Window(at("2025-01-01"), at("2025-04-01"))).values.tolist() == [
        [2, 4, Decimal("0.50")]
    ]
    assert per_operator(users, None, Window(at("2025-01-01"), at("2025-04-01")))["members_per_operator"].tolist() == [
        None
    ]
