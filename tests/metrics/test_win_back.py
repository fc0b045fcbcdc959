"""Old customers won back, by hand, and on the public shop whose customers came back by themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.errors import MetricError
from retro.metrics.win_back import (
    SilentBuyers,
    silent_buyers,
    told,
    win_back,
    win_back_after,
    win_back_days,
    win_back_groups,
    win_back_lift,
)
from retro.periods import Window
from retro.sources import Tables

at = dt.datetime.fromisoformat
START = at("2025-06-01")
WINDOW = Window(START, at("2025-06-08"), at("2025-08-01"))
ORDERS = "order_id user_id ordered_at status amount"
SOLD = [
    ("o1", "a", "2025-02-01T10:00", "paid", "10.00"),
    ("o2", "b", "2025-02-02T10:00", "paid", "20.00"),
    ("o3", "c", "2025-02-03T10:00", "paid", "30.00"),
    ("o4", "d", "2025-02-04T10:00", "paid", "40.00"),
    ("o5", "e", "2025-02-05T10:00", "paid", "50.00"),
    ("o6", "lately", "2025-05-20T10:00", "paid", "60.00"),  # ordered in the 90 days before
    ("o7", "eve", "2025-02-06T10:00", "paid", "70.00"),  # was there on the day before
    ("o8", "a", "2025-06-01T12:00", "paid", "5.00"),  # back on the first day
    ("o9", "b", "2025-06-10T12:00", "paid", "7.50"),  # on the tenth day
    ("o10", "b", "2025-06-11T12:00", "paid", "2.50"),
    ("o11", "c", "2025-06-05T12:00", "cancelled", "9.00"),
    ("o12", "d", "2025-06-12T12:00", "paid", "8.00"),
    ("o13", "a", "2025-06-20T12:00", "paid", "30.00"),  # in the month after
    *((f"x{month}", "other", f"2025-0{month}-15T10:00", "paid", "1.00") for month in range(1, 8)),
]
SEEN = [
    ("eve", "view", "2025-05-31T20:00"),
    ("c", "view", "2025-06-03T20:00"),
    ("a", "view", "2025-06-01T11:00"),
    ("a", "view", "2025-06-16T11:00"),  # in the week from 4 days after the returns counted
    ("e", "register", "2025-06-02T11:00"),  # no visit
    *(("other", "view", f"2025-0{month}-15T10:00") for month in range(1, 8)),
]
SENT = [
    ("a", "spring", "2025-06-01T09:00", "sms", "2025-06-01T10:00", "0.05"),
    ("a", "spring", "2025-06-02T09:00", "app", None, "0.01"),
    ("b", "spring", "2025-06-01T09:00", "app", None, "0.01"),
    ("c", "another", "2025-06-01T09:00", "sms", None, "0.05"),
]
ARMS = [("wake", "a", "in"), ("wake", "b", "in"), ("wake", "c", "in"), ("wake", "d", "out"), ("wake", "e", "out")]

Table = Callable[..., ibis.Table]


@pytest.fixture
def shop(table: Table) -> dict[str, ibis.Table]:
    return {
        "events": table("user_id event occurred_at", SEEN),
        "contacts": table("user_id campaign_id contacted_at channel opened_at cost_amount", SENT),
        "exposures": table("experiment_id unit_id arm", ARMS),
    }


@pytest.fixture
def find(table: Table, shop: dict[str, ibis.Table]) -> Callable[..., SilentBuyers]:
    def found(*without: str, window: Window = WINDOW, rows: list[Any] = SOLD, **keys: Any) -> SilentBuyers:
        known = {name: one for name, one in shop.items() if name not in without}
        asked = {"campaign_id": "spring", "arms": ("wake", "in", "out"), "no_order_days": 90, "no_visit_days": 1}
        return silent_buyers(table(ORDERS, rows), known, window, **{**asked, "within_days": 14, **keys})

    return found


def rows(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {row["group"]: row for row in frame.to_dict("records")}


def test_who_is_eligible_reached_and_back(find: Callable[..., SilentBuyers]) -> None:
    groups = rows(win_back(find()))

    counts = {
        name: [row[one] for one in ("members", "reached", "opened", "came", "buyers")] for name, row in groups.items()
    }
    assert counts == {"eligible": [5, 2, 1, 4, 3], "treated": [3, 2, 1, 3, 2], "held_out": [2, 0, 0, 1, 1]}
    assert (groups["treated"]["gmv"], groups["treated"]["cost"]) == (Decimal("15.00"), Decimal("0.07"))
    assert groups["treated"]["rate"] == pytest.approx(2 / 3)
    assert groups["treated"]["whole"]


def test_the_lift_is_the_difference_to_those_held_out(find: Callable[..., SilentBuyers], table: Table) -> None:
    frame = win_back(find())
    costs = {"campaign_costs": table("campaign_id amount", [("spring", "12.00"), ("another", "99.00")])}
    lift = win_back_lift(frame, costs, campaign_id="spring").set_index("what")

    assert lift.loc["buyers", "difference"] == pytest.approx(2 / 3 - 1 / 2)
    assert lift.loc["buyers", "extra"] == pytest.approx(0.5)
    assert lift.loc["buyers", "low"] < 0 < lift.loc["buyers", "high"]
    assert lift.loc["buyers", "cost"] == Decimal("12.00")
    assert pd.isna(lift.loc["buyers", "cost_per_extra"])  # no effect is established, so nothing was bought
    assert win_back_lift(frame, {}, campaign_id="spring")["cost"].tolist() == [Decimal("0.07")] * 2


def test_an_established_effect_has_its_cost(find: Callable[..., SilentBuyers]) -> None:
    frame = win_back(find()).assign(
        members=[2000, 1000, 1000],
        rate=[0.06, 0.1, 0.02],
        low=[0.05, 0.08, 0.013],
        high=[0.07, 0.12, 0.03],
        cost=Decimal(40),
    )
    lift = win_back_lift(frame, {}, campaign_id="spring").iloc[0]

    assert (lift["extra"], lift["cost_per_extra"]) == (pytest.approx(80), pytest.approx(0.5))
    assert lift["cost_low"] < 0.5 < lift["cost_high"]


def test_a_campaign_told_somebody_only_by_its_own_messages_while_it_ran(shop: dict[str, ibis.Table]) -> None:
    assert told(shop["contacts"], WINDOW, campaign_id="spring")
    assert not told(shop["contacts"], WINDOW, campaign_id="autumn")
    assert not told(shop["contacts"], Window(WINDOW.end, WINDOW.end + dt.timedelta(days=9)), campaign_id="spring")


def test_tiers_and_channels(find: Callable[..., SilentBuyers]) -> None:
    frame = win_back_groups(find())
    told = frame[["dimension", "value", "members", "buyers", "held_members", "held_buyers"]].astype(object)

    assert told.where(told.notna(), None).to_numpy().tolist() == [
        ["stars", "1", 1, 1, None, None],
        ["stars", "2", 1, 1, None, None],
        ["stars", "3", 1, 0, None, None],
        ["channel", "app", 1, 1, None, None],
        ["channel", "sms", 1, 1, None, None],
    ]
    assert frame["cost"].tolist()[-2:] == [Decimal("0.01"), Decimal("0.06")]  # by the first message


def test_the_days_of_the_first_order(find: Callable[..., SilentBuyers]) -> None:
    frame = win_back_days(find())
    treated = frame[frame["group"] == "treated"].set_index("day")

    assert [treated.loc[day, "buyers"] for day in (1, 9, 10, 14)] == [1, 1, 2, 2]
    assert treated.loc[14, "share"] == pytest.approx(2 / 3)
    assert set(frame["group"]) == {"treated", "held_out"}


def test_who_stayed_and_the_month_after(find: Callable[..., SilentBuyers], table: Table, shop: dict[str, Any]) -> None:
    after = win_back_after(find(), table(ORDERS, SOLD), shop, active_days=(1, 60)).to_dict("records")

    assert [after[0][one] for one in ("back", "active", "month_active")] == [3, 1, 1]
    assert (after[0]["month_gmv"], after[0]["arpu"]) == (Decimal("30.00"), Decimal("30.00"))
    assert pd.isna(after[1]["active"])  # that week is not observed


def test_a_shop_without_log_messages_and_experiment(find: Callable[..., SilentBuyers]) -> None:
    found = find("events", "contacts", "exposures")
    (row,) = win_back(found).to_dict("records")

    assert (row["group"], row["members"], row["buyers"]) == ("eligible", 6, 3)  # who was there the day before, too
    assert pd.isna(row["came"])
    assert pd.isna(row["reached"])
    assert row["cost"] is None
    assert win_back_lift(win_back(found), {}, campaign_id="spring").empty
    assert set(win_back_days(found)["group"]) == {"eligible"}


def test_without_people_held_out_it_is_for_whom_it_reached(find: Callable[..., SilentBuyers]) -> None:
    groups = rows(win_back(find(arms=None)))

    assert set(groups) == {"eligible", "treated"}
    assert groups["treated"]["members"] == 2


def test_returns_by_the_tier_that_the_shop_gave_when_it_sent(
    find: Callable[..., SilentBuyers], shop: dict[str, ibis.Table]
) -> None:
    sent_at = shop["contacts"].contacted_at
    stars = ibis.cases(
        (sent_at == ibis.literal(at("2025-06-02T09:00")), 2), (shop["contacts"].user_id == "a", 4), else_=1
    )
    shop["contacts"] = shop["contacts"].mutate(star=stars)
    frame = win_back_groups(find())

    sent = frame[frame["dimension"] == "star"]
    assert sent[["value", "members", "buyers"]].to_numpy().tolist() == [["1", 1, 1], ["4", 1, 1]]  # b, and a's first
    assert sent["held_members"].isna().all(), "nobody held out was sent anything"


def test_days_that_are_not_over_are_said(find: Callable[..., SilentBuyers]) -> None:
    found = find(window=Window(START, at("2025-06-08"), at("2025-06-05")))

    assert not win_back(found)["whole"].any()
    assert win_back_days(found)["day"].max() == 4


def test_a_short_history_tells_nobody(find: Callable[..., SilentBuyers], table: Table) -> None:
    found = find(rows=SOLD[5:6])

    assert win_back(found).empty
    assert win_back_groups(found).empty
    assert win_back_days(found).empty
    assert win_back_after(found, table(ORDERS, SOLD), {}).empty


def test_days_below_one_are_refused(find: Callable[..., SilentBuyers]) -> None:
    with pytest.raises(MetricError, match="metrics: no_order_days must be at least 1, got 0"):
        find(no_order_days=0)


def test_silent_customers_of_the_public_shop_who_came_back(online_retail: Tables) -> None:
    """545 had been silent for 180 days on 2011-09-01; 59 came back within 30 days, and nobody was contacted."""
    window = Window(at("2011-09-01"), at("2011-10-01"), at("2011-12-09T12:51"))
    found = silent_buyers(online_retail.orders, {}, window, campaign_id="00002")
    (row,) = win_back(found).to_dict("records")
    after = win_back_after(found, online_retail.orders, {})

    assert (row["group"], row["members"], row["buyers"]) == ("eligible", 545, 59)
    assert after[["back", "active"]].to_numpy().tolist() == [[59, 3], [59, 9]]
