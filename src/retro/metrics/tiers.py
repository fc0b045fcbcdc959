"""Tiers: assign every member to exactly one tier, by an editable table of rules."""

import datetime as dt
from collections.abc import Collection

import ibis
import pandas as pd

from retro.errors import MetricError, did_you_mean
from retro.metrics.money import as_money
from retro.metrics.orders import valid_orders
from retro.metrics.rfm import buyers
from retro.metrics.windows import day_number, number_of, require

Number = int | float

CONTENT_CHANNELS = ("live_stream",)
"""Channels of content, such as live streams."""

SOCIAL_EVENTS = ("share",)
"""Social events, such as sharing."""

_DORMANT = 90
_REGULAR = 2


def four_tiers(high_value: Number) -> pd.DataFrame:
    """The four tiers of the annual plans: high value, dormant, active, new.

    In the plans, buyers with one order 30 to 89 days ago have no tier, and those with two in the last 30 days have two.
    Here the first rule that fits decides, and members that fit none are new.

    Args:
        high_value: Amount from which on a member is of high value, in the source's currency.

    Returns:
        A table of rules, as `tiers` takes it.
    """
    return _rules(
        ("high_value", "amount", high_value, None),
        ("dormant", "recency_days", _DORMANT, None),
        ("active", "orders", _REGULAR, None),
        ("new", None, None, None),
    )


def eight_tiers(high_value: Number, frequent: int = 4) -> pd.DataFrame:
    """The eight tiers of the annual plans, in an order that makes each member belong to one.

    Churn risk is tried first, then high value, then what makes members buy, then frequency.

    Args:
        high_value: Amount from which on a member is of high value, in the source's currency.
        frequent: Orders from which on a member is frequent.

    Returns:
        A table of rules, as `tiers` takes it.
    """
    return _rules(
        ("churn_risk", "recency_days", _DORMANT, None),
        ("high_value_frequent", "amount", high_value, None),
        ("high_value_frequent", "orders", frequent, None),
        ("high_value_infrequent", "amount", high_value, None),
        ("price_sensitive", "discounted_rate", 0.8, None),
        ("content_driven", "content_rate", 0.5, None),
        ("social_driven", "social_rate", 0.2, None),
        ("potential_frequent", "orders", frequent, None),
        ("potential_infrequent", None, None, None),
    )


def members(
    users: ibis.Table,
    orders: ibis.Table,
    events: ibis.Table | None = None,
    *,
    observed_until: dt.datetime,
    content_channels: Collection[str] = CONTENT_CHANNELS,
    social_events: Collection[str] = SOCIAL_EVENTS,
) -> ibis.Table:
    """The measures of each member that the rules of tiers use; lazy.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        orders: As `buyers`; `discount_amount` and `channel` may be missing.
        events: One row per event: `user_id`, `event`, `occurred_at` (local); may be left out.
        observed_until: Until when the tables were observed, local, exclusive.
        content_channels: Channels of content, such as live streams.
        social_events: Social events, such as sharing.

    Returns:
        One row per user who had registered.
        - `user_id`.
        - `recency_days` (int): Local days since the last valid order; since registration for members without one.
        - `orders` (int), `amount` (decimal): Valid orders and their amount; 0 without any.
        - `discounted_rate` (float): Orders with a discount over orders. Null without orders or without the column.
        - `content_rate` (float): Orders in content channels over orders. Null likewise.
        - `social_rate` (float): Social events over events. Null without events.
    """
    require(users, "users", "user_id", "registered_at")
    known = users.filter(users.registered_at < observed_until)
    last_day = number_of((observed_until - dt.timedelta(seconds=1)).date())
    known = known.select("user_id", since_days=last_day - day_number(known.registered_at))
    bought = buyers(orders, observed_until=observed_until)
    habits = _habits(orders, observed_until, content_channels)
    social = _social(events, observed_until, social_events)
    table = known.left_join(bought, "user_id", rname="bought_{name}")
    table = table.left_join(habits, "user_id", rname="habits_{name}")
    table = table.left_join(social, "user_id", rname="social_{name}") if social is not None else table
    return table.select(
        "user_id",
        "discounted_rate",
        "content_rate",
        recency_days=ibis.coalesce(table.recency_days, table.since_days),
        orders=table.orders.fill_null(0),
        amount=table.amount.fill_null(0),
        social_rate=table.social_rate if social is not None else ibis.null("float64"),
    )


def tiers(member_table: ibis.Table, rules: pd.DataFrame) -> pd.DataFrame:
    """How many members are in each tier, and what they bought; the tiers add up to all members.

    Args:
        member_table: What `members` returns, or any table with `orders`, `amount` and the measures of the rules.
        rules: One row per condition, in the order in which tiers are tried: `tier`, `measure`, `at_least`, `below`. All
            conditions of a tier must hold; an empty bound is none. The last tier takes everybody else: its only row has
            no measure.

    Returns:
        One row per tier of the rules, in their order.
        - `tier` (str).
        - `members` (int), `share` (float): Who is in it, and over all members. NaN without members.
        - `orders` (int), `amount` (Decimal): What they bought.

    Raises:
        MetricError: The rules do not place everybody, or name no column.
    """
    placed = member_table.mutate(tier=tier_of(member_table, rules))
    counted = placed.group_by("tier").aggregate(
        members=placed.count(), orders=placed.orders.sum(), amount=placed.amount.sum()
    )
    found = counted.execute().set_index("tier").reindex(list(dict.fromkeys(rules["tier"])))
    people = found["members"].fillna(0).astype("int64")
    total = int(people.sum())
    return pd.DataFrame(
        {
            "tier": found.index,
            "members": people.to_numpy(),
            "share": people.to_numpy() / (total or float("nan")),
            "orders": found["orders"].fillna(0).astype("int64").to_numpy(),
            "amount": [as_money(amount) for amount in found["amount"]],
        }
    )


def tier_of(member_table: ibis.Table, rules: pd.DataFrame) -> ibis.Value:
    """The tier of each member: the first whose conditions all hold.

    Raises:
        MetricError: The rules do not place everybody, or name no column.
    """
    names = list(dict.fromkeys(rules["tier"]))
    if not names or rules.loc[rules["tier"] == names[-1], "measure"].notna().any():
        raise MetricError("tiers: the last tier must take everybody else, so its only rule must have no measure.")
    cases = []
    for name in names[:-1]:
        own = rules.loc[rules["tier"] == name, ["measure", "at_least", "below"]]
        conditions = [_condition(member_table, *row) for row in own.itertuples(index=False, name=None)]
        cases.append((ibis.and_(*conditions), name))
    return ibis.cases(*cases, else_=names[-1]) if cases else ibis.literal(names[-1])


def _habits(orders: ibis.Table, observed_until: dt.datetime, content_channels: Collection[str]) -> ibis.Table:
    """How each buyer buys, as far as the orders say."""
    valid = valid_orders(orders, until=observed_until)
    unknown = ibis.null("float64")
    discounted = _share(valid.discount_amount > 0) if "discount_amount" in valid.columns else unknown
    content = _share(valid.channel.isin(list(content_channels))) if "channel" in valid.columns else unknown
    return valid.group_by("user_id").aggregate(discounted_rate=discounted, content_rate=content)


def _social(
    events: ibis.Table | None, observed_until: dt.datetime, social_events: Collection[str]
) -> ibis.Table | None:
    """How much of what a user does is done with others."""
    if events is None:
        return None
    require(events, "events", "user_id", "event", "occurred_at")
    seen = events.filter(events.user_id.notnull(), events.occurred_at < observed_until)
    return seen.group_by("user_id").aggregate(social_rate=_share(seen.event.isin(list(social_events))))


def _share(condition: ibis.Value) -> ibis.Value:
    return ibis.ifelse(condition, 1.0, 0.0).mean()


def _rules(*rows: tuple[str, str | None, Number | None, Number | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["tier", "measure", "at_least", "below"])


def _condition(table: ibis.Table, measure: str, at_least: Number | None, below: Number | None) -> ibis.Value:
    if measure not in table.columns:
        raise MetricError(f"tiers: measure {measure!r} must be a column. {did_you_mean(measure, table.columns)}")
    value = table[measure].cast("float64")
    bounds = [value >= at_least] if pd.notna(at_least) else []
    bounds += [value < below] if pd.notna(below) else []
    if not bounds:
        raise MetricError(f"tiers: the rule on {measure!r} must have a bound, got none. Remove it or fill it in.")
    return ibis.and_(*bounds).fill_null(False)  # noqa: FBT003 - ibis takes the value by position
