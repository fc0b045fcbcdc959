"""Rhythm: visits, orders and GMV by month; visitors, buyers and returns by week."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import ibis
import pandas as pd

from retro.metrics.history import history
from retro.metrics.intervals import add_rate
from retro.metrics.money import as_money, known_count, per_head
from retro.metrics.orders import buyers_of, orders_of_people, valid_orders
from retro.metrics.shop import Shop
from retro.metrics.windows import check_at_least, day_number, day_of, month_number, month_of, number_of_month, require
from retro.periods import Window

_MONDAY = 3
"""1970-01-01 was a Thursday: so many days after a Monday."""


def monthly_trend(shop: Shop, window: Window, *, months: int = 13) -> pd.DataFrame:
    """Count visits, new users, orders and money by calendar month, over a year and the month itself.

    Args:
        shop: Tables by canonical name: those of `orders`, `events` and `users` that the shop has.
        window: The month.
        months: How many months, the last before the end included.

    Returns:
        One row per month, in order.
        - `month` (date): Its first day.
        - `visits` (Int64): Days with a visit, summed over users. Missing where events begin later than the month or
          days of it are lost.
        - `new_users` (Int64): Users who registered. Missing without `users`.
        - `orders`, `buyers` (Int64): Valid orders, and who placed them; 0 in a month without. Missing without `orders`,
          before orders begin, and where days of the month are lost.
        - `gmv` (Decimal): Their amounts. None likewise, and where orders hold no amounts.
        - `order_value` (Decimal): `gmv` over `orders`. None without orders, and likewise.
        - `conversion` (float): `orders` over `visits`. NaN where visits are not known.
    """
    check_at_least("months", months, 1)
    last = number_of_month(window.end)
    first = last - months
    whole = Window(_first_of(first), _first_of(last))
    sold = _monthly_sales(shop, whole)
    visits = _monthly_visits(shop, whole)
    arrived = _arrivals(shop, whole)
    rows = []
    for number in range(first, last):
        own = _UNKNOWN if sold is None else sold.get(number, _NO_SALES)
        orders = known_count(own["orders"])
        gmv = as_money(own["gmv"]) if own is not _UNKNOWN and "amount" in shop["orders"].columns else None
        seen = visits.get(number, 0) if visits is not None and number >= min(visits, default=last) else None
        rows.append(
            {
                "month": month_of(number),
                "visits": seen,
                "new_users": arrived.get(number, 0) if arrived is not None else None,
                "orders": orders,
                "buyers": known_count(own["buyers"]),
                "gmv": gmv,
                "order_value": None if gmv is None else per_head(gmv, orders or 0),
                "conversion": orders / seen if seen and orders is not None else float("nan"),
            }
        )
    return pd.DataFrame(rows).astype(dict.fromkeys(("visits", "new_users", "orders", "buyers"), "Int64"))


_NO_SALES: Mapping[str, Any] = {"orders": 0, "buyers": 0, "gmv": None}
_UNKNOWN: Mapping[str, Any] = dict.fromkeys(_NO_SALES)
"""A month without sales, and one of which nobody knows."""


def weekly_chain(events: ibis.Table, orders: ibis.Table, window: Window, *, weeks: int = 13) -> pd.DataFrame:
    """Follow visitors of each week to their orders and to the week after.

    Args:
        events: One row per event: `user_id`, `occurred_at` (local).
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`.
        window: The campaign or period; it says until when the tables were observed.
        weeks: How many weeks, if events reach back so far.

    Returns:
        One row per week from Monday that events cover wholly, in order; none for a week of which days of events or
        orders are lost.
        - `week` (date): Its Monday.
        - `visitors` (int): Visitors. `visits` (int): Their days with a visit, summed.
        - `buyers` (int): Visitors with a valid order in the week.
        - `conversion` (float): `buyers` over `visitors`.
        - `returned` (Int64): Visitors who came in the week after too. Missing while that week is not over, and where
          days of it are lost.
        - `rate`, `low`, `high` (float): `returned` over `visitors`, with Wilson's interval. NaN likewise.
    """
    check_at_least("weeks", weeks, 1)
    require(events, "events", "user_id", "occurred_at")
    last = _week(window.end)
    past = history(events, "occurred_at", until=window.observed_until)
    known = history(valid_orders(orders), "ordered_at", until=window.observed_until)
    unseen, unsold = ({_week(dt.datetime.combine(day, dt.time())) for day in one.lost} for one in (past, known))
    since = past.since
    first = last if since is None else max(last - weeks, _week(since - dt.timedelta(seconds=1)) + 1)
    seen = _by_week(events.filter(events.user_id.notnull()), "occurred_at", first, last + 1)
    seen = seen.group_by("user_id", "week").aggregate(visits=seen.day.nunique())
    bought = _by_week(orders_of_people(orders), "ordered_at", first, last).select("user_id", "week").distinct()
    after = seen.select("user_id", week=seen.week - 1, came=ibis.literal(value=True))
    joined = seen.filter(seen.week < last).left_join(after, ["user_id", "week"])
    joined = joined.left_join(
        bought.mutate(bought=ibis.literal(value=True)), ["user_id", "week"], rname="{name}_bought"
    )
    found = joined.group_by("week").aggregate(
        visitors=joined.count(),
        visits=joined.visits.sum(),
        buyers=joined.bought.notnull().sum(),
        returned=joined.came.notnull().sum(),
    )
    frame = found.execute().sort_values("week", ignore_index=True)
    frame = frame[~frame["week"].isin(unseen | unsold)].reset_index(drop=True)
    over = [_monday(number + 2) <= window.observed and number + 1 not in unseen for number in frame["week"]]
    frame["returned"] = frame["returned"].astype("Int64").where(pd.Series(over, dtype=bool))
    frame["conversion"] = frame["buyers"] / frame["visitors"]
    frame["week"] = [_monday(number).date() for number in frame["week"]]
    frame = add_rate(frame, "returned", "visitors")
    return frame[["week", "visitors", "visits", "buyers", "conversion", "returned", "rate", "low", "high"]]


def _by(table: ibis.Table) -> dict[int, Mapping[Any, Any]]:
    return {int(row["number"]): row for row in table.execute().to_dict("records")}


def _monthly_sales(shop: Shop, window: Window) -> dict[int, Mapping[Any, Any]] | None:
    """Orders, buyers and money by month, unknown before orders begin and with lost days; None without orders."""
    if "orders" not in shop:
        return None
    valid = valid_orders(shop["orders"], window)
    money = {"gmv": valid.amount.sum()} if "amount" in valid.columns else {}
    by_month = valid.group_by(number=month_number(valid.ordered_at))
    sold = _by(by_month.aggregate(orders=valid.count(), buyers=buyers_of(valid), **money))
    past = history(valid_orders(shop["orders"]), "ordered_at", until=window.end)
    begun = past.first or window.last_day
    early = range(number_of_month(window.start), number_of_month(begun))
    return sold | dict.fromkeys([*early, *map(number_of_month, past.lost)], _UNKNOWN)


def _monthly_visits(shop: Shop, window: Window) -> dict[int, int | None] | None:
    """Visits by month, only months that events cover wholly, None for those with lost days; None without events."""
    if "events" not in shop:
        return None
    events = shop["events"]
    require(events, "events", "user_id", "occurred_at")
    past = history(events, "occurred_at", until=window.end)
    oldest = past.first
    if oldest is None:
        return {}
    whole = number_of_month(oldest)
    own = events.filter(events.user_id.notnull(), window.holds(events.occurred_at))
    days = own.select("user_id", day=day_number(own.occurred_at), number=month_number(own.occurred_at)).distinct()
    counted = _by(days.group_by("number").aggregate(visits=days.count()))
    partial = oldest > month_of(whole)
    seen: dict[int, int | None] = {number: int(row["visits"]) for number, row in counted.items()}
    seen |= dict.fromkeys(map(number_of_month, past.lost))
    return {number: visits for number, visits in seen.items() if number > whole or not partial}


def _arrivals(shop: Shop, window: Window) -> dict[int, int] | None:
    if "users" not in shop:
        return None
    users = shop["users"]
    require(users, "users", "user_id", "registered_at")
    own = users.filter(window.holds(users.registered_at))
    counted = own.group_by(number=month_number(own.registered_at)).aggregate(users=own.user_id.nunique())
    return {number: int(row["users"]) for number, row in _by(counted).items()}


def _by_week(table: ibis.Table, at: str, first: int, last: int) -> ibis.Table:
    own = table.filter(table[at] >= _monday(first), table[at] < _monday(last))
    day = day_number(own[at])
    return own.select("user_id", day=day, week=(day + _MONDAY) // 7)


def _first_of(month: int) -> dt.datetime:
    return dt.datetime.combine(month_of(month), dt.time())


def _week(moment: dt.datetime) -> int:
    return ((moment.date() - dt.date(1970, 1, 1)).days + _MONDAY) // 7


def _monday(week: int) -> dt.datetime:
    return dt.datetime.combine(day_of(week * 7 - _MONDAY), dt.time())
