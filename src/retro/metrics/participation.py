"""Participation: the share of eligible members who took part, by day."""

import ibis
import pandas as pd

from retro.errors import MetricError, MissingColumn
from retro.metrics.intervals import add_rate
from retro.metrics.shop import Shop
from retro.metrics.windows import DAY, check_at_least, day_number, day_of, days_of, require
from retro.periods import Window

GROUPS = ("all", "seen", "silent")
"""Everybody eligible; those with an event shortly before the start; those without one."""


def eligible_members(
    users: ibis.Table, shop: Shop, window: Window, *, invitation: str | None = None, arm: str = "invited"
) -> ibis.Table:
    """The eligible members.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        shop: `exposures` where the shop has it: `experiment_id`, `unit_id`, `arm`.
        window: The campaign.
        invitation: The experiment whose `arm` was invited; None if all members registered before the start were.
        arm: The arm that was invited.

    Returns:
        A table with one row per member: `user_id`.

    Raises:
        MissingColumn: An invitation is named but there are no exposures.
        MetricError: Nobody was invited.
    """
    require(users, "users", "user_id", "registered_at")
    if invitation is None:
        return users.filter(users.registered_at < window.start).select("user_id").distinct()
    if "exposures" not in shop:
        raise MissingColumn(
            f"eligible_members: invitation {invitation!r} must be in the table 'exposures', got no such table. "
            "Leave the key out where everybody was invited.",
            "exposures",
            "",
        )
    exposures = shop["exposures"]
    require(exposures, "exposures", "experiment_id", "unit_id", "arm")
    told = exposures.filter(exposures.experiment_id == invitation, exposures.arm == arm)
    if not told.limit(1).count().execute():
        raise MetricError(
            f"eligible_members: arm {arm!r} of experiment {invitation!r} must have exposures, got none. "
            "Check invitation and invited_arm in the params."
        )
    return told.select(user_id=told.unit_id).distinct()


def invitation_groups(
    users: ibis.Table,
    shop: Shop,
    window: Window,
    *,
    invitation: str | None = None,
    arm: str = "invited",
    held_out_arm: str | None = None,
) -> dict[str, ibis.Table]:
    """The eligible members, and those held out at random, if any.

    `users`, `shop`, `window`, `invitation` and `arm` are those of `eligible_members`. `held_out_arm` is the arm that
    was held out at random; None for none.

    Returns:
        Tables with `user_id` by name: `invited`, and `held_out` where an arm is named.
    """
    groups = {"invited": eligible_members(users, shop, window, invitation=invitation, arm=arm)}
    if invitation is not None and held_out_arm is not None:
        groups["held_out"] = eligible_members(users, shop, window, invitation=invitation, arm=held_out_arm)
    return groups


def seen_members(
    users: ibis.Table, eligible: ibis.Table, events: ibis.Table, window: Window, *, seen_days: int = 30
) -> ibis.Table:
    """The eligible members with an event shortly before the start, for a fair comparison with participants.

    Args:
        users: One row per user: `user_id` and whatever else is known.
        eligible: As `eligible_members` returns it.
        events: One row per event: `user_id`, `occurred_at` (local).
        window: The campaign.
        seen_days: Days before the start within which any event counts.

    Returns:
        The rows of `users` that are eligible and were seen.
    """
    check_at_least("seen_days", seen_days, 1)
    require(events, "events", "user_id", "occurred_at")
    seen = events.filter(window.before(seen_days * DAY).holds(events.occurred_at))
    return users.semi_join(eligible, "user_id").semi_join(seen, "user_id")


def participants(events: ibis.Table, window: Window, *, event: str) -> ibis.Table:
    """The participants, with the time of joining.

    Args:
        events: One row per event: `user_id`, `event`, `occurred_at` (local).
        event: The event of taking part.
        window: The campaign.

    Returns:
        A table with one row per participant: `user_id`, `joined_at` (local), the first such event in the window.
    """
    require(events, "events", "user_id", "event", "occurred_at")
    joins = events.filter(events.event == event, events.user_id.notnull(), window.holds(events.occurred_at))
    return joins.group_by("user_id").aggregate(joined_at=joins.occurred_at.min())


def participation(
    eligible: ibis.Table, joined: ibis.Table, events: ibis.Table, window: Window, *, seen_days: int = 30
) -> pd.DataFrame:
    """Compute the share of eligible members who had taken part by the end of each day.

    Args:
        eligible: As `eligible_members` returns it.
        joined: As `participants` returns it.
        events: One row per event: `user_id`, `occurred_at` (local).
        window: The campaign.
        seen_days: Days before the start within which any event tells a member `seen` from a `silent` one.

    Returns:
        One row per group and local day of the window, in order. A shop without events before the start has the group
        `all` only.
        - `group` (str): `all`, `seen` or `silent`.
        - `day` (int): Day of the campaign, from 1.
        - `on` (date): Day.
        - `joined` (int): Members who took part for the first time on it.
        - `participants` (int): Those so far.
        - `eligible` (int): Members of the group.
        - `uninvited` (int): Participants of the whole window who are not eligible; `participants` does not hold them.
        - `rate`, `low`, `high` (float): `participants` over `eligible`, and its 95 % Wilson interval. NaN where nobody
          was eligible.
    """
    check_at_least("seen_days", seen_days, 1)
    require(eligible, "eligible", "user_id")
    require(joined, "participants", "user_id", "joined_at")
    require(events, "events", "user_id", "occurred_at")
    before = events.filter(window.before(seen_days * DAY).holds(events.occurred_at))
    seen = before.select(seen_id="user_id").distinct()
    members = eligible.left_join(seen, eligible.user_id == seen.seen_id).left_join(joined, "user_id")
    counted = members.group_by(
        group=ibis.ifelse(members.seen_id.notnull(), "seen", "silent"), number=day_number(members.joined_at)
    ).aggregate(members=members.count())
    counted = counted.execute()
    groups = [group for group in GROUPS if group == "all" or (counted["group"] == "seen").any()]
    frames = [
        _curve(counted if group == "all" else counted[counted["group"] == group], group, window) for group in groups
    ]
    others = int(joined.anti_join(eligible, "user_id").count().execute())
    return add_rate(pd.concat(frames, ignore_index=True).assign(uninvited=others), "participants", "eligible")


def _curve(counted: pd.DataFrame, group: str, window: Window) -> pd.DataFrame:
    """One row for each day that the window touches."""
    numbers = days_of(window)
    by_day = counted.dropna(subset="number").groupby("number")["members"].sum()
    joined = by_day.reindex(numbers, fill_value=0).astype("int64")
    return pd.DataFrame(
        {
            "group": group,
            "day": range(1, len(numbers) + 1),
            "on": [day_of(number) for number in numbers],
            "joined": joined.to_numpy(),
            "participants": joined.cumsum().to_numpy(),
            "eligible": int(counted["members"].sum()),
        }
    )
