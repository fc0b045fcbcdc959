"""Matching: compare participants with matched members who did not take part, where a campaign was opt-in.

Coarsened exact matching (Iacus, King, Porro 2012, Political Analysis 20, 1-24) on value, recency, tenure and channel
before the campaign, then differences in differences. The engine groups by stratum; only moments come back.
"""

import datetime as dt

import ibis
import numpy as np
import pandas as pd

from retro.metrics.orders import orders_of_people
from retro.metrics.strata import (
    pooled_spread,
    value_class,
    weighted_difference,
    with_tenure,
    with_treated,
    worth_of,
)
from retro.metrics.windows import DAY, WEEK, check_at_least, day_number, number_of, require
from retro.periods import Window

RECENT_DAYS = (7, 28)
"""Edges of the classes of days since the last order."""

_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - local, as every column


def matched_participants(
    users: ibis.Table, orders: ibis.Table, participants: ibis.Table, window: Window, *, before_days: int = 56
) -> pd.DataFrame:
    """Compare the purchases of participants with those of matched members who did not take part.

    Members who registered before the two periods of `before_days` are put into strata: class of value over the
    `before_days` before the start (nothing, then classes that double), class of days since the last order in them,
    class of membership age, channel. The effect is each stratum's change of value a day among participants less that
    among the others, weighted by participants. The placebo is the same one period earlier: where its interval excludes
    zero, the matched groups differed already.

    Where only some members could take part, `users` should hold only those.

    Args:
        users: One row per user: `user_id`, `registered_at` (local), optionally `channel`.
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`, `amount`. Where orders hold no
            amounts, each counts one, and the effect is one of orders.
        participants: One row per participant: `user_id`; repeated ones count once.
        window: The campaign.
        before_days: Length of each of the two periods before the start.

    Returns:
        One row.
        - `participants`, `matched` (int): Participants among the members, and those with matched others.
        - `matched_rate` (float): `matched` over `participants`. NaN where there are none.
        - `effect_per_user` (float): Value over the whole window that a matched participant bought more. NaN where
          nobody is matched.
        - `low`, `high` (float): Its 95 % interval, normal, from the strata's variances; a stratum with one person on a
          side takes the others' spread. NaN where no spread is known.
        - `effect`, `effect_low`, `effect_high` (float): The same for all matched participants.
        - `placebo_per_user`, `placebo_low`, `placebo_high` (float): The placebo, for a window of the same length.
        - `strata` (int): Strata with participants and others.
        - `unit` (str): What value is counted in: `money`, or `orders` where these hold no amounts.
    """
    units = _units(users, orders, participants, window, before_days)
    strata, shifted = _moments(units, "before", "gain"), _moments(units, "earlier", "trend")
    both, alike_then = strata.dropna(subset=_BOTH), shifted.dropna(subset=_BOTH)
    took_part = int(strata["treated_n"].fillna(0).sum())
    matched = int(both["treated_n"].sum())
    per_user, placebo = weighted_difference(both, window.days), weighted_difference(alike_then, window.days)
    row = {
        "participants": took_part,
        "matched": matched,
        "matched_rate": matched / took_part if took_part else np.nan,
        **dict(zip(("effect_per_user", "low", "high"), per_user, strict=True)),
        **dict(zip(("effect", "effect_low", "effect_high"), (matched * part for part in per_user), strict=True)),
        **dict(zip(("placebo_per_user", "placebo_low", "placebo_high"), placebo, strict=True)),
        "strata": len(both),
        "unit": "money" if "amount" in orders.columns else "orders",
    }
    return pd.DataFrame([row])


def matched_weeks(
    users: ibis.Table, orders: ibis.Table, participants: ibis.Table, window: Window, *, before_days: int = 56
) -> pd.DataFrame:
    """Sum the purchases of participants and matched members by week, before the campaign and in it.

    The others are weighted to the participants' strata; lines that part before the start show that the groups differed
    already.

    The arguments are those of `matched_participants`.

    Returns:
        One row per week that is whole, in order; none where nobody is matched.
        - `week` (int): Weeks since the start; below 0 before it.
        - `on` (date): First day of the week.
        - `participants`, `others` (float): Value of orders a user within the week.
        - `unit` (str): As in `matched_participants`.
    """
    units = _units(users, orders, participants, window, before_days)
    sizes = _moments(units, "before", "gain").dropna(subset=_BOTH)[_BOTH]
    weeks = range(-(2 * before_days * DAY // WEEK), window.length // WEEK)
    if sizes.empty or not weeks:
        return pd.DataFrame({"week": [], "on": [], "participants": [], "others": [], "unit": []})
    spent = _by_week(units, orders, window.start, weeks)
    share = (sizes["treated_n"] / sizes["treated_n"].sum()).rename("share")
    rows = []
    for week in weeks:
        means = {}
        for treated, heads in ((True, "treated_n"), (False, "other_n")):
            value = spent.loc[(spent["week"] == week) & (spent["treated"] == treated)].set_index(_STRATUM)["value"]
            means[treated] = float((share * value.reindex(sizes.index).fillna(0.0) / sizes[heads]).sum())
        rows.append((week, (window.start + week * WEEK).date(), means[True], means[False]))
    frame = pd.DataFrame(rows, columns=["week", "on", "participants", "others"])
    return frame.assign(unit="money" if "amount" in orders.columns else "orders")


_STRATUM = ["tenure", "channel", "value_class", "recency"]
_BOTH = ["treated_n", "other_n"]


def _by_week(units: ibis.Table, orders: ibis.Table, start: dt.datetime, weeks: range) -> pd.DataFrame:
    valid = orders_of_people(orders)
    valid = valid.filter(valid.ordered_at >= start + weeks.start * WEEK, valid.ordered_at < start + weeks.stop * WEEK)
    since = valid.ordered_at.epoch_seconds() - int((start - _EPOCH).total_seconds())
    length = int(WEEK.total_seconds())
    # Counted from the first week, so that no engine has to divide a number below 0.
    week = (since - weeks.start * length) // length + weeks.start
    dated = valid.select("user_id", week=week, value=worth_of(valid))
    strata = units.rename(value_class="before_class", recency="before_age").select("user_id", "treated", *_STRATUM)
    joined = dated.inner_join(strata, "user_id")
    frame = joined.group_by(*_STRATUM, "treated", "week").aggregate(value=lambda row: row.value.sum()).execute()
    typed: pd.DataFrame = frame.astype({"treated": bool, "week": int})
    return typed


def _units(
    users: ibis.Table, orders: ibis.Table, participants: ibis.Table, window: Window, before_days: int
) -> ibis.Table:
    """The members of both periods before the start with their strata, and their changes of value a day."""
    check_at_least("before_days", before_days, 1)
    require(users, "users", "user_id", "registered_at")
    require(participants, "participants", "user_id")
    span = before_days * DAY
    members = with_tenure(users.filter(users.registered_at < window.start - 2 * span), window.start)
    members = with_treated(members, participants)
    valid = orders_of_people(orders)
    valid = valid.filter(valid.ordered_at >= window.start - 2 * span, valid.ordered_at < window.end)
    value, moment, days = worth_of(valid), valid.ordered_at, span / DAY
    spent = valid.group_by("user_id").aggregate(
        earlier=ibis.ifelse(moment < window.start - span, value, 0.0).sum() / days,
        before=ibis.ifelse(window.before(span).holds(moment), value, 0.0).sum() / days,
        after=ibis.ifelse(moment >= window.start, value, 0.0).sum() / window.days,
        earlier_last=ibis.ifelse(moment < window.start - span, moment, ibis.null("timestamp")).max(),
        before_last=ibis.ifelse(moment < window.start, moment, ibis.null("timestamp")).max(),
    )
    units = members.left_join(spent, "user_id").drop("user_id_right")
    units = units.mutate(**{name: units[name].fill_null(0.0) for name in ("earlier", "before", "after")})
    classes = {f"{name}_class": value_class(units[name] * days) for name in ("earlier", "before")}
    return units.mutate(
        **classes,
        earlier_age=_age_class(units.earlier_last, window.start - span),
        before_age=_age_class(units.before_last, window.start),
        gain=units.after - units.before,
        trend=units.before - units.earlier,
    )


def _age_class(last: ibis.Value, start: dt.datetime) -> ibis.Value:
    """Class of days since the last order before a moment; 0 where there is none."""
    age = number_of(start.date()) - day_number(last)
    return ibis.coalesce(sum((ibis.ifelse(age < edge, 1, 0) for edge in RECENT_DAYS), ibis.literal(1)), 0)


def _moments(units: ibis.Table, period: str, change: str) -> pd.DataFrame:
    """One row per stratum of a period: number, mean and variance of a change on both sides; missing where one has none.

    A stratum with one person on a side takes the spread of the others.
    """
    strata = units.rename(value_class=f"{period}_class", recency=f"{period}_age")
    frame = (
        strata.group_by(*_STRATUM, "treated")
        .aggregate(n=lambda row: row.count(), mean=lambda row: row[change].mean(), var=lambda row: row[change].var())
        .execute()
    )
    names, frame = ["n", "mean", "var"], pooled_spread(frame)
    treated = frame[frame["treated"].astype(bool)].set_index(_STRATUM)[names].add_prefix("treated_")
    others = frame[~frame["treated"].astype(bool)].set_index(_STRATUM)[names].add_prefix("other_")
    joined: pd.DataFrame = treated.join(others, how="outer").astype("float64").sort_index()
    return joined
