"""Segments: the channel of a row, and who its user was as the row's period began."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeAlias

import ibis

from retro.errors import MetricError
from retro.metrics.bridge.days import Asked, Days, Slots
from retro.metrics.orders import orders_of_people
from retro.metrics.shop import Shop
from retro.metrics.tiers import four_tiers, tier_by
from retro.metrics.windows import day_number, number_of, require

DIMENSIONS = ("channel", "customer", "tier", "category")
"""The dimensions of a bridge."""

HIGH_VALUE = 1000
"""From which amount on a member is of high value."""

UNKNOWN, WHOLE = "unknown", "all"

_Begin: TypeAlias = tuple[dt.datetime, dt.timedelta | None]
"""When a period begins, and how far it looks back."""


def tells(shop: Shop, dimension: str) -> bool:
    """Whether the shop's tables hold a dimension."""
    if dimension == "channel":
        return "channel" in shop["orders"].columns and ("events" not in shop or "channel" in shop["events"].columns)
    if dimension == "category":
        return "order_items" in shop and "products" in shop and "category" in shop["products"].columns
    return "user_id" in shop["orders"].columns and (dimension != "tier" or "users" in shop)


def with_segments(table: ibis.Table, shop: Shop, slots: Slots) -> ibis.Table:
    """The rows with their segments.

    Args:
        table: Rows with `period` and `user_id`, and `channel` where that is asked for.
        shop: As `sales_cells`.
        slots: The columns, and what each period asks for in them.

    Raises:
        MetricError: A table or a column is missing.
    """
    asked = [one for own in slots.values() for one in own.values()]
    if any(by == "channel" for _, by in asked):
        require(table, "bridge", "channel")
    begins = dict.fromkeys(_begin(days) for days, by in asked if by in {"customer", "tier"})
    places = {begin: place for place, begin in enumerate(begins)}
    if "user_id" not in shop["orders"].columns:
        places = {}
    if places:
        table = _with_people(table, shop, places, tiers=any(by == "tier" for _, by in asked))
    return table.mutate(
        **{
            name: ibis.cases(
                *((table.period == number, _segment(table, one, places)) for number, one in own.items()), else_=WHOLE
            )
            for name, own in slots.items()
        }
    )


def _begin(days: Days) -> _Begin:
    return days.window.start, days.look_back


def _segment(table: ibis.Table, asked: Asked, places: Mapping[_Begin, int]) -> ibis.Value:
    days, by = asked
    if by is None:
        return ibis.literal(WHOLE)
    if by == "channel":
        return table.channel.fill_null(UNKNOWN)
    if _begin(days) not in places:
        return ibis.literal(UNKNOWN)
    number = places[_begin(days)]
    if by == "customer":
        known = ibis.ifelse(table[f"orders_{number}"].fill_null(0) > 0, "old", "new")
    else:
        known = table[f"tier_{number}"].fill_null("newcomer")
    return ibis.ifelse(table.user_id.isnull(), UNKNOWN, known)


def _with_people(table: ibis.Table, shop: Shop, places: Mapping[_Begin, int], *, tiers: bool) -> ibis.Table:
    """The rows with what their user had bought as each period began, and the tier of that."""
    valid = orders_of_people(shop["orders"], until=max(start for start, _ in places))
    facts = {}
    for (start, look_back), number in places.items():
        before = valid.ordered_at < start
        if look_back is not None:
            before &= valid.ordered_at >= start - look_back
        facts[f"orders_{number}"] = valid.count(where=before)
        if tiers:
            facts[f"last_{number}"] = valid.ordered_at.max(where=before)
            facts[f"amount_{number}"] = valid.amount.sum(where=before)
    bought = valid.group_by(member_id="user_id").aggregate(**facts)
    if tiers:
        placed = _tiers(shop, bought, places)
        table = table.left_join(placed, table.user_id == placed.tiered_id).drop("tiered_id")
    orders = bought.select("member_id", *(f"orders_{number}" for number in places.values()))
    return table.left_join(orders, table.user_id == orders.member_id).drop("member_id")


def _tiers(shop: Shop, bought: ibis.Table, places: Mapping[_Begin, int]) -> ibis.Table:
    users: Any = shop.get("users")
    if users is None:
        raise MetricError("bridge: table 'users' must be given for tiers.")
    require(users, "users", "user_id", "registered_at")
    people = users.select(tiered_id="user_id", registered_at="registered_at")
    people = people.left_join(bought, people.tiered_id == bought.member_id).drop("member_id")
    rules, found = four_tiers(HIGH_VALUE), {}
    for (start, _), number in places.items():
        last = ibis.coalesce(people[f"last_{number}"], people.registered_at)
        measures = {
            "recency_days": number_of((start - dt.timedelta(seconds=1)).date()) - day_number(last),
            "orders": people[f"orders_{number}"].fill_null(0),
            "amount": people[f"amount_{number}"].fill_null(0),
        }
        found[f"tier_{number}"] = ibis.ifelse(
            people.registered_at < start, tier_by(measures, rules), ibis.null("string")
        )
    return people.select("tiered_id", **found)
