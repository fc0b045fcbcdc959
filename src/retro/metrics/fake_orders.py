"""Fake orders: suspicious orders by rule, beside those that operations stopped."""

import datetime as dt

import ibis
import pandas as pd

from retro.metrics.money import as_count, as_money
from retro.metrics.windows import check_at_least, require
from retro.periods import Window

RULES = ("shared_device", "no_browsing", "bulk")
"""The rules, the strong one first."""

_STOPPED = "fraudulent"


def fake_orders(
    orders: ibis.Table,
    order_items: ibis.Table,
    events: ibis.Table,
    window: Window,
    *,
    device_users: int = 2,
    bulk_units: int = 3,
) -> pd.DataFrame:
    """Count orders that look fake by rule, and how many of them operations stopped.

    A shared device alone makes an order suspicious; the two other rules must both hold, since each is weak alone.

    `orders`, `order_items`, `events`, `device_users` and `bulk_units` are those of `suspicious_orders`. `window` is the
    campaign or period.

    Returns:
        One row per rule, then `suspicious`, `stopped` (by operations) and `missed` (stopped, but not suspicious).
        - `rule` (str): Which.
        - `orders` (int), `amount` (Decimal): Orders of any status, and what they would have been worth.
        - `stopped` (int): Of these, orders that operations marked `fraudulent`.
        - `passed` (int), `passed_amount` (Decimal): Of these, orders that still count as valid.
    """
    marked = suspicious_orders(orders, order_items, events, window, device_users=device_users, bulk_units=bulk_units)
    stopped = marked.status == _STOPPED
    flags = {rule: marked[rule] for rule in (*RULES, "suspicious")}
    flags |= {"stopped": stopped, "missed": stopped & ~marked.suspicious}
    asked: dict[str, ibis.Value] = {}
    for rule, flag in flags.items():
        passed = flag & (marked.status == "paid")
        asked |= {f"{rule}.orders": flag.sum(), f"{rule}.amount": marked.amount.sum(where=flag)}
        asked |= {f"{rule}.stopped": (flag & stopped).sum(), f"{rule}.passed": passed.sum()}
        asked[f"{rule}.passed_amount"] = marked.amount.sum(where=passed)
    asked["orders"] = marked.count()
    (found,) = marked.aggregate(**asked).execute().to_dict("records")
    rows = [
        {"rule": rule}
        | {name: as_count(found[f"{rule}.{name}"]) for name in ("orders", "stopped", "passed")}
        | {name: as_money(found[f"{rule}.{name}"]) for name in ("amount", "passed_amount")}
        for rule in flags
    ]
    frame = pd.DataFrame(rows)[["rule", "orders", "amount", "stopped", "passed", "passed_amount"]]
    frame.attrs["orders"] = as_count(found["orders"])
    return frame


def suspicious_orders(
    orders: ibis.Table,
    order_items: ibis.Table,
    events: ibis.Table,
    window: Window,
    *,
    device_users: int = 2,
    bulk_units: int = 3,
) -> ibis.Table:
    """The orders of a window with a flag for each rule.

    Args:
        orders: One row per order: `order_id`, `ordered_at` (local), `status`, `amount`.
        order_items: One row per line: `order_id`, `quantity`.
        events: One row per event: `user_id`, `event`, `occurred_at` (local), `session_id`, `device_id`, `detail`; an
            `order` event names its order in `detail`. An order without one breaks no rule about visits.
        window: The campaign or period.
        device_users: Least users ordering on one device in the window that make it shared.
        bulk_units: Least pieces on the only line of an order that make it bulk.

    Returns:
        Lazy, one row per order: `order_id`, `status`, `amount` and flags.
        - `shared_device`: Placed on a device on which several users ordered.
        - `no_browsing`: Nothing was looked at in the visit before it.
        - `bulk`: One line, of many pieces.
        - `suspicious`: `shared_device`, or both others.
    """
    check_at_least("device_users", device_users, 2)
    check_at_least("bulk_units", bulk_units, 2)
    require(orders, "orders", "order_id", "ordered_at", "status", "amount")
    require(order_items, "order_items", "order_id", "quantity")
    require(events, "events", "user_id", "event", "occurred_at", "session_id", "device_id", "detail")
    inside = orders.filter(window.holds(orders.ordered_at))
    placed = events.filter(events.event == "order", window.holds(events.occurred_at))
    visits = _visits(placed, events, window)
    crowded = placed.filter(placed.device_id.notnull()).group_by("device_id").aggregate(users=placed.user_id.nunique())
    shared = crowded.filter(crowded.users >= device_users).select("device_id").mutate(crowd=True)
    known = visits.left_join(shared, "device_id").select("order_id", "views", "crowd")
    lines = order_items.group_by("order_id").aggregate(lines=order_items.count(), units=order_items.quantity.sum())
    joined = inside.left_join(known, "order_id").drop("order_id_right").left_join(lines, "order_id")
    device = joined.crowd.fill_null(False)  # noqa: FBT003 - a value
    unseen = (joined.views == 0).fill_null(False)  # noqa: FBT003 - same
    bulk = ((joined.lines == 1) & (joined.units >= bulk_units)).fill_null(False)  # noqa: FBT003 - same
    return joined.select(
        "order_id",
        "status",
        "amount",
        shared_device=device,
        no_browsing=unseen,
        bulk=bulk,
        suspicious=device | (unseen & bulk),
    )


def _visits(placed: ibis.Table, events: ibis.Table, window: Window) -> ibis.Table:
    """For each order event: its order, its device, and how many pages of products its visit saw before it."""
    orders = placed.select("session_id", "device_id", "occurred_at", order_id=placed.detail)
    early = window.start - dt.timedelta(days=1)
    looks = events.filter(events.event == "view", events.occurred_at >= early, events.occurred_at < window.end)
    seen = looks.select("session_id", seen_at=looks.occurred_at)
    joined = orders.left_join(seen, "session_id")
    before = joined.seen_at.count(where=joined.seen_at <= joined.occurred_at)
    return joined.group_by("order_id").aggregate(device_id=joined.device_id.max(), views=before)
