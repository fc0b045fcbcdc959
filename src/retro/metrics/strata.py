"""Strata: classes of members by tenure, channel and value, within which participants are matched."""

import datetime as dt

import ibis
import numpy as np
import pandas as pd
from scipy.special import ndtri

from retro.metrics.intervals import CONFIDENCE
from retro.metrics.windows import day_number, number_of

TENURE_DAYS = (30, 90, 365)
"""Edges of the classes of membership age, in days."""

NOTHING = -1_000
"""The class of value of members who bought nothing; below that of any amount."""


def with_tenure(users: ibis.Table, start: dt.datetime) -> ibis.Table:
    """`user_id`, `tenure` (class of membership age at the start) and `channel` (empty where not known) of users."""
    age = number_of(start.date()) - day_number(users.registered_at)
    tenure = sum((ibis.ifelse(age >= edge, 1, 0) for edge in TENURE_DAYS), ibis.literal(0))
    channel = users.channel.fill_null("") if "channel" in users.columns else ibis.literal("")
    return users.select("user_id", tenure=tenure, channel=channel)


def with_treated(members: ibis.Table, participants: ibis.Table) -> ibis.Table:
    """The members with `treated`: whether they are among the participants."""
    joined = participants.select("user_id").distinct().mutate(treated=True)
    members = members.left_join(joined, "user_id").drop("user_id_right")
    return members.mutate(treated=members.treated.fill_null(False))  # noqa: FBT003 - what a missing one means


def value_class(value: ibis.Value) -> ibis.Value:
    """The class of an amount, classes doubling; `NOTHING` for 0."""
    return ibis.ifelse(value > 0, value.log2().floor().cast("int64"), NOTHING)


def worth_of(valid: ibis.Table) -> ibis.Column:
    """What each order counts: its amount, and one where the shop's orders hold no amounts."""
    if "amount" in valid.columns:
        return valid.amount.cast("float64")
    return ibis.ifelse(valid.order_id.notnull(), 1.0, 1.0)  # a column, not a literal: it is summed


def pooled_spread(strata: pd.DataFrame) -> pd.DataFrame:
    """The strata with the pooled variance of the others where a side holds one person, who has none of his own.

    One row per stratum and side: `n`, `var`. NaN stays where no stratum has several people.
    """
    several = strata[strata["n"] > 1]
    freedom = (several["n"] - 1).sum()
    pooled = (several["var"] * (several["n"] - 1)).sum() / freedom if freedom else np.nan
    return strata.assign(var=strata["var"].astype("float64").where(strata["n"] > 1, pooled))


def weighted_difference(strata: pd.DataFrame, days: float) -> tuple[float, float, float]:
    """The mean difference over participants for a window of so many days, and its 95 % interval; NaN without strata.

    Strata have people on both sides: `n`, `mean` and `var` of a change of value a day, after `treated_` and `other_`.
    """
    if strata.empty:
        return (np.nan, np.nan, np.nan)
    share = strata["treated_n"] / strata["treated_n"].sum()
    effect = float((share * (strata["treated_mean"] - strata["other_mean"])).sum())
    error = strata["treated_var"] / strata["treated_n"] + strata["other_var"] / strata["other_n"]
    half = float(ndtri((1 + CONFIDENCE) / 2) * np.sqrt((share**2 * error).sum(skipna=False)))
    return (effect * days, (effect - half) * days, (effect + half) * days)
