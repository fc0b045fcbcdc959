"""Booking: how many of those who booked came and bought, beside members who did not book."""

import datetime as dt

import ibis
import pandas as pd

from retro.metrics.activity import active_users
from retro.metrics.intervals import add_rate
from retro.metrics.money import as_count, as_money
from retro.metrics.turnout import with_turnout
from retro.metrics.windows import require
from retro.periods import Window

GROUPS = ("booked", "seen", "away")
"""Who booked; who was there while booking was open and did not; all other members."""


def booking(
    users: ibis.Table, events: ibis.Table, orders: ibis.Table, window: Window, *, event: str, opens: dt.datetime
) -> pd.DataFrame:
    """Count members who booked, came and bought, beside those who could have booked.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        events: One row per event: `user_id`, `event`, `occurred_at` (local).
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        event: The event by which a member books.
        opens: When booking opens, local; it closes at the start.
        window: The campaign.

    Returns:
        One row per group of those who had registered before the start: `booked`, `seen` (there while booking was open,
        without booking), `away` (not there).
        - `group` (str): Which.
        - `members`, `came`, `buyers`, `orders` (int): Members; those with any event in the window but `register`; those
          with a valid order in it; and these orders.
        - `gmv` (Decimal): Their amounts. None where orders hold none.
        - `booking_came_rate`, `booking_came_low`, `booking_came_high` (float): `came` over `members`, with its 95 %
          Wilson interval.
        - `booking_order_rate`, `booking_order_low`, `booking_order_high` (float): `buyers` over `members`, likewise.
          NaN without members.

    Raises:
        MetricError: `opens` is not before the start.
    """
    require(users, "users", "user_id", "registered_at")
    before = active_users(events, Window(opens, window.start))
    seen = before.group_by("user_id").aggregate(books=ibis.ifelse(before.event == event, 1, 0).max())
    members = users.filter(users.registered_at < window.start).select("user_id")
    members = members.left_join(seen, "user_id").drop("user_id_right")
    table = with_turnout(members, events, orders, window)
    counted = table.group_by(books=table.books.fill_null(-1)).aggregate(
        members=table.count(),
        came=table.came.sum(),
        buyers=ibis.ifelse(table.orders > 0, 1, 0).sum(),
        orders=table.orders.sum(),
        gmv=table.gmv.sum(),
    )
    counted = counted.execute()
    found = {int(row["books"]): row for row in counted.to_dict("records")}
    frame = pd.DataFrame([_row(group, found.get(1 - place, {})) for place, group in enumerate(GROUPS)])
    frame["gmv"] = frame["gmv"] if "amount" in orders.columns else None
    return add_rate(add_rate(frame, "came", "members", "booking_came_"), "buyers", "members", "booking_order_")


def _row(group: str, found: dict[str, object]) -> dict[str, object]:
    counts = {name: as_count(found.get(name)) for name in ("members", "came", "buyers", "orders")}
    return {"group": group, **counts, "gmv": as_money(found.get("gmv"))}
