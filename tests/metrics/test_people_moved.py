"""People moved: a shop of 400 members by two channels, in which those of one stop coming."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis
import pandas as pd
import pytest

from retro.campaigns.quarter import Taken
from retro.metrics import newcomers_moved, people_moved
from retro.periods import Window

FEBRUARY, MARCH, APRIL = dt.datetime(2025, 2, 1), dt.datetime(2025, 3, 1), dt.datetime(2025, 4, 1)
DAY = dt.timedelta(days=1)


def shop(*, observed_before: bool = True) -> dict[str, ibis.Table]:
    """All of 200 members of each channel come in February; in March all of the web's, and half of the app's.

    Of those who come, every second one buys, on the web; of the app's in March, nobody does.
    """  # fmt: skip
    users, events, orders = [], [], []
    for channel in ("app", "web"):
        for number in range(200):
            user = f"{channel}-{number}"
            users.append((user, dt.datetime(2025, 1, 1), channel))
            for month in (FEBRUARY, MARCH)[0 if observed_before else 1 :]:
                if channel == "app" and month == MARCH and number % 2:
                    continue
                events.append((user, "browse", month + number % 28 * DAY))
                if number % 4 == 0 and (channel == "web" or month == FEBRUARY):
                    orders.append((f"o{len(orders)}", user, month + number % 28 * DAY, "paid", Decimal(10)))
    columns = ["order_id", "user_id", "ordered_at", "status", "amount"]
    return {
        "users": ibis.memtable(pd.DataFrame(users, columns=["user_id", "registered_at", "channel"])),
        "events": ibis.memtable(pd.DataFrame(events, columns=["user_id", "event", "occurred_at"])),
        "orders": ibis.memtable(
            pd.DataFrame(orders, columns=columns), schema={"order_id": "string", "user_id": "string",
            "ordered_at": "timestamp", "status": "string", "amount": "decimal(12, 2)"},
        ),
    }  # fmt: skip


def found(tables: dict[str, ibis.Table]) -> dict[tuple[str, str, str, str], dict[str, Any]]:
    frame = people_moved(tables, Window(MARCH, APRIL), high_value=1000)
    keys = ("figure", "dimension", "segment", "factor")
    return {tuple(row[key] for key in keys): row for row in frame.to_dict("records")}  # type: ignore[misc]  # four keys


def test_the_channel_whose_members_stay_away_is_the_cause() -> None:
    rows = found(shop())

    app = rows["activity_rate", "channel", "app", "activity_rate"]
    # The web's stayed, so all 200 of the app's were to come: 100 did.
    assert (app["before"], app["expected"], app["after"], app["units"]) == (1.0, 1.0, 0.5, 200)
    assert (app["cost"], app["is_cause"], app["unit"]) == (pytest.approx(-100), True, "users")
    assert not rows["activity_rate", "channel", "web", "activity_rate"]["is_cause"]


def test_members_who_came_in_the_period_are_newcomers_of_no_tier() -> None:
    tables = shop()
    late = tables["users"].mutate(registered_at=ibis.ifelse(ibis._.channel == "app", MARCH, ibis._.registered_at))

    rows = found({**tables, "users": late})

    assert ("activity_rate", "tier", "newcomer", "mix") not in rows  # nobody was one in February


def test_without_the_period_before_segments_are_set_beside_each_other() -> None:
    tables = shop()
    alone = {**tables, "events": tables["events"].filter(ibis._.occurred_at >= MARCH)}

    app = found(alone)["activity_rate", "channel", "app", "activity_rate"]

    assert (app["expected"], app["after"], pd.isna(app["before"])) == (1.0, 0.5, True)


def test_a_shop_without_events_locates_nobody() -> None:
    tables = shop()

    assert people_moved({"users": tables["users"]}, Window(MARCH, APRIL), high_value=1000).empty


def newcomers(tables: dict[str, ibis.Table], **source: str) -> pd.DataFrame:
    campaigns = pd.DataFrame(
        [{"report": "q/week", "state": "recorded", "start": pd.Timestamp(MARCH), "end": pd.Timestamp(MARCH + 7 * DAY)}]
    )
    sources = {"goal": Taken.model_validate({"report": "q/week", "figure": "day_1_retention_rate"} | source)}
    return newcomers_moved(tables, campaigns, sources, observed_until=APRIL, baseline_weeks=1)


def arrivals() -> dict[str, ibis.Table]:
    """100 a week by each channel; three in four are back the day after, of the app's in the campaign one in two."""
    users, events = [], [("user-0", "browse", MARCH - 30 * DAY)]
    for channel in ("app", "web"):
        for number in range(200):
            at = MARCH + dt.timedelta(days=number % 7, hours=9) - (7 * DAY if number < 100 else 0 * DAY)
            users.append((f"{channel}{number}", at, channel))
            back = number % 4 if channel == "web" or number < 100 else number % 2
            if back:
                events.append((f"{channel}{number}", "browse", at + DAY))
    return {
        "users": ibis.memtable(pd.DataFrame(users, columns=["user_id", "registered_at", "channel"])),
        "events": ibis.memtable(pd.DataFrame(events, columns=["user_id", "event", "occurred_at"])),
    }


def test_the_channel_whose_newcomers_stay_away_is_found() -> None:
    frame = newcomers(arrivals())

    (app,) = frame[(frame["segment"] == "app") & (frame["factor"] == "goal")].to_dict("records")
    assert (app["before"], app["expected"], app["after"], app["units"]) == (0.75, 0.75, 0.5, 100)
    assert (app["cost"], app["is_cause"]) == (pytest.approx(-25), True)


def test_other_figures_and_missing_campaigns_are_not_looked_at() -> None:
    assert newcomers(arrivals(), figure="gmv").empty
    assert newcomers(arrivals(), report="q/gone").empty
    assert newcomers({"users": arrivals()["users"]}).empty
