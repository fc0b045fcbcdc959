"""Losses: taken over from what months and campaigns recorded, and campaigns against their own targets."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd

from retro.campaigns.quarter import Taken
from retro.metrics import campaign_gaps, located, recorded_losses
from retro.metrics.campaigns_compared import AMOUNTS

PAYMENT = {
    "figure": "gmv", "dimension": "channel", "segment": "mini_program", "factor": "payment_rate", "expected": "0.95",
    "after": "0.8", "units": "200", "adjusted_p": "0.001", "incident": "payment",
    "incident_from": "2025-03-11 09:00:00", "incident_until": "2025-03-18 18:00:00",
}  # fmt: skip
STOCK = {"figure": "gmv", "dimension": "item", "segment": "Pan", "factor": "stock_out", "units": "9"}
SOURCES = {"night_gmv": Taken(report="q/night", figure="gmv"), "nps": Taken(report="q/week", figure="gmv")}


def figures(*rows: tuple[str, str, str | None, str | None, dict[str, str]]) -> pd.DataFrame:
    known = [
        {"report": report, "name": "x", "value": Decimal(value), "about": about}
        | {"low": low and Decimal(low), "high": high and Decimal(high)}
        for report, value, low, high, about in rows
    ]
    return pd.DataFrame(known, dtype=object)


def reviews() -> pd.DataFrame:
    return pd.DataFrame([{"report": "q/2025-03", "title": "March"}])


def test_a_loss_that_a_month_located_is_taken_over_whole() -> None:
    frame = recorded_losses(
        figures(("q/2025-03", "-50", None, None, PAYMENT), ("q/2025-03", "-9", None, None, {})), reviews(), SOURCES
    )

    (row,) = frame.to_dict("records")
    assert (row["figure"], row["report"], row["segment"], row["cost"]) == ("gmv", "q/2025-03", "mini_program", -50)
    assert (row["expected"], row["after"], row["units"], row["is_cause"]) == (0.95, 0.8, 200, True)
    assert row["incident_from"] == pd.Timestamp("2025-03-11 09:00")


def test_a_loss_that_a_campaign_located_is_one_of_the_goal_that_it_answers() -> None:
    frame = recorded_losses(
        figures(("q/night", "300", "200", "400", STOCK), ("q/other", "-1", None, None, STOCK)), reviews(), SOURCES
    )

    (row,) = frame.to_dict("records")
    assert (row["figure"], row["cost"], row["is_cause"]) == ("night_gmv", -300, True)
    unsure = recorded_losses(figures(("q/night", "300", "-1", "400", STOCK)), reviews(), SOURCES)
    assert not unsure["is_cause"].any()


def test_reports_without_losses_locate_none() -> None:
    empty = pd.DataFrame(columns=["report", "name", "value", "low", "high", "about"], dtype=object)

    assert recorded_losses(empty, reviews(), SOURCES).empty
    assert located(empty.iloc[:0]).empty


def compared(*nets: tuple[str, float, float]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for report, net, half in nets:
        row = {"report": report, "title": report[2:], "state": "recorded", "new_users": 90, **dict.fromkeys(AMOUNTS)}
        row |= {"campaign_cost": Decimal(30), "net_contribution": net}
        rows.append(row | {"net_contribution_low": net - half, "net_contribution_high": net + half})
    return pd.DataFrame(rows)


def test_campaigns_are_held_against_their_own_targets_and_against_nothing() -> None:
    campaigns = pd.DataFrame(
        [
            {"report": "q/week", "budget": "20", "targets": {"new_users": "100"}},
            {"report": "q/night", "budget": None, "targets": None},
        ]
    )

    frame = campaign_gaps(campaigns, compared(("q/week", -10.0, 30.0), ("q/night", -200.0, 20.0)))

    found = {(row["figure"], row["segment"]): row for row in frame.to_dict("records")}
    assert list(frame["cost"]) == sorted(frame["cost"])
    night, week = found["campaigns_net_contribution", "night"], found["campaigns_net_contribution", "week"]
    assert (night["cost"], night["is_cause"], week["is_cause"]) == (-200, True, False)
    assert (found["campaigns_new_users", "week"]["cost"], found["campaigns_cost", "week"]["cost"]) == (-10, -10)
    assert found["campaigns_new_users", "week"]["unit"] == "users"
    assert len(found) == 4
