from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import ibis

from retro.metrics.activity import activity, activity_rates
from retro.metrics.dau_peak import dau_peak
from retro.periods import Window

at = dt.datetime.fromisoformat
MakeTable = Callable[..., ibis.Table]
WINDOW = Window(at("2025-01-01"), at("2025-03-01"))


def test_a_user_counts_once_a_day_and_not_for_registering(table: MakeTable) -> None:
    rows = [("ann", "view", "2025-01-01T00:00"), ("ann", "view", "2025-01-01T23:59"), ("bob", "register", "2025-01-01")]
    rows += [("ann", "view", "2025-01-03"), ("bob", "view", "2025-01-03"), (None, "view", "2025-01-03")]
    events = table("user_id event occurred_at", rows)

    frame = activity(events, Window(at("2025-01-01"), at("2025-01-04")))

    assert frame["dau"].tolist() == [1, 0, 2]


def test_a_lost_day_has_no_active_users_rather_than_none(table: MakeTable) -> None:
    """Twenty views a day since 1 January; of the campaign's week Wednesday was not exported, before it nothing is."""
    days = [at("2025-01-01") + dt.timedelta(days=day) for day in range(35) if day != 28]
    events = table(
        "user_id event occurred_at", [(f"u{n}", "view", f"{day:%Y-%m-%dT09:00}") for day in days for n in range(20)]
    )

    week = activity(events, Window(at("2025-01-27"), at("2025-02-03")))
    before = activity(events, Window(at("2024-12-30"), at("2025-01-03")))

    assert week["dau"].astype(object).where(week["dau"].notna(), None).tolist() == [20, 20, None, 20, 20, 20, 20]
    assert before["dau"].isna().tolist() == [True, True, False, False]
    assert dau_peak(week, Window(at("2025-01-27"), at("2025-02-03"))).query("dau.isna()")["on"].tolist() == [
        dt.date(2025, 1, 29)
    ]


def test_each_definition_has_its_own_denominator(table: MakeTable) -> None:
    users = table(
        "user_id registered_at",
        [("ann", "2024-05-01"), ("bob", "2025-01-10"), ("eve", "2025-02-01"), ("joe", "2023-01-01")],
    )
    events = table(
        "user_id event occurred_at",
        [("ann", "view", "2025-01-05"), ("bob", "view", "2025-02-20"), ("eve", "register", "2025-02-01")],
    )
    orders = table(
        "order_id user_id ordered_at status",
        [("a", "ann", "2025-01-05", "paid"), ("b", "bob", "2025-01-20", "cancelled")],
    )

    frame = activity_rates(users, events, orders, WINDOW).set_index("definition")

    assert frame[["active", "members"]].values.tolist() == [[2, 4], [1, 4], [1, 2], [1, 2]]
    assert frame.loc["period", "rate"] == 0.5
