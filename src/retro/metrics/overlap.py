"""Overlap: participants that campaigns share, and what those of an earlier one spent in a later one."""

import datetime as dt
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import ibis
import numpy as np
import pandas as pd

from retro.metrics.intervals import add_rate
from retro.metrics.orders import orders_of_people
from retro.metrics.strata import NOTHING, pooled_spread, value_class, weighted_difference, with_tenure, with_treated
from retro.metrics.windows import DAY, require

BY_REGISTERING, BY_ORDERING = "register", "order"
"""Ways to take part that are no event of their own: to register, or to place a valid order, in the window."""

BEFORE_DAYS, NEAR_DAYS = 56, 28
"""Days before the earlier campaign that say what people are worth; days around it that newcomers' peers are from."""

_PLACEBO = ("placebo", "placebo_low", "placebo_high")
_ENDS = ("effect_per_user", "low", "high", "effect", "effect_low", "effect_high")


def campaign_users(
    users: ibis.Table, orders: ibis.Table, events: ibis.Table, campaigns: pd.DataFrame, participation: Mapping[str, str]
) -> ibis.Table:
    """The participants of each campaign; lazy.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`.
        events: One row per event: `user_id`, `event`, `occurred_at` (local).
        campaigns: One row per campaign: `report`, `start`, `end`; a missing one has none and nobody took part.
        participation: The act of taking part, by report: `register`, `order` (the default), or the name of an event.

    Returns:
        One row per campaign and participant: `report` (str), `user_id`.
    """
    require(users, "users", "user_id", "registered_at")
    require(events, "events", "user_id", "event", "occurred_at")
    dated = campaigns.dropna(subset=["start", "end"])
    parts = []
    for one in _records(dated):
        start, end = one["start"].to_pydatetime(), one["end"].to_pydatetime()
        how = participation.get(one["report"], BY_ORDERING)
        if how == BY_REGISTERING:
            table, at = users, users.registered_at
        elif how == BY_ORDERING:
            table = orders_of_people(orders)
            at = table.ordered_at
        else:
            table = events.filter(events.event == how, events.user_id.notnull())
            at = table.occurred_at
        parts.append(table.filter(at >= start, at < end).select(report=ibis.literal(one["report"]), user_id="user_id"))
    if not parts:
        return users.limit(0).select(report=ibis.literal(""), user_id="user_id")
    return ibis.union(*parts).distinct()


def overlap(taking_part: ibis.Table, campaigns: pd.DataFrame) -> pd.DataFrame:
    """Count participants of each campaign who took part in each later one.

    Args:
        taking_part: What `campaign_users` returns.
        campaigns: One row per campaign: `report`, `title`, `start`.

    Returns:
        One row per pair of campaigns that have a window, the earlier first.
        - `first`, `then` (str): Their names in the reader's language.
        - `first_report`, `then_report` (str).
        - `participants` (int): Who took part in the first.
        - `both` (int): Of these, who took part in the other too.
        - `rate`, `low`, `high` (float): `both` over `participants`, with its 95 % Wilson interval.
        - `then_participants` (int), `then_rate` (float): Participants of the other, and what share of them `both` is.
    """
    dated = campaigns.dropna(subset=["start", "end"]).sort_values("start", kind="stable")
    names = dict(zip(dated["report"], dated["title"], strict=True))
    sizes = _sizes(taking_part.group_by("report").aggregate(users=lambda row: row.count()), ["report"])
    left = taking_part.select(first="report", user_id="user_id")
    right = taking_part.select(then="report", other_id="user_id")
    pairs = left.inner_join(right, left.user_id == right.other_id)
    both = _sizes(pairs.group_by("first", "then").aggregate(users=lambda row: row.count()), ["first", "then"])
    rows = [
        (names[one], names[other], one, other, sizes.get((one,), 0), both.get((one, other), 0), sizes.get((other,), 0))
        for one, other in combinations(names, 2)
    ]
    columns = ["first", "then", "first_report", "then_report", "participants", "both", "then_participants"]
    frame = add_rate(pd.DataFrame(rows, columns=columns), "both", "participants")
    whole = frame["then_participants"].astype("float64")
    return frame.assign(then_rate=frame["both"] / whole.where(whole > 0))


def synergy(
    users: ibis.Table,
    orders: ibis.Table,
    events: ibis.Table,
    taking_part: ibis.Table,
    campaigns: pd.DataFrame,
    participation: Mapping[str, str],
) -> pd.DataFrame:
    """Estimate what participants of an earlier campaign bought in a later one beyond matched peers.

    Participants are compared within strata of class of membership age, channel, and class of value in the 56 days
    before the earlier campaign (nothing, then classes that double), by how their value a day changed from those days to
    the later campaign. Where one takes part by registering there is no value before, and the peers are those who
    registered in the 28 days around the campaign; a later campaign that begins within 28 days falls in their first
    weeks, in which newcomers buy most, so that they have no peers and the effect is missing. A negative effect means
    that the earlier campaign took from the later one. Participants chose to take part, which matching cannot correct:
    people who are about in one are about in the other. So the same comparison is made for those who came to the shop
    in as many days before the earlier campaign and did not take part in it, of whom it changed nothing. Only where that
    placebo shows next to nothing is the difference the earlier campaign's.

    Args:
        users: One row per user: `user_id`, `registered_at` (local), optionally `channel`.
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        events: One row per event: `user_id`, `occurred_at` (local).
        taking_part: What `campaign_users` returns.
        campaigns: One row per campaign: `report`, `title`, `start`, `end`.
        participation: As `campaign_users`.

    Returns:
        One row per pair of campaigns that have a window, the earlier first.
        - `first`, `then`, `first_report`, `then_report` (str): As `overlap`.
        - `participants`, `matched` (int): Participants of the first who could be matched at all, and who have peers.
        - `effect_per_user`, `low`, `high` (float): What a matched participant bought more in the later campaign, with
          its 95 % interval (normal, from the strata's variances; a stratum with one person on a side takes the others'
          spread). NaN where nobody is matched.
        - `placebo`, `placebo_low`, `placebo_high` (float): The same of visitors who did not take part. NaN where one
          takes part by registering, or nobody is matched.
        - `passed` (bool): The placebo's interval lies within half of the difference, so that it is equivalent to none.
        - `effect`, `effect_low`, `effect_high` (float): The difference for all matched participants. NaN unless
          `passed`.
    """
    require(users, "users", "user_id", "registered_at")
    require(orders, "orders", "amount")
    dated = campaigns.dropna(subset=["start", "end"]).sort_values("start", kind="stable")
    rows = []
    for one, other in combinations(_records(dated), 2):
        joined = taking_part.filter(taking_part.report == one["report"]).select("user_id").distinct()
        newcomers = participation.get(one["report"]) == BY_REGISTERING
        if newcomers and other["start"] < one["end"] + NEAR_DAYS * DAY:
            found = _judged(_unknown(int(joined.count().execute())))
        else:
            found = _effect(_units(users, orders, joined, one, other, newcomers=newcomers), other)
            if not newcomers:
                found |= dict(zip(_PLACEBO, _placebo(users, orders, events, joined, one, other), strict=True))
            found = _judged(found)
        pair = {"first": one["title"], "then": other["title"]}
        rows.append(pair | {"first_report": one["report"], "then_report": other["report"]} | found)
    columns = ["first", "then", "first_report", "then_report", "participants", "matched", *_ENDS, *_PLACEBO, "passed"]
    return pd.DataFrame(rows, columns=columns)


def _sizes(counted: ibis.Table, keys: list[str]) -> dict[tuple[str, ...], int]:
    return {tuple(str(row[key]) for key in keys): int(row["users"]) for row in counted.execute().to_dict("records")}


def _units(
    users: ibis.Table,
    orders: ibis.Table,
    joined: ibis.Table,
    one: Mapping[str, Any],
    other: Mapping[str, Any],
    *,
    newcomers: bool,
) -> ibis.Table:
    """One row per participant or possible peer: their stratum, and how their value a day changed."""
    start, end = one["start"].to_pydatetime(), one["end"].to_pydatetime()
    if newcomers:
        near = NEAR_DAYS * DAY
        known = users.filter(users.registered_at >= start - near, users.registered_at < min(end + near, other["start"]))
    else:
        known = users.filter(users.registered_at < start - BEFORE_DAYS * DAY)
    members = with_tenure(known, start)
    if newcomers:
        members = members.mutate(tenure=ibis.literal(0))
    members = with_treated(members, joined)
    spent = _spent(orders, start, other)
    units = members.left_join(spent, "user_id").drop("user_id_right")
    units = units.mutate(before=units.before.fill_null(0.0), after=units.after.fill_null(0.0))
    classes = ibis.literal(NOTHING) if newcomers else value_class(units.before * BEFORE_DAYS)
    return units.mutate(value_class=classes, gain=units.after - units.before)


def _spent(orders: ibis.Table, start: dt.datetime, other: Mapping[str, Any]) -> ibis.Table:
    """Value a day of each buyer before the earlier campaign and during the later one."""
    then, until = other["start"].to_pydatetime(), other["end"].to_pydatetime()
    valid = orders_of_people(orders)
    moment, value = valid.ordered_at, valid.amount.cast("float64")
    earlier, later = (moment >= start - BEFORE_DAYS * DAY) & (moment < start), (moment >= then) & (moment < until)
    return (
        valid.filter(earlier | later)
        .group_by("user_id")
        .aggregate(
            before=ibis.ifelse(earlier, value, 0.0).sum() / BEFORE_DAYS,
            after=ibis.ifelse(later, value, 0.0).sum() / ((until - then) / DAY),
        )
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _unknown(participants: int) -> dict[str, Any]:
    """Participants without peers."""
    return {"participants": participants, "matched": 0} | dict.fromkeys(_ENDS, np.nan)


def _effect(units: ibis.Table, other: Mapping[str, Any]) -> dict[str, Any]:
    """The mean difference over matched participants, and its interval, for the later campaign's whole window."""
    took_part, matched, ends = _difference(units, (other["end"] - other["start"]) / DAY)
    facts: dict[str, Any] = {"participants": took_part, "matched": matched}
    return facts | dict(zip(_ENDS, (*ends, *(matched * end for end in ends)), strict=True))


def _difference(units: ibis.Table, days: float) -> tuple[int, int, tuple[float, float, float]]:
    """Participants, those with peers, and how much more these bought in so many days, with its interval."""
    frame = units.group_by("tenure", "channel", "value_class", "treated").aggregate(
        n=lambda row: row.count(), mean=lambda row: row.gain.mean(), var=lambda row: row.gain.var()
    )
    frame = pooled_spread(frame.execute())
    keys, names = ["tenure", "channel", "value_class"], ["n", "mean", "var"]
    treated = frame["treated"].astype(bool)
    own = frame[treated].set_index(keys)[names].add_prefix("treated_")
    both = own.join(frame[~treated].set_index(keys)[names].add_prefix("other_"), how="inner").astype("float64")
    return int(own["treated_n"].sum()), int(both["treated_n"].sum()), weighted_difference(both, days)


def _placebo(
    users: ibis.Table,
    orders: ibis.Table,
    events: ibis.Table,
    joined: ibis.Table,
    one: Mapping[str, Any],
    other: Mapping[str, Any],
) -> tuple[float, float, float]:
    """The difference of those who came before the earlier campaign and did not take part in it."""
    start, length = one["start"].to_pydatetime(), one["end"] - one["start"]
    came = events.filter(events.occurred_at >= start - length, events.occurred_at < start)
    visitors = came.select("user_id").distinct().anti_join(joined, "user_id")
    before = {"start": one["start"] - length, "end": one["start"]}
    units = _units(users.anti_join(joined, "user_id"), orders, visitors, before, other, newcomers=False)
    return _difference(units, (other["end"] - other["start"]) / DAY)[2]


def _judged(found: dict[str, Any]) -> dict[str, Any]:
    """With the placebo's answer; what is not the campaign's has no amount."""
    found = dict.fromkeys(_PLACEBO, np.nan) | found
    margin = abs(found["effect_per_user"]) / 2
    passed = bool(-margin <= found["placebo_low"] and found["placebo_high"] <= margin)
    found["passed"] = passed
    return found if passed else found | dict.fromkeys(("effect", "effect_low", "effect_high"), np.nan)
