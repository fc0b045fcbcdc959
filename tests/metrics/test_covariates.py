import datetime as dt
from collections.abc import Callable

import ibis

from retro.metrics.covariates import daily_registrations

at = dt.datetime.fromisoformat


def test_registrations_are_counted_by_day_without_gaps(table: Callable[..., ibis.Table]) -> None:
    rows = [("ann", "2025-01-01T23:00"), ("bob", "2025-01-03T00:00"), ("cat", "2025-01-03T09:00")]
    rows += [("late", "2025-01-05T08:00")]  # the day is not over

    frame = daily_registrations({"users": table("user_id registered_at", rows)}, end=at("2025-01-05T12:00"))

    assert frame is not None
    assert frame["registrations"].tolist() == [1, 0, 2, 0]
    assert frame["on"].iloc[0] == dt.date(2025, 1, 1)


def test_a_shop_without_users_or_with_none_has_no_covariate(table: Callable[..., ibis.Table]) -> None:
    assert daily_registrations({}, end=at("2025-01-05")) is None
    assert daily_registrations({"users": table("user_id registered_at", [])}, end=at("2025-01-05")) is None
