"""Matching: participants beside people like them who did not take part, where a campaign was opt-in.

Coarsened exact matching (Iacus, King, Porro 2012, Political Analysis 20, 1-24) on value, tenure and channel before the
campaign, then differences in differences. The engine groups by stratum; only moments come back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import ibis
import numpy as np
import pandas as pd
from scipy.special import ndtri

from retro.metrics.intervals import CONFIDENCE
from retro.metrics.orders import valid_orders
from retro.metrics.windows import DAY, check_at_least, check_window, day_number, number_of, require

TENURE_DAYS = (30, 90, 365)
"""Edges of the classes of membership age."""

_NOTHING = -1_000
"""The class of value of who bought nothing; below that of any amount."""


def difference_in_differences(
    control_before: float, control_after: float, treated_before: float, treated_after: float
) -> float:
    """The treated group's change less the control group's.

    Examples:
        >>> difference_in_differences(23.38, 21.10, 20.43, 20.90).__round__(2)
        2.75
    """
    return (treated_after - treated_before) - (control_after - control_before)


def matched_participants(
    users: ibis.Table,
    orders: ibis.Table,
    participants: ibis.Table,
    *,
    start: dt.datetime,
    end: dt.datetime,
    before_days: int = 56,
    tenure_days: Sequence[int] = TENURE_DAYS,
) -> pd.DataFrame:
    """Compare what participants bought with what people like them bought who did not take part.

    Members who registered before the two periods of `before_days` are put into strata: class of value over the
    `before_days` before the start (nothing, then classes that double), class of membership age, channel. The effect
    is each stratum's change of value a day among participants less that among the others, weighted by participants.
    The same over the two periods before the start, when nothing had happened, is the placebo: where its interval
    leaves zero, participants were on another course anyway.

    Args:
        users: One row per user: `user_id`, `registered_at` (local), optionally `channel`.
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`.
        participants: One row per participant: `user_id`; repeated ones count once.
        start: Begin of the campaign, local.
        end: End of what is looked at, local, exclusive: the campaign's, or later for what stays.
        before_days: Length of each of the two periods before the start.
        tenure_days: Edges of the classes of membership age, in days.

    Returns:
        One row.

        - `participants`, `matched` (int): Participants among the members, and those for whom there are others alike.
        - `matched_rate` (float): `matched` over `participants`. NaN where there are none.
        - `effect_per_user` (float): Value over the whole window that a matched participant bought more. NaN where
          nobody is matched.
        - `low`, `high` (float): Its 95 % interval, normal, from the strata's variances.
        - `effect`, `effect_low`, `effect_high` (float): The same for all matched participants.
        - `placebo_per_user`, `placebo_low`, `placebo_high` (float): The placebo, for a window of the same length.
        - `strata` (int): Strata with participants and others.

    Raises:
        MetricError: The window is empty or has a zone, a column is missing, or `before_days` is below 1.
    """
    check_window(start, end)
    check_at_least("before_days", before_days, 1)
    require(users, "users", "user_id", "registered_at")
    require(participants, "participants", "user_id")
    members = _members(users, participants, start, before_days * DAY, tenure_days)
    units = _with_changes(members, orders, start, end, before_days * DAY)
    strata = _moments(units)
    both = strata.dropna()
    took_part = int(strata["treated_n"].fillna(0).sum())
    matched = int(both["treated_n"].sum())
    days = (end - start) / DAY
    per_user = _weighted(both, "gain", days)
    row = {
        "participants": took_part,
        "matched": matched,
        "matched_rate": matched / took_part if took_part else np.nan,
        **dict(zip(("effect_per_user", "low", "high"), per_user, strict=True)),
        **dict(zip(("effect", "effect_low", "effect_high"), (matched * part for part in per_user), strict=True)),
        **dict(zip(("placebo_per_user", "placebo_low", "placebo_high"), _weighted(both, "trend", days), strict=True)),
        "strata": len(both),
    }
    return pd.DataFrame([row])


def _members(
    users: ibis.Table,
    participants: ibis.Table,
    start: dt.datetime,
    span: dt.timedelta,
    tenure_days: Sequence[int],
) -> ibis.Table:
    """One row per member of both periods before the start: class of age, channel, whether taking part."""
    members = users.filter(users.registered_at < start - 2 * span)
    age = number_of(start.date()) - day_number(members.registered_at)
    tenure = sum((ibis.ifelse(age >= edge, 1, 0) for edge in tenure_days), ibis.literal(0))
    channel = members.channel.fill_null("") if "channel" in members.columns else ibis.literal("")
    joined = participants.select("user_id").distinct().mutate(treated=True)
    members = members.select("user_id", tenure=tenure, channel=channel)
    members = members.left_join(joined, "user_id").drop("user_id_right")
    return members.mutate(treated=members.treated.fill_null(False))  # noqa: FBT003 - what a missing one means


def _with_changes(
    members: ibis.Table, orders: ibis.Table, start: dt.datetime, end: dt.datetime, span: dt.timedelta
) -> ibis.Table:
    """The members with their class of value before the start, and their changes of value a day."""
    valid = valid_orders(orders)
    valid = valid.filter(valid.ordered_at >= start - 2 * span, valid.ordered_at < end)
    value, moment, days = valid.amount.cast("float64"), valid.ordered_at, span / DAY
    spent = valid.group_by("user_id").aggregate(
        earlier=ibis.ifelse(moment < start - span, value, 0.0).sum() / days,
        before=ibis.ifelse((moment >= start - span) & (moment < start), value, 0.0).sum() / days,
        after=ibis.ifelse(moment >= start, value, 0.0).sum() / ((end - start) / DAY),
    )
    units = members.left_join(spent, "user_id").drop("user_id_right")
    units = units.mutate(**{name: units[name].fill_null(0.0) for name in ("earlier", "before", "after")})
    doubling = (units.before * days).log2().floor().cast("int64")
    return units.mutate(
        value_class=ibis.ifelse(units.before > 0, doubling, _NOTHING),
        gain=units.after - units.before,
        trend=units.before - units.earlier,
    )


def _moments(units: ibis.Table) -> pd.DataFrame:
    """One row per stratum: number, means and variances of both groups; missing where a stratum has only one."""
    frame = (
        units.group_by("tenure", "channel", "value_class", "treated")
        .aggregate(
            n=lambda row: row.count(),
            gain=lambda row: row.gain.mean(),
            gain_var=lambda row: row.gain.var(),
            trend=lambda row: row.trend.mean(),
            trend_var=lambda row: row.trend.var(),
        )
        .execute()
    )
    names = ["n", "gain", "gain_var", "trend", "trend_var"]
    frame[["gain_var", "trend_var"]] = frame[["gain_var", "trend_var"]].fillna(0.0)
    keys = ["tenure", "channel", "value_class"]
    treated = frame[frame["treated"]].set_index(keys)[names].add_prefix("treated_")
    others = frame[~frame["treated"].astype(bool)].set_index(keys)[names].add_prefix("other_")
    joined: pd.DataFrame = treated.join(others, how="outer").astype("float64")
    return joined


def _weighted(strata: pd.DataFrame, what: str, days: float) -> tuple[float, float, float]:
    """The mean difference over participants and its interval, for a window of so many days."""
    if strata.empty:
        return (np.nan, np.nan, np.nan)
    share = strata["treated_n"] / strata["treated_n"].sum()
    effect = float((share * (strata[f"treated_{what}"] - strata[f"other_{what}"])).sum())
    error = strata[f"treated_{what}_var"] / strata["treated_n"] + strata[f"other_{what}_var"] / strata["other_n"]
    half = float(ndtri((1 + CONFIDENCE) / 2) * np.sqrt((share**2 * error).sum()))
    return (effect * days, (effect - half) * days, (effect + half) * days)
