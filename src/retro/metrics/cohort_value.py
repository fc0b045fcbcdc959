"""Cohort value: contribution of a new user within N days of registering, beside the baseline cohort."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import ibis
import numpy as np
import pandas as pd
from scipy.special import stdtrit

from retro.economics import UnitEconomics
from retro.metrics.attribution import from_cents
from retro.metrics.cohorts import BASELINE, CAMPAIGN, holds_lost, lost_of, lost_since, state_of
from retro.metrics.intervals import CONFIDENCE
from retro.metrics.money import per_head
from retro.metrics.orders import VALID_STATUS, valid_orders
from retro.metrics.pnl.orders import order_economics
from retro.metrics.shop import Shop
from retro.metrics.windows import check_at_least, day_number, require, whole_days_until
from retro.periods import Window

_CENTS = 100


def cohort_value(
    users: ibis.Table, orders: ibis.Table, shop: Shop, window: Window, *, economics: UnitEconomics, days: int = 30
) -> pd.DataFrame:
    """Compute contribution per new user within `days` of registering, of the campaign's and the baseline cohort.

    Of N days the day of registration is the first, so that they are N dates. A user counts once all of them were wholly
    observed and orders of none are lost (`history`), so both cohorts are equally mature; users who bought nothing count
    with 0.

    Args:
        users: One row per user: `user_id`, `registered_at` (local).
        orders: As in `order_economics`.
        shop: As in `order_economics`.
        window: The campaign or period; it says until when the data was observed; the weeks of its baseline make the
            baseline cohort.
        economics: As in `order_economics`.
        days: Local days that count, that of the registration among them.

    Returns:
        Two rows, the campaign first.
        - `cohort` (str): `campaign` or `baseline`.
        - `eligible` (int): New users observed for so long.
        - `buyers` (int): Of these, users with a valid order within `days`.
        - `contribution` (Decimal): Paid less returned less goods of those orders, before campaign cost. None where
          goods' costs are not known, or nobody is eligible.
        - `per_user` (Decimal): The same for each eligible user.
        - `low`, `high` (float): Its 95 % interval, Student's t. NaN for fewer than two users, and where nobody
          bought, as nothing tells how it varies.
        - `state` (str): `observed`, `partial` where some users are younger or have lost days, `unobserved`, `lost`.
        - `lost_days` (int): Days whose orders are lost and for which users of the cohort do not count.
    """
    check_at_least("days", days, 1)
    require(users, "users", "user_id", "registered_at")
    require(orders, "orders", "user_id")
    recent = users.filter(users.registered_at >= window.baseline_start, users.registered_at < window.end)
    cohort = ibis.ifelse(recent.registered_at >= window.start, CAMPAIGN, BASELINE)
    young = day_number(recent.registered_at) + days > whole_days_until(window.observed)
    lost = lost_since(valid_orders(orders, until=window.observed), window.baseline_start, window.observed)
    people = recent.select("user_id", cohort=cohort, born=day_number(recent.registered_at), young=young)
    people = people.mutate(holed=holds_lost(people.born, lost, range(days)))
    left = _left(people, order_economics(orders, shop, economics), days)
    joined = people.filter(~people.young, ~people.holed).left_join(left, "user_id")
    cents = joined.left.fill_null(0).cast("float64")
    sums = joined.group_by("cohort").aggregate(
        eligible=joined.count(),
        buyers=joined.orders.count(),
        cents=joined.left.sum(),
        squares=(cents * cents).sum(),
        unknown=joined.unknown.sum(),
    )
    found = {str(row["cohort"]): row for row in sums.execute().to_dict("records")}
    members = people.group_by("cohort").aggregate(users=people.count(), over=ibis.ifelse(people.young, 0, 1).sum())
    counted = members.execute().set_index("cohort").reindex([CAMPAIGN, BASELINE], fill_value=0).astype("int64")
    rows = [_row(name, found, int(row["users"]), int(row["over"])) for name, row in counted.iterrows()]
    columns = ["cohort", "eligible", "buyers", "contribution", "per_user", "low", "high", "state"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["lost_days"] = [
        lost_of(lost, window, cohort, days - 1) if counted["over"][cohort] > eligible else 0
        for cohort, eligible in zip(frame["cohort"], frame["eligible"], strict=True)
    ]
    return frame


def _left(people: ibis.Table, table: ibis.Table, days: int) -> ibis.Table:
    """Contribution of each buyer within `days`, in cents, and the number of orders with unknown cost."""
    bought = table.filter(table.status == VALID_STATUS).inner_join(people, "user_id")
    age = day_number(bought.ordered_at) - bought.born
    within = bought.filter(age >= 0, age < days)
    return within.group_by("user_id").aggregate(
        left=(within.paid - within.returned - within.goods).sum(),
        orders=within.count(),
        unknown=within.goods.isnull().sum(),
    )


def _row(name: str, found: Mapping[str, Mapping[Any, Any]], members: int, over: int) -> tuple[object, ...]:
    if name not in found:
        return (name, 0, 0, None, None, np.nan, np.nan, state_of(0, members, over))
    row = found[name]
    eligible, buyers = int(row["eligible"]), int(row["buyers"])
    state = state_of(eligible, members)
    if not pd.isna(row["unknown"]) and row["unknown"] > 0:
        return (name, eligible, buyers, None, None, np.nan, np.nan, state)
    total = Decimal("0.00") if pd.isna(row["cents"]) else from_cents(row["cents"])
    low = high = np.nan
    if eligible > 1 and row["squares"] > 0:
        mean = float(total) / eligible
        spread = max(0.0, float(row["squares"]) / _CENTS**2 - eligible * mean**2) / (eligible - 1)
        half = float(stdtrit(eligible - 1, (1 + CONFIDENCE) / 2)) * np.sqrt(spread / eligible)
        low, high = mean - half, mean + half
    return (name, eligible, buyers, total, per_head(total, eligible), low, high, state)
