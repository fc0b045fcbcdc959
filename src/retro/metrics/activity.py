"""Activity: daily active users, and the share of members who are active."""

import ibis
import pandas as pd

from retro.metrics.history import history
from retro.metrics.intervals import add_rate
from retro.metrics.windows import DAY, day_number, day_of, number_of, require
from retro.periods import Window

NOT_ACTIVE = ("register",)
"""Events that are no sign of being active: who only registers has not used the shop."""

MONTH_DAYS = 30


def activity(events: ibis.Table, window: Window) -> pd.DataFrame:
    """Count the users who were active on each local day (DAU).

    Args:
        events: One row per event: `user_id`, `event`, `occurred_at` (local).
        window: The period.

    Returns:
        One row per day that the period touches, in order: `on` (date), `dau` (Int64): users with any event that counts.
        Missing on days that are lost in the events or lie before they begin (`history`).
    """
    past = history(events, "occurred_at", until=window.end)
    seen = active_users(events, window)
    daily = seen.group_by(number=day_number(seen.occurred_at)).aggregate(dau=seen.user_id.nunique()).execute()
    by_day = dict(zip(daily["number"].astype(int), daily["dau"].astype(int), strict=True))
    last = number_of(window.last_day)
    days = [day_of(day) for day in range(number_of(window.start.date()), last + 1)]
    known = [past.has(day) for day in days]
    dau = [by_day.get(number_of(day), 0) if seen else None for day, seen in zip(days, known, strict=True)]
    return pd.DataFrame({"on": days, "dau": pd.array(dau, dtype="Int64")})


def activity_rates(users: ibis.Table, events: ibis.Table, orders: ibis.Table, window: Window) -> pd.DataFrame:
    """Compute the share of active members by three definitions, and the share of buyers.

    `events` and `window` are those of `activity`. `users` has one row per user: `user_id`, `registered_at` (local).
    `orders` has one row per order: `order_id`, `user_id`, `ordered_at` (local), `status`.

    Returns:
        Four rows.
        - `definition` (str): `period`, members with any event that counts in the period; `month`, in its last
          30 days; `recent`, of those who registered in the period, active in these days; `buyers`, of
          those active in the period, who placed a valid order in it.
        - `active`, `members` (int): Numerator and denominator. Members had registered before the end.
        - `rate`, `low`, `high` (float): Their ratio, with its 95 % Wilson interval. NaN without members.
    """
    require(users, "users", "user_id", "registered_at")
    require(orders, "orders", "user_id", "ordered_at", "status")
    seen = active_users(events, window)
    month = window.end - MONTH_DAYS * DAY
    by_user = seen.group_by("user_id").aggregate(last=seen.occurred_at.max())
    bought = orders.filter(orders.status == "paid", window.holds(orders.ordered_at))
    bought = bought.select(buyer_id="user_id").distinct()
    known = users.filter(users.registered_at < window.end).select("user_id", "registered_at")
    joined = known.left_join(by_user, "user_id").drop("user_id_right")
    joined = joined.left_join(bought, joined.user_id == bought.buyer_id)
    active, fresh = joined["last"].notnull(), joined.registered_at >= window.start
    counts = joined.aggregate(
        members=joined.count(),
        period=_number(active),
        month=_number(active & (joined["last"] >= month)),
        fresh=_number(fresh),
        recent=_number(fresh & active & (joined["last"] >= month)),
        buyers=_number(active & joined.buyer_id.notnull()),
    ).execute()
    one = {name: int(counts[name].fillna(0).iloc[0]) for name in counts.columns}
    rows = [
        ("period", one["period"], one["members"]),
        ("month", one["month"], one["members"]),
        ("recent", one["recent"], one["fresh"]),
        ("buyers", one["buyers"], one["period"]),
    ]
    return add_rate(pd.DataFrame(rows, columns=["definition", "active", "members"]), "active", "members")


def active_users(events: ibis.Table, window: Window) -> ibis.Table:
    """The events of a period that count as active; lazy.

    The arguments are those of `activity`.
    """
    require(events, "events", "user_id", "event", "occurred_at")
    inside = events.filter(events.user_id.notnull(), window.holds(events.occurred_at))
    return inside.filter(~inside.event.isin(list(NOT_ACTIVE)))


def _number(condition: ibis.Value) -> ibis.Value:
    return ibis.ifelse(condition, 1, 0).sum()
