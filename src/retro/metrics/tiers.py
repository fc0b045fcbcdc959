"""Tiers: assign every member to exactly one tier, by an editable table of rules."""

import datetime as dt
from collections.abc import Mapping

import ibis
import pandas as pd

from retro.errors import MetricError, did_you_mean
from retro.metrics.money import as_money
from retro.metrics.rfm import buyers
from retro.metrics.windows import day_number, number_of, require

Number = int | float

RECENT_DAYS = 90
"""Days since the last order below which a buyer is recent."""

FREQUENT = 2
"""Orders from which on a buyer is frequent."""


def four_tiers(high_value: Number) -> pd.DataFrame:
    """The four tiers of the annual plans: high value, dormant, active, new.

    The plans leave buyers with one order 30 to 89 days ago nowhere, and put those with two in the last 30 days into two
    tiers. Here the first rule that fits decides, and who fits none is new: at most one order, not yet dormant.

    Args:
        high_value: Amount from which on a member is of high value, in the source's currency.

    Returns:
        A table of rules, as `tiers` takes it.
    """
    return _rules(
        ("high_value", "amount", high_value, None),
        ("dormant", "recency_days", RECENT_DAYS, None),
        ("active", "orders", FREQUENT, None),
        ("new", None, None, None),
    )


def eight_tiers(high_value: Number, *, recent_days: int = RECENT_DAYS, frequent: int = FREQUENT) -> pd.DataFrame:
    """The eight tiers of RFM (重要价值 .. 一般挽留): recent or not, frequent or not, of high value or not.

    Args:
        high_value: From which amount on a buyer is of high value, in the source's currency.
        recent_days: Below how many days since the last order a buyer is recent.
        frequent: From how many orders on a buyer is frequent.

    Returns:
        A table of rules, as `tiers` takes it: the four tiers of high value (`important_`) first.

    Examples:
        >>> list(dict.fromkeys(eight_tiers(1000)["tier"]))[:4]
        ['important_value', 'important_develop', 'important_keep', 'important_save']
    """
    recent, often = ("recency_days", None, recent_days), ("orders", frequent, None)
    valuable = ("amount", high_value, None)
    return _rules(
        *(("important_value", *rule) for rule in (recent, often, valuable)),
        *(("important_develop", *rule) for rule in (recent, valuable)),
        *(("important_keep", *rule) for rule in (often, valuable)),
        ("important_save", *valuable),
        *(("general_value", *rule) for rule in (recent, often)),
        ("general_develop", *recent),
        ("general_keep", *often),
        ("general_save", None, None, None),
    )


def members(users: ibis.Table, orders: ibis.Table, *, observed_until: dt.datetime) -> ibis.Table:
    """The measures of each member that the rules of tiers use; lazy.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        orders: As `buyers`.
        observed_until: Until when the tables were observed, local, exclusive.

    Returns:
        One row per user who had registered.
        - `user_id`.
        - `recency_days` (int): Local days since the last valid order; since registration for members without one.
        - `orders` (int), `amount` (decimal): Valid orders and their amount; 0 without any.
    """
    require(users, "users", "user_id", "registered_at")
    known = users.filter(users.registered_at < observed_until)
    last_day = number_of((observed_until - dt.timedelta(seconds=1)).date())
    known = known.select("user_id", since_days=last_day - day_number(known.registered_at))
    bought = buyers(orders, observed_until=observed_until)
    table = known.left_join(bought, "user_id", rname="bought_{name}")
    return table.select(
        "user_id",
        recency_days=ibis.coalesce(table.recency_days, table.since_days),
        orders=table.orders.fill_null(0),
        amount=table.amount.fill_null(0),
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
    """The tier of each member of a table, as `tier_by`."""
    return tier_by({name: member_table[name] for name in member_table.columns}, rules)


def tier_by(measures: Mapping[str, ibis.Value], rules: pd.DataFrame) -> ibis.Value:
    """The tier by measures: the first whose conditions all hold; refuse rules that do not place everybody."""
    names = list(dict.fromkeys(rules["tier"]))
    if not names or rules.loc[rules["tier"] == names[-1], "measure"].notna().any():
        raise MetricError("tiers: the last tier must take everybody else, so its only rule must have no measure.")
    cases = []
    for name in names[:-1]:
        own = rules.loc[rules["tier"] == name, ["measure", "at_least", "below"]]
        conditions = [_condition(measures, *row) for row in own.itertuples(index=False, name=None)]
        cases.append((ibis.and_(*conditions), name))
    return ibis.cases(*cases, else_=names[-1]) if cases else ibis.literal(names[-1])


def _rules(*rows: tuple[str, str | None, Number | None, Number | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["tier", "measure", "at_least", "below"])


def _condition(
    measures: Mapping[str, ibis.Value], measure: str, at_least: Number | None, below: Number | None
) -> ibis.Value:
    if measure not in measures:
        raise MetricError(f"tiers: measure {measure!r} must be a column. {did_you_mean(measure, measures)}")
    value = measures[measure].cast("float64")
    bounds = [value >= at_least] if pd.notna(at_least) else []
    bounds += [value < below] if pd.notna(below) else []
    if not bounds:
        raise MetricError(f"tiers: the rule on {measure!r} must have a bound, got none. Remove it or fill it in.")
    return ibis.and_(*bounds).fill_null(False)  # noqa: FBT003 - ibis takes the value by position
