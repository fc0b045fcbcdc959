"""Repurchase: the share of first-time buyers who buy again, within N days or by month."""

import datetime as dt

import ibis
import pandas as pd

from retro.metrics.cohorts import (
    BASELINE,
    CAMPAIGN,
    baseline_since,
    holds_lost,
    lost_of,
    lost_since,
    new_since,
    state_of,
)
from retro.metrics.intervals import add_rate
from retro.metrics.orders import orders_of_people
from retro.metrics.windows import (
    check_at_least,
    day_number,
    day_of,
    month_number,
    month_of,
    number_of_month,
    whole_days_until,
)
from retro.periods import Window

_MISSING = ("unobserved", "early", "lost")
"""States of cells that hold no figure."""


def repurchase(orders: ibis.Table, window: Window, *, days: int = 28) -> pd.DataFrame:
    """Share of first-time buyers who buy again on one of the local calendar days +1 to +`days` after their first order.

    Only valid orders count (`paid`, of a known user), and only buyers whose day +`days` was wholly observed and of
    whose days no orders are lost (`history`): nobody knows whether they bought again on such a day. A second
    order on the first day is part of the first purchase. The campaign's buyers placed their first order ever in
    `[start, end)`, the baseline's in the `baseline_weeks` weeks before, except the first 28 days of the table, when
    regular customers still look like first-time buyers; a campaign in those days has no first-time buyers to count.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`.
        window: The campaign or period; it says until when orders were observed; the weeks of its baseline make the
            baseline cohort.
        days: Length of the repurchase window in days.

    Returns:
        One row per cohort, the campaign first.
        - `cohort` (str): `campaign` or `baseline`.
        - `buyers` (int): First-time buyers whose days +1 to +`days` were observed, each of them.
        - `repurchasers` (Int64): Of these, buyers with another valid order on those days. Missing where `buyers` is 0.
        - `rate`, `low`, `high` (float): `repurchasers` over `buyers`, and its 95 % Wilson interval. NaN likewise.
        - `state` (str): `observed` where all buyers of the cohort are counted, `partial` where some are,
          `unobserved` where none is, `lost` where that is because orders of these days are lost, `empty` where the
          cohort has no buyers, `early` where orders are not known long enough before it.
        - `lost_days` (int): Lost days for which buyers of the cohort do not count.
    """
    check_at_least("days", days, 1)
    valid = orders_of_people(orders, until=window.observed)
    firsts = valid.group_by("user_id").aggregate(first_at=valid.ordered_at.min())
    known_since = new_since(valid, window)
    lost = lost_since(valid, window.baseline_start, window.observed)
    buyers = firsts.filter(firsts.first_at >= baseline_since(window, known_since), firsts.first_at < window.end).select(
        "user_id",
        cohort=ibis.ifelse(firsts.first_at >= window.start, CAMPAIGN, BASELINE),
        first=day_number(firsts.first_at),
    )
    again = valid.select("user_id", day=day_number(valid.ordered_at))
    again = again.join(buyers, "user_id").filter(
        lambda row: (row.day > row["first"]) & (row.day <= row["first"] + days)
    )
    returned = again.select("user_id").distinct().mutate(returned=1)
    over = buyers["first"] + days < whole_days_until(window.observed)
    known = over & ~holds_lost(buyers["first"], lost, range(1, days + 1))
    counted = (
        buyers.mutate(over=ibis.ifelse(over, 1, 0), known=ibis.ifelse(known, 1, 0))
        .left_join(returned, "user_id")
        .group_by("cohort")
        .aggregate(
            members=lambda row: row.count(),
            over=lambda row: row.over.sum(),
            buyers=lambda row: row.known.sum(),
            repurchasers=lambda row: (row.known * row.returned.fill_null(0)).sum(),
        )
    )
    frame = counted.execute().set_index("cohort").reindex([CAMPAIGN, BASELINE], fill_value=0).reset_index()
    frame["state"] = [state_of(row.buyers, row.members, row.over) for row in frame.itertuples()]
    frame["lost_days"] = [
        lost_of(lost, window, row.cohort, days) if row.over > row.buyers else 0 for row in frame.itertuples()
    ]
    if known_since > window.start:
        frame.loc[frame["members"] > 0, ["buyers", "state"]] = 0, "early"
    return _rated(frame, ["cohort"]).assign(lost_days=frame["lost_days"])


def repurchase_cohorts(orders: ibis.Table, window: Window, *, months: int = 6) -> pd.DataFrame:
    """Share of the buyers first seen in a month who buy again in that month and in each one after it.

    A cohort is everybody whose first valid order lies in a calendar month; the cohorts are the `months` months up to
    the one in which the window ends, and each is followed over as many months. Buying again means a valid
    order on a later day than the first; in month 0 that is a second day within the same month.

    Args:
        orders: One row per order: `order_id`, `user_id`, `ordered_at` (local), `status`.
        window: The campaign or period; it says until when orders were observed.
        months: How many cohorts, and how many months each is followed, its own included.

    Returns:
        One row per cohort and month after it, also where it is unobserved; oldest cohort first.
        - `cohort_month` (date): First day of the cohort's month.
        - `months_after` (int): 0 for that month, 1 for the next.
        - `buyers` (int): Buyers of the cohort observed so far.
        - `repurchasers` (Int64): Of these, buyers who bought again in that month. Missing where it is unobserved or
          orders of a day of it are lost.
        - `rate`, `low`, `high` (float): `repurchasers` over `buyers`, and its 95 % Wilson interval. NaN likewise, and
          for a cohort without buyers.
        - `state` (str): `early` for a month that begins before orders are known for 28 days, when regular customers
          still look new: its cells are missing; `observed` where the month is over; `partial` where it is running, so
          that the rate is what was reached so far and can only grow; `unobserved` where it has not begun; `lost`
          where orders of a day of it are lost.
    """
    check_at_least("months", months, 1)
    last = number_of_month(window.last_day)
    first = last - months + 1
    valid = orders_of_people(orders, until=window.observed)
    starts = valid.group_by("user_id").aggregate(first_at=valid.ordered_at.min())
    starts = starts.mutate(cohort=month_number(starts.first_at))
    cohorts = starts.filter(starts.cohort >= first, starts.cohort <= last)
    known = new_since(valid, window)
    sizes = cohorts.group_by("cohort").aggregate(buyers=lambda row: row.count()).execute()
    later = valid.join(cohorts, "user_id").filter(lambda row: day_number(row.ordered_at) > day_number(row.first_at))
    active = later.select("user_id", "cohort", after=month_number(later.ordered_at) - later.cohort).distinct()
    again = active.group_by("cohort", "after").aggregate(repurchasers=lambda row: row.count()).execute()
    buyers = dict(zip(sizes["cohort"], sizes["buyers"], strict=True))
    repurchasers = {(row.cohort, row.after): row.repurchasers for row in again.itertuples()}
    lost = lost_since(valid, dt.datetime.combine(month_of(first), dt.time()), window.observed)
    holed = {number_of_month(day_of(day)) for day in lost}
    rows = []
    for cohort in range(first, last + 1):
        for after in range(months):
            early = dt.datetime.combine(month_of(cohort), dt.time()) < known
            unknown = "early" if early else "lost" if cohort + after in holed else ""
            state = unknown or _month_state(cohort + after, window.observed)
            count = None if state in _MISSING else int(repurchasers.get((cohort, after), 0))
            rows.append((month_of(cohort), after, 0 if early else int(buyers.get(cohort, 0)), count, state))
    frame = pd.DataFrame(rows, columns=["cohort_month", "months_after", "buyers", "repurchasers", "state"])
    return _rated(frame, ["cohort_month", "months_after"])


def _month_state(month: int, observed_until: dt.datetime) -> str:
    if observed_until.date() >= month_of(month + 1):
        return "observed"
    return "partial" if observed_until > dt.datetime.combine(month_of(month), dt.time()) else "unobserved"


def _rated(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    counted = frame["repurchasers"].astype("Int64").mask(frame["state"].isin(_MISSING))
    rated = add_rate(frame.assign(repurchasers=counted), "repurchasers", "buyers")
    rated["buyers"] = rated["buyers"].astype("int64")
    return rated[[*keys, "buyers", "repurchasers", "rate", "low", "high", "state"]]
