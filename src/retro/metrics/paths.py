"""Paths: the steps of newcomers and of point earners, once the whole path could be observed."""

import datetime as dt

import ibis
import pandas as pd

from retro.clocks import instant, instant_of, seconds_between, zone_of
from retro.metrics.intervals import add_rate
from retro.metrics.orders import orders_of_people
from retro.metrics.retention import ARRIVAL
from retro.metrics.rows import row_counts
from retro.metrics.windows import DAY, check_at_least, day_number, require
from retro.periods import Window

NEWCOMER = ("register", "first_order", "retained", "second_order")
POINTS = ("earn", "redeem", "buy_again")

_EARNINGS = ("order", "sign_in", "share", "task")
"""Kinds of the ledger by which points are earned."""

_REDEEM = "redeem"


def newcomer_path(
    users: ibis.Table, orders: ibis.Table, events: ibis.Table, window: Window, *, days: int = 28
) -> pd.DataFrame:
    """Register, first order, retained, second order.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`.
        events: One row per event: `user_id`, `event`, `occurred_at` (local).
        window: The period; it says until when all tables were observed.
        days: Days from registering to the first order, and from the first order to all that follows.

    Returns:
        One row per step, in order; who registered less than twice `days` before `observed_until` is left out.
        - `step` (str): `register`; `first_order`, a first valid order within `days`; `retained`, of these, active on a
          later local day within `days` of it; `second_order`, of these, another valid order on such a day.
        - `users` (int).
        - `step_rate`, `total_rate` (float): Over the step before, and over the first. NaN without users before.
        - `low`, `high` (float): 95 % Wilson interval of `total_rate`.
        - `immature` (int): Left out, the same in every row.
    """
    check_at_least("days", days, 1)
    require(users, "users", "user_id", "registered_at")
    require(events, "events", "user_id", "event", "occurred_at")
    came = users.filter(window.holds(users.registered_at))
    ripe = came.filter(_observed(came.registered_at, window, days)).select("user_id", "registered_at")
    valid = orders_of_people(orders).select("user_id", "ordered_at")
    bought = valid.inner_join(ripe, "user_id")
    first = bought.filter(bought.ordered_at >= bought.registered_at).group_by("user_id", "registered_at")
    first = first.aggregate(first=lambda row: row.ordered_at.min())
    first = first.filter(_within(first.registered_at, first["first"], days))
    active = events.filter(events.event != ARRIVAL, events.user_id.notnull())
    kept = _later(active.select("user_id", at="occurred_at"), first, days)
    again = _later(valid.select("user_id", at="ordered_at"), first, days).semi_join(kept, "user_id")
    whole, *counts = row_counts(came, ripe, first, kept, again)
    return _steps(NEWCOMER, counts, whole - counts[0])


def points_path(ledger: ibis.Table, orders: ibis.Table, window: Window, *, days: int = 28) -> pd.DataFrame:
    """Earn points, redeem them, buy again.

    Args:
        ledger: One row per entry: `user_id`, `kind`, `occurred_at` (local).
        orders: As `newcomer_path`.
        window: The period; `observed_until`: as `newcomer_path`.
        days: Days from earning to redeeming, and from redeeming to buying.

    Returns:
        As `newcomer_path`, with the steps `earn`, the first points earned in the period; `redeem`, the first redemption
        within `days`; `buy_again`, a valid order after it within `days`.
    """
    check_at_least("days", days, 1)
    require(ledger, "points_ledger", "user_id", "kind", "occurred_at")
    inside = ledger.filter(window.holds(ledger.occurred_at))
    earned = inside.filter(inside.kind.isin(list(_EARNINGS)))
    came = earned.group_by("user_id").aggregate(earned=earned.occurred_at.min())
    ripe = came.filter(_observed(came.earned, window, days))
    used = ledger.filter(ledger.kind == _REDEEM).select("user_id", "occurred_at").inner_join(ripe, "user_id")
    used = used.filter(used.occurred_at >= used.earned, _within(used.earned, used.occurred_at, days))
    redeemed = used.group_by("user_id").aggregate(redeemed=used.occurred_at.min())
    bought = orders_of_people(orders).select("user_id", "ordered_at").inner_join(redeemed, "user_id")
    bought = bought.filter(bought.ordered_at > bought.redeemed, _within(bought.redeemed, bought.ordered_at, days))
    buyers = bought.select("user_id").distinct()
    whole, *counts = row_counts(came, ripe, redeemed, buyers)
    return _steps(POINTS, counts, whole - counts[0])


def _within(begin: ibis.Value, end: ibis.Value, days: int) -> ibis.Value:
    """Whether less than `days` times 24 hours passed, by clocks that were put forward or back between them too."""
    return seconds_between(begin, end) < days * int(DAY.total_seconds())


def _observed(begin: ibis.Value, window: Window, days: int) -> ibis.Value:
    """Whether both spans of `days` after a moment were wholly observed."""
    until: dt.datetime = instant_of(window.observed, zone_of(begin)) - 2 * days * DAY
    return instant(begin) < until


def _later(rows: ibis.Table, first: ibis.Table, days: int) -> ibis.Table:
    """The users with a row on a later local day than their first order, at most `days` after it."""
    joined = rows.inner_join(first, "user_id")
    age = day_number(joined["at"]) - day_number(joined["first"])
    return joined.filter(age >= 1, age <= days).select("user_id").distinct()


def _steps(names: tuple[str, ...], counts: list[int], immature: int) -> pd.DataFrame:
    frame = pd.DataFrame({"step": names, "users": counts, "entered": counts[0], "before": [0, *counts[:-1]]})
    frame = add_rate(frame, "users", "entered").rename(columns={"rate": "total_rate"})
    before = frame["before"].astype("float64")
    frame = frame.assign(step_rate=frame["users"] / before.where(before > 0), immature=immature)
    return frame[["step", "users", "step_rate", "total_rate", "low", "high", "immature"]]
